"""What differs by reader, worked out at send time. Standard library only: deliver uses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from convener.editions.formatting import (
    clock,
    day_and_month,
    day_month_year,
    hour_words,
    hours_words,
    one_line,
    short_date,
    weekday,
)
from convener.editions.merge import fill
from convener.editions.models import FIELDS, Occasion
from convener.editions.places import city, offset_words, zone_or_none

__all__ = ["fill", "merge_values", "values_of_nobody"]

LAST_MONTH = timedelta(weeks=6)


def merge_values(
    *,
    occasion: Occasion,
    zone: str,
    first_name: str,
    confirmed_at: datetime | None,
    leave_url: str,
    preferences_url: str,
    now: datetime,
) -> dict[str, str]:
    """Every merge field for one reader, as plain text. `zone` is an IANA name; anything else counts as not known."""
    home = zone_or_none(occasion.zone) or ZoneInfo("UTC")
    away = zone_or_none(zone) or home
    name = one_line(first_name)
    return {
        "greeting": f"Hello {name}," if name else "",
        "joined_on": f" on {day_month_year(confirmed_at.astimezone(home))}" if confirmed_at else "",
        "leave_url": leave_url,
        "preferences_url": preferences_url,
        "reader_time": _reader_time(occasion, home, away),
        "when": _when(occasion, home, away, now),
    }


def values_of_nobody(occasion: Occasion) -> dict[str, str]:
    """Every merge field where no reader is known: nothing of anybody's, and the day by its date."""
    begins = occasion.begins.astimezone(zone_or_none(occasion.zone) or ZoneInfo("UTC"))
    when = f"{short_date(begins)}, {hour_words(begins)} {occasion.zone_short}"
    return {**dict.fromkeys(FIELDS, ""), "when": when}


def _reader_time(occasion: Occasion, home: ZoneInfo, away: ZoneInfo) -> str:
    """The session's beginning on the reader's own clock; empty where it says nothing new."""
    moved = _clocks_moved(occasion, home, away)
    if not _apart(occasion.begins, home, away) and not moved:
        return ""
    there = occasion.begins.astimezone(away)
    place = f"in {city(away)}" if city(away) else f"at {offset_words(there)}"
    return f"For you {place}: {day_and_month(there)}, {clock(there)}{moved}"


def _clocks_moved(occasion: Occasion, home: ZoneInfo, away: ZoneInfo) -> str:
    """A sentence where the same hour of the series comes at another hour of the reader's than the time before."""
    previous, begins = occasion.previous_begins, occasion.begins
    if previous is None or previous.astimezone(home).time() != begins.astimezone(home).time():
        return ""  # the session itself moved: then it isn't the clocks, or not they alone
    shift = (_apart(begins, home, away) - _apart(previous, home, away)) // timedelta(minutes=1)
    if not shift or abs(shift) >= 12 * 60:  # a zone that crossed the date line keeps its hour
        return ""
    since = "last month" if begins - previous <= LAST_MONTH else "last time"
    return f". Clocks changed: {hours_words(abs(shift))} {'later' if shift > 0 else 'earlier'} than {since}."


def _apart(moment: datetime, home: ZoneInfo, away: ZoneInfo) -> timedelta:
    """How far the reader's clock is ahead of the series' at that moment."""
    return (moment.astimezone(away).utcoffset() or timedelta()) - (moment.astimezone(home).utcoffset() or timedelta())


def _when(occasion: Occasion, home: ZoneInfo, away: ZoneInfo, now: datetime) -> str:
    """Tomorrow, 6pm UK; in the reader's own day and hour where their date is another than the series'."""
    here, there = occasion.begins.astimezone(home), occasion.begins.astimezone(away)
    days = (there.date() - now.astimezone(UTC).astimezone(away).date()).days
    day = {0: "Today", 1: "Tomorrow"}.get(days, weekday(there) if 0 < days < 7 else short_date(there))
    if here.date() == there.date():
        return f"{day}, {hour_words(here)} {occasion.zone_short}"
    place = f"in {city(away)}" if city(away) else f"at {offset_words(there)}"
    return f"{day}, {hour_words(there)} {place}"
