"""What a session becomes by what a file tells of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convener.sessions.models import Material, Session
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate

# A change of these must reach people's calendars (RFC 5545 §3.8.7.4; a cancellation: RFC 5546 §3.2.5).
IN_CALENDARS = frozenset({"date", "start", "length_minutes", "join_url", "status"})
_DATING = frozenset({"id", "month", "date", "date_source"})


def created(told: SessionUpdate, series: Series, *, now: datetime, by: str) -> Session:
    """A new session: the series' start and length, and the rule's day, where the file tells no others.

    Raises BadInput where the rule has no day in that month and the file gives none.
    """
    day = told.values.get("date")
    dating: dict[str, Any] = {"month": told.month, "date_source": "rule"}
    if day is None:
        dating["date"] = date_by_rule(told.month, series.rule)
    else:
        dating |= {"date": day, "date_source": told.values.get("date_source", "given"), "month": f"{day:%Y-%m}"}
    values = {name: value for name, value in told.values.items() if name not in _DATING}
    own = {"start": series.start, "length_minutes": series.length_minutes, **values, **dating}
    return Session.model_validate({**own, "id": told.id, "version": 1, "edited_at": now, "edited_by": by})


def updated(told: SessionUpdate, known: Session, series: Series, *, now: datetime, by: str) -> Session:
    """The known session with what the file tells: the same object where that changes nothing.

    Raises BadInput where it moves to a month in which the rule has no day.
    """
    values = {name: value for name, value in told.values.items() if name not in _DATING}
    if told.adds:
        values = {name: _added(getattr(known, name), value) for name, value in values.items()}
    after = Session.model_validate({**dict(known), **values, **_dating(told, known, series)})
    if after == known:
        return known
    moved = any(getattr(after, name) != getattr(known, name) for name in IN_CALENDARS)
    return after.model_copy(
        update={
            "version": known.version + 1,
            "sequence": known.sequence + moved,
            "edited_at": now,
            "edited_by": by,
        }
    )


def _added(known: Any, told: Any) -> Any:
    """What is empty in the file wipes nothing; presentations join by address, where a new title replaces the old."""
    match known, told:
        case Material(), Material():
            return Material(announced=told.announced or known.announced, url=told.url or known.url)
        case tuple(), tuple() | list() if any(hasattr(one, "url") for one in (*known, *told)):
            return tuple({one.url: one for one in (*known, *told)}.values())
        case _:
            return told or known


def _dating(told: SessionUpdate, known: Session, series: Series) -> dict[str, Any]:
    """A day that somebody gave stays until somebody gives another: the rule doesn't move it back.

    The month follows the day. A month told without a day moves the session to the rule's day there.
    """
    day, source = told.values.get("date"), told.values.get("date_source", "given")
    if day is not None:
        if day == known.date or (source == "rule" and known.date_source == "given"):
            return {}
        return {"date": day, "date_source": source, "month": f"{day:%Y-%m}"}
    if told.month in (known.month, known.id[:7]):
        return {}
    return {"date": date_by_rule(told.month, series.rule), "date_source": "rule", "month": told.month}
