"""The end of a pause, computed from a number of months or from a day, in the time zone of the subscriber."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dateutil.relativedelta import relativedelta

from convener.errors import BadInput

MONTHS = {"1": 1, "3": 3}
"""The offered lengths of a pause in months, by the value that a form posts."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)  # the format of <input type=date>: HTML, "valid date string"


def in_months(months: int, *, now: datetime, tz: tzinfo) -> datetime:
    """Return the beginning of the day that is that number of calendar months from today, in UTC.

    Where that month has no such day, the result is the beginning of the month's last day.
    """
    return _start_of_day(now.astimezone(tz).date() + relativedelta(months=months), tz)


def until_day(typed: str, *, now: datetime, tz: tzinfo) -> datetime:
    """Return the beginning of the day that a subscriber typed, in UTC.

    Raises:
        BadInput: The text is no day, or a day that is not in the future or more than a year away. The message is for
            the subscriber.
    """
    today = now.astimezone(tz).date()
    latest = today + relativedelta(years=1)
    if not typed:
        raise BadInput("Say until which day.")
    format_hint = f"Write year, month and day like {today + timedelta(days=30)}."
    if not _DAY.fullmatch(typed):
        raise BadInput(format_hint)
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise BadInput(f"This is no day of the calendar. {format_hint}") from error
    if day <= today:
        raise BadInput(
            f"That day is not in the future. The first that works is {_in_words(today + timedelta(days=1))}."
        )
    if day > latest:
        raise BadInput(
            f"A pause can last a year, until {_in_words(latest)}. For longer, leave and join again when you like."
        )
    return _start_of_day(day, tz)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _start_of_day(day: date, tz: tzinfo) -> datetime:
    return datetime.combine(day, time(), tz).astimezone(UTC)
