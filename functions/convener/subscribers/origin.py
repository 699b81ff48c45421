"""Where and when a subscriber joined, as far as the row tells it. Standard library only: `deliver` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, time, tzinfo

from convener.subscribers.models import Subscriber

FORMS = ("page", "embedded")
"""The forms by which people join, as rows and the consent record name them. The first one is the project's own page."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where and when a subscriber joined.

    Attributes:
        joined: The day of joining; None where nobody knows it.
        time_known: Whether the time of that day is known too. A list often has the day alone.
        brought_over: Whether a list brought the subscriber, and no form.
        brought_on: The day on which the list was imported; None where nobody knows it.
        source: Where a list says that the consent was given, in the words of the operator.
    """

    joined: date | None
    time_known: bool
    brought_over: bool = False
    brought_on: date | None = None
    source: str = ""


def origin_of(row: Subscriber, *, tz: tzinfo) -> Origin:
    """Return where and when the subscriber of a row joined. The days are those of the zone `tz`.

    A list may have a day without a time, which an import stores as midnight UTC: that is the day in every zone. Where a
    list has no date, `confirmed_at` is the moment of the import, which is not when the subscriber joined. Rows that
    earlier releases imported do not have `imported_at`. Their day of import is in the name of the import, until the
    subscriber confirms or moves.
    """
    joined = row.confirmed_at
    if row.imported_at is None and not row.batch and row.source in ("", *FORMS):
        return Origin(joined=joined.astimezone(tz).date() if joined else None, time_known=joined is not None)
    whole_day = joined is not None and joined.astimezone(UTC).timetz() == time(tzinfo=UTC)
    known = joined is not None and (joined != row.imported_at if row.imported_at else whole_day or _later(row))
    day = None
    if joined and known:
        day = joined.astimezone(UTC if whole_day else tz).date()
    brought_on = row.imported_at.astimezone(tz).date() if row.imported_at else _day_of(row.batch)
    return Origin(
        joined=day,
        time_known=day is not None and not whole_day,
        brought_over=True,
        brought_on=brought_on,
        source=row.source,
    )


def _later(row: Subscriber) -> bool:
    """Return whether the import came on a later day than `confirmed_at`, which is then a date of the list."""
    imported_on = _day_of(row.batch)
    return bool(row.confirmed_at and imported_on and row.confirmed_at.astimezone(UTC).date() < imported_on)


def _day_of(batch: str) -> date | None:
    """Return the day in the name of an import, such as 2024-03-01-0a1b2c."""
    try:
        return date.fromisoformat(batch[:10])
    except ValueError:
        return None
