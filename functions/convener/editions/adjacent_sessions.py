"""The conversations around one: the latest before it, the next after it, the next from now on."""

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
    """The next session, for the end of a recap and for pages. `begins` is aware."""

    begins: datetime
    title: str | None
    speakers: str = ""


def before(session: Session, sessions: Sequence[Session]) -> Session | None:
    """The latest conversation that took place before this one."""
    earlier = [other for other in sessions if other.date < session.date and other.status == "planned"]
    return max(earlier, key=lambda other: other.date, default=None)


def following(session: Session, sessions: Sequence[Session], series: Series) -> Upcoming | None:
    """The next conversation: as recorded, or else as the rule has it, skipping the skipped months."""
    later = [other for other in sessions if other.date > session.date]
    return _first(later, session.date, {session.month, f"{session.date:%Y-%m}"}, series)


def next_from(now: datetime, sessions: Sequence[Session], series: Series) -> Upcoming | None:
    """The next conversation that isn't over yet, by the clock."""
    ahead = [session for session in sessions if session.ends(series.tz) > now]
    over = {session.month for session in sessions if session not in ahead}
    return _first(ahead, now.astimezone(series.tz).date(), over, series)


def upcoming_view(upcoming: Upcoming | None, series: Series) -> dict[str, str] | None:
    """Date, time, title and speakers of the next session, in words."""
    if upcoming is None:
        return None
    begins = upcoming.begins.astimezone(series.tz)
    return {
        "when": f"{day_and_month(begins)}, {hour_words(begins)} {series.zone_name}",
        "title": one_line(mark_free(upcoming.title or "")),
        "speakers": mark_free(upcoming.speakers),
    }


def _first(ahead: Sequence[Session], day: date, taken: AbstractSet[str], series: Series) -> Upcoming | None:
    """The first of these that will be held, or the first by the rule in a month that none of them has taken."""
    recorded = min((one for one in ahead if one.status == "planned"), key=lambda one: one.date, default=None)
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
