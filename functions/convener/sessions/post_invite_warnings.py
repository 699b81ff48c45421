"""Changes that come after an invitation: records change at once, mails that have left don't."""

from __future__ import annotations

from datetime import datetime, timedelta

from convener.sessions.changes import day
from convener.sessions.models import Session
from convener.sessions.series import Departure, Series
from convener.sessions.session_updates import Note

TOLD = frozenset({"date", "start", "length_minutes", "status"})
"""What an invitation says and people put into their calendars. Their link leads to wherever the meeting is."""


def warning(before: Session, after: Session, *, series: Series, now: datetime) -> Note | None:
    """That readers may have an invitation which this change makes untrue, and whether a reminder will tell them.

    By the calendar alone: an invitation that was due may have waited for a title, so it says “was due”.
    """
    invited = _leaves(before, series.departures.invite, series)
    meant = before.status == "planned" and before.title and before.date >= series.mail_from
    changed = any(getattr(before, name) != getattr(after, name) for name in TOLD)
    if not (meant and changed and invited <= now < before.ends(series.tz)):
        return None
    return Note(
        text=f"Session {after.id}: its invitation was due on {day(invited)}. Whoever has it is not mailed again for "
        f"this change. {_how_they_learn(before, after, series, now)}"
    )


def _how_they_learn(before: Session, after: Session, series: Series, now: datetime) -> str:
    reminder = series.departures.reminder
    if after.status == "planned" and now < min(_leaves(one, reminder, series) for one in (before, after)):
        return (
            f"The reminder on {day(_leaves(after, reminder, series))} will say it; let people know sooner if you can."
        )
    return "No further mail will say it: let people know."


def _leaves(session: Session, departure: Departure, series: Series) -> datetime:
    return datetime.combine(session.date - timedelta(days=departure.days_before), departure.hour, tzinfo=series.tz)
