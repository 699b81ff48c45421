"""What a welcome says: what comes when, by what she chose; the next date; the latest recap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from convener.editions.adjacent_sessions import Upcoming, upcoming_view
from convener.editions.formatting import NUMBERS, from_to
from convener.editions.models import Occasion
from convener.editions.reader import merge_values
from convener.sessions.series import Series
from convener.subscribers.mailing_choices import ticked
from convener.subscribers.models import Subscriber


def welcome_view(
    row: Subscriber, upcoming: Upcoming | None, recap: tuple[str, str] | None, *, series: Series, now: datetime
) -> Mapping[str, object]:
    """The words of it. `recap` is the title and the address of the latest one."""
    return {
        "coming": [line for box, line in _lines(series).items() if box in ticked(row.kinds)],
        "wants_invites": row.wants("invite"),
        "upcoming": _next(row, upcoming, series, now) if upcoming else None,
        "recap": {"title": recap[0], "url": recap[1]} if recap else None,
    }


def _lines(series: Series) -> Mapping[str, str]:
    invite, reminder = series.departures.invite.days_before, series.departures.reminder.days_before
    return {
        "invite": f"The invitation, {_before(invite)} each conversation",
        "reminder": f"A reminder with the link to join, {_before(reminder)} it",
        "recap": "The recap, once the insights or the recording are there",
    }


def _before(days: int) -> str:
    """On the day of, the day before, two weeks before."""
    if days < 2:
        return "the day before" if days else "on the day of"
    weeks, rest = divmod(days, 7)
    count, unit = (days, "day") if rest else (weeks, "week")
    said = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{said} {unit}{'s' if count > 1 else ''} before"


def _next(row: Subscriber, upcoming: Upcoming, series: Series, now: datetime) -> Mapping[str, str]:
    ends = (upcoming.begins.astimezone(UTC) + timedelta(minutes=series.length_minutes)).astimezone(series.tz)
    occasion = Occasion(begins=upcoming.begins, ends=ends, zone=series.zone, zone_short=series.zone_short)
    hers = merge_values(
        occasion=occasion,
        zone=row.zone,
        first_name="",
        confirmed_at=None,
        leave_url="",
        preferences_url="",
        now=now,
    )
    return {
        **(upcoming_view(upcoming, series) or {}),
        "date_and_time": from_to(upcoming.begins.astimezone(series.tz), ends, series.zone_name),
        "reader_time": hers["reader_time"],
    }
