"""Applying a session update from a file: the new or changed session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convener.sessions.models import Material, Session
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate

CALENDAR_FIELDS = frozenset({"date", "start", "length_minutes", "join_url", "status"})
"""A change of these fields raises `sequence` (RFC 5545 §3.8.7.4; for a cancellation, RFC 5546 §3.2.5)."""

_DATE_FIELDS = frozenset({"id", "month", "date", "date_source"})


def created(update: SessionUpdate, series: Series, *, now: datetime, by: str) -> Session:
    """Return a new session. Start, length and date come from the series where the file does not state them.

    Raises BadInput where the file states no date and the series' rule has no day in that month.
    """
    day = update.values.get("date")
    date_fields: dict[str, Any] = {"month": update.month, "date_source": "rule"}
    if day is None:
        date_fields["date"] = date_by_rule(update.month, series.rule)
    else:
        date_fields |= {"date": day, "date_source": update.values.get("date_source", "given"), "month": f"{day:%Y-%m}"}
    values = {name: value for name, value in update.values.items() if name not in _DATE_FIELDS}
    fields = {"start": series.start, "length_minutes": series.length_minutes, **values, **date_fields}
    return Session.model_validate({**fields, "id": update.id, "version": 1, "edited_at": now, "edited_by": by})


def updated(update: SessionUpdate, known: Session, series: Series, *, now: datetime, by: str) -> Session:
    """Return the stored session with the values of the file; the same object where nothing changes.

    Raises BadInput where the session moves to a month in which the series' rule has no day.
    """
    values = {name: value for name, value in update.values.items() if name not in _DATE_FIELDS}
    if update.adds:
        values = {name: _add(getattr(known, name), value) for name, value in values.items()}
    after = Session.model_validate({**dict(known), **values, **_date_values(update, known, series)})
    if after == known:
        return known
    calendar_changed = any(getattr(after, name) != getattr(known, name) for name in CALENDAR_FIELDS)
    return after.model_copy(
        update={
            "version": known.version + 1,
            "sequence": known.sequence + calendar_changed,
            "edited_at": now,
            "edited_by": by,
        }
    )


def _add(known: Any, new: Any) -> Any:
    """Return the stored value with a new value added.

    An empty new value changes nothing. Presentations are merged by URL, and a new title replaces the old title.
    """
    match known, new:
        case Material(), Material():
            return Material(announced=new.announced or known.announced, url=new.url or known.url)
        case tuple(), tuple() | list() if any(hasattr(item, "url") for item in (*known, *new)):
            return tuple({item.url: item for item in (*known, *new)}.values())
        case _:
            return new or known


def _date_values(update: SessionUpdate, known: Session, series: Series) -> dict[str, Any]:
    """Return the values for `date`, `date_source` and `month` that change.

    A date that a person gave stays until a person gives another date; a date by the rule does not replace it. The month
    follows the date. A month without a date moves the session to the rule's day in that month.
    """
    day, source = update.values.get("date"), update.values.get("date_source", "given")
    if day is not None:
        if day == known.date or (source == "rule" and known.date_source == "given"):
            return {}
        return {"date": day, "date_source": source, "month": f"{day:%Y-%m}"}
    if update.month in (known.month, known.id[:7]):
        return {}
    return {"date": date_by_rule(update.month, series.rule), "date_source": "rule", "month": update.month}
