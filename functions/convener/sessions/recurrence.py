"""The date of a month's session by the series' recurrence rule (RRULE, RFC 5545 §3.3.10)."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from convener.errors import BadInput


def date_by_rule(month: str, rule: str) -> date:
    """Return the first day in `month` (YYYY-MM) by the RRULE. Raises BadInput where the rule has no day there."""
    year, number = (int(part) for part in month.split("-"))
    first = datetime(year, number, 1)  # noqa: DTZ001 - a calendar day, not a moment
    last = datetime.combine(date(year, number, calendar.monthrange(year, number)[1]), time.max)
    day = next(iter(rrulestr(rule, dtstart=first).between(first, last, inc=True)), None)
    if day is None:
        raise BadInput(f"The series' rule {rule} has no day in {month}: give the session's date.")
    return day.date()
