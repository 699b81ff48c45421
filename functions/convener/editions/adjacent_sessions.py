"""The sessions around a session or a moment: the one before, and the next one."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from convener.editions.formatting import day_and_month, hour_words, one_line
from convener.editions.models import mark_free
from convener.editions.session_text import names_of
from convener.errors import BadInput
from convener.sessions.models import Session
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series


@dataclass(frozen=True)
class Upcoming:
    """The next session, as recaps and pages announce it. `begins` is an aware moment."""

    begins: datetime
    title: str | None
    speakers: str = ""


def session_before(session: Session, sessions: Sequence[Session]) -> Session | None:
    """Return the latest planned session before this session."""
    earlier = [other for other in sessions if other.date < session.date and other.status == "planned"]
    return max(earlier, key=lambda other: other.date, default=None)


def next_session_after(session: Session, sessions: Sequence[Session], series: Series) -> Upcoming | None:
    """Return the next session after this session.

    The session is a recorded one, or else the first by the rule of the series in a month that is not skipped.
    """
    later = [other for other in sessions if other.date > session.date]
    return _first(later, session.date, {session.month, f"{session.date:%Y-%m}"}, series)


def next_session_from(now: datetime, sessions: Sequence[Session], series: Series) -> Upcoming | None:
    """Return the next session that is not over at `now`, as in `next_session_after`."""
    ahead = [session for session in sessions if session.ends(series.tz) > now]
    over = {session.month for session in sessions if session not in ahead}
    return _first(ahead, now.astimezone(series.tz).date(), over, series)


def upcoming_view(upcoming: Upcoming | None, series: Series) -> dict[str, str] | None:
    """Return the date and time, the title and the speakers of the next session, as templates show them."""
    if upcoming is None:
        return None
    begins = upcoming.begins.astimezone(series.tz)
    return {
        "when": f"{day_and_month(begins)}, {hour_words(begins)} {series.zone_name}",
        "title": one_line(mark_free(upcoming.title or "")),
        "speakers": mark_free(upcoming.speakers),
    }


def _first(ahead: Sequence[Session], day: date, taken: AbstractSet[str], series: Series) -> Upcoming | None:
    """Return the first planned session of `ahead`, or else the first by the rule from `day` on.

    `taken` are months that have had their session. The months of `ahead` are taken as well, also by cancelled sessions.
    """
    planned = (session for session in ahead if session.status == "planned")
    recorded = min(planned, key=lambda session: session.date, default=None)
    if recorded:
        return Upcoming(recorded.begins(series.tz), recorded.title, names_of(recorded))
    taken = taken | {session.month for session in ahead}
    months = [f"{day.year + (day.month + n - 1) // 12:04d}-{(day.month + n - 1) % 12 + 1:02d}" for n in range(13)]
    free = [month for month in months if month not in taken and series.skip_reason(month) is None]
    ruled = (found for month in free if (found := _by_rule(month, series)) and found >= day)
    first = next(ruled, None)
    return Upcoming(datetime.combine(first, series.start, tzinfo=series.tz), None) if first else None


def _by_rule(month: str, series: Series) -> date | None:
    try:
        return date_by_rule(month, series.rule)
    except BadInput:
        return None
