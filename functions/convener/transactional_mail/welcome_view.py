"""The values of a welcome: which mails come when, the next session, and the latest recap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from convener.editions.adjacent_sessions import Upcoming, upcoming_view
from convener.editions.formatting import NUMBERS, time_range
from convener.editions.merge_fields import merge_values
from convener.editions.models import Occasion
from convener.mailing_types import FormField, form_fields, type_for_late_joiners, types_of
from convener.sessions.series import Series
from convener.subscribers.mailing_choices import ticked
from convener.subscribers.models import Subscriber


def welcome_view(
    subscriber: Subscriber, upcoming: Upcoming | None, recap: tuple[str, str] | None, *, series: Series, now: datetime
) -> Mapping[str, object]:
    """Return the values of a welcome. `recap` is the title and the URL of the latest recap."""
    boxes = ticked(subscriber.kinds, series.coverage.of(subscriber.wording))
    return {
        "coming": [_coming(field, series) for field in form_fields() if field.name in boxes],
        "wants_invites": subscriber.wants(type_for_late_joiners(), series.coverage),
        "upcoming": _next_session(subscriber, upcoming, series, now) if upcoming else None,
        "latest_recap": {"title": recap[0], "url": recap[1]} if recap else None,
    }


def _coming(field: FormField, series: Series) -> str:
    """Return the line that says when the mailings of a box come."""
    kind = types_of(field)[0]
    before = _before(series.departures.before(kind).days_before) if kind.departure_rule.before_session else ""
    return field.welcome.format(before=before)


def _before(days: int) -> str:
    """Return "on the day of", "the day before", "two weeks before" and so on."""
    if days < 2:
        return "the day before" if days else "on the day of"
    weeks, rest = divmod(days, 7)
    count, unit = (days, "day") if rest else (weeks, "week")
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {unit}{'s' if count > 1 else ''} before"


def _next_session(subscriber: Subscriber, upcoming: Upcoming, series: Series, now: datetime) -> Mapping[str, str]:
    ends = (upcoming.begins.astimezone(UTC) + timedelta(minutes=series.length_minutes)).astimezone(series.tz)
    occasion = Occasion(begins=upcoming.begins, ends=ends, zone=series.zone, zone_short=series.zone_short)
    values = merge_values(
        occasion=occasion,
        zone=subscriber.zone,
        first_name="",
        joined_on="",
        leave_url="",
        preferences_url="",
        now=now,
    )
    return {
        **(upcoming_view(upcoming, series) or {}),
        "date_and_time": time_range(upcoming.begins.astimezone(series.tz), ends, series.zone_name),
        "reader_time": values["reader_time"],
    }
