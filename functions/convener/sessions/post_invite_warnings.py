"""Warnings about changes after an invitation: the record changes at once, mails that have left do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from convener.mailing_types import MailingType, mailing_types
from convener.sessions.changes import day
from convener.sessions.departure_times import planned_before
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.sessions.session_updates import Note

STATED_FIELDS = frozenset({"date", "start", "length_minutes", "status"})
"""The fields that an invitation states and that people put into their calendars. The join link follows the meeting."""


def warning(before: Session, after: Session, *, series: Series, now: datetime) -> Note | None:
    """Return a warning where readers may have an invitation that this change makes untrue. None where none is needed.

    The warning says whether a reminder will tell the readers. Only the calendar is asked, not the ledger: an invitation
    that was due may have waited for a title, so the warning says “was due”.
    """
    first, *later = (kind for kind in mailing_types() if kind.has_calendar)
    invited = planned_before(before, first, series)
    meant = before.status == "planned" and before.title and before.date >= series.mail_from
    changed = any(getattr(before, name) != getattr(after, name) for name in STATED_FIELDS)
    if not (meant and changed and invited <= now < before.ends(series.tz)):
        return None
    due_on = day(invited.astimezone(series.tz))
    return Note(
        text=f"Session {after.id}: its {first.label.lower()} was due on {due_on}. Whoever has it is not mailed again "
        f"for this change. {_how_they_learn(before, after, later, series, now)}"
    )


def _how_they_learn(
    before: Session, after: Session, later: Sequence[MailingType], series: Series, now: datetime
) -> str:
    """Return whether a later mailing tells readers, given the types whose mails state the date."""
    for kind in later:
        if after.status == "planned" and now < min(planned_before(one, kind, series) for one in (before, after)):
            leaves = planned_before(after, kind, series).astimezone(series.tz)
            return f"The {kind.label.lower()} on {day(leaves)} will say it; let people know sooner if you can."
    return "No further mail will say it: let people know."
