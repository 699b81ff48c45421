"""Pauses: until when, from a number of months or a day, in the reader's own zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dateutil.relativedelta import relativedelta

from convener.errors import BadInput

MONTHS = {"1": 1, "3": 3}
"""The pauses that are offered, by the value that a form posts."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)  # what <input type=date> sends: HTML, "valid date string"


def in_months(months: int, *, now: datetime, tz: tzinfo) -> datetime:
    """The beginning of the day so many calendar months from today; of the month's last day where it has no such."""
    return _beginning(now.astimezone(tz).date() + relativedelta(months=months), tz)


def until_day(typed: str, *, now: datetime, tz: tzinfo) -> datetime:
    """The beginning of that day. Raises BadInput, in words for the reader."""
    today = now.astimezone(tz).date()
    latest = today + relativedelta(years=1)
    if not typed:
        raise BadInput("Say until which day.")
    how = f"Write year, month and day like {today + timedelta(days=30)}."
    if not _DAY.fullmatch(typed):
        raise BadInput(how)
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise BadInput(f"This is no day of the calendar. {how}") from error
    if day <= today:
        raise BadInput(
            f"That day is not in the future. The first that works is {_in_words(today + timedelta(days=1))}."
        )
    if day > latest:
        raise BadInput(
            f"A pause can last a year, until {_in_words(latest)}. For longer, leave and join again when you like."
        )
    return _beginning(day, tz)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _beginning(day: date, tz: tzinfo) -> datetime:
    return datetime.combine(day, time(), tz).astimezone(UTC)
