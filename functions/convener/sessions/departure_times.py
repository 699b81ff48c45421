"""At which hours mailings may leave: the series' departure rules as moments.

All moments are in UTC, because Python compares two aware datetimes of one zone by their wall clocks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from convener.mailing_types import MailingType
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
    return daytime(now, departure_hour(kind, series), series)


def departure_hour(kind: MailingType, series: Series) -> time:
    """Return the hour at which mailings of that type leave. Follow-ups leave at the hour of the recap."""
    departures = series.departures
    return {MailingType.INVITE: departures.invite.hour, MailingType.REMINDER: departures.reminder.hour}.get(
        kind, departures.recap.hour
    )
