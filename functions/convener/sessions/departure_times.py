"""At which hours mailings may leave: the series' departure rules as moments.

All moments are in UTC, because Python compares two aware datetimes of one zone by their wall clocks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from convener.mailing_types import MailingType, mailing_types
from convener.sessions.models import Session
from convener.sessions.series import Series


def moment_at(day: date, hour: time, series: Series) -> datetime:
    """Return the moment at which the clocks in the series' zone show `hour` on that day."""
    return datetime.combine(day, hour, tzinfo=series.tz).astimezone(UTC)


def next_hour(moment: datetime, hour: time, series: Series) -> datetime:
    """Return the first moment, at or after `moment`, at which the clocks in the series' zone show `hour`."""
    day = moment.astimezone(series.tz).date()
    today = moment_at(day, hour, series)
    return today if today >= moment else moment_at(day + timedelta(days=1), hour, series)


def daytime(moment: datetime, hour: time, series: Series) -> datetime:
    """Return `moment` itself by day, or the next `hour` by night. Night lasts from `night_from` until `hour`."""
    local = moment.astimezone(series.tz)
    return moment if hour <= local.time() < series.departures.night_from else next_hour(moment, hour, series)


def leaving_from(now: datetime, kind: MailingType, series: Series) -> datetime:
    """Return the moment from which mails of that type may leave: `now` by day, the end of the night by night."""
    return daytime(now, series.departures.hour(kind), series)


def planned_before(session: Session, kind: MailingType, series: Series) -> datetime:
    """Return the moment at which a mailing that leaves before the session is planned to leave."""
    departure = series.departures.before(kind)
    return moment_at(session.date - timedelta(days=departure.days_before), departure.hour, series)


def first_departure_days(series: Series) -> int:
    """Return how many days before a session its first mailing leaves."""
    kinds = (kind for kind in mailing_types() if kind.departure_rule.before_session)
    return max(series.departures.before(kind).days_before for kind in kinds)


def give_up_at(session: Session, kind: MailingType, series: Series) -> datetime:
    """Return the moment from which it is too late for a mailing that leaves after the session."""
    return session.ends(series.tz).astimezone(UTC) + timedelta(days=series.departures.after(kind).give_up_days)


def materials_awaited_days(series: Series) -> int:
    """Return for how many days after a session materials may still come that a mailing brings."""
    return max(series.departures.after(kind).give_up_days for kind in mailing_types() if kind.brings_materials)
