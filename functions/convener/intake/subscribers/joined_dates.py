"""When somebody joined, as lists of people say it. Never guessed: a wrong consent date is worse than none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from convener.errors import BadInput

EARLIEST = 1970

# Somewhere the calendar is already this far ahead of UTC (Pacific/Kiritimati): "today" there is no mistake.
_AHEAD = timedelta(hours=14)

_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


def parse_joined(typed: str, *, now: datetime) -> datetime:
    """Read a date (`2024-04-18`) or a moment (`2024-04-18T18:00:00Z`, UTC unless it says otherwise) as UTC.

    Other dates are read where there is one way alone to read them: 18/04/2024 and 4/18/2024, and not 4/5/2024.
    Raises BadInput with the reason when it isn't one, when day and month could be the other way round, or when it
    lies in the future.
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII):
        return _day(typed, now)
    if len(readings := _readings(typed)) == 1:  # 31.12.2023: there is no other way round
        return _day(readings[0], now)
    try:
        if not re.match(r"\d{4}-\d\d-\d\d[T ]\d", typed, re.ASCII):
            raise ValueError(typed)
        moment = datetime.fromisoformat(typed)
        joined = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(_how_to_write(typed)) from error
    _refuse_unlikely(joined, latest=now)
    return joined


def _day(typed: str, now: datetime) -> datetime:
    try:
        midnight = datetime.combine(date.fromisoformat(typed), time(), tzinfo=UTC)
    except ValueError as error:
        raise BadInput(f"“{typed}” is no day of the calendar.") from error
    _refuse_unlikely(midnight, latest=now + _AHEAD)
    return min(midnight, now)


def _refuse_unlikely(joined: datetime, *, latest: datetime) -> None:
    if joined > latest:
        raise BadInput(f"The date of joining, {joined:%Y-%m-%d}, lies in the future. Correct it, or leave it empty.")
    if joined.year < EARLIEST:
        raise BadInput(f"The date of joining lies before {EARLIEST}. Correct it, or leave it empty.")


def _readings(typed: str) -> list[str]:
    """The days that two numbers and a year may mean."""
    if not (found := _NUMBERS.fullmatch(typed)):
        return []
    one, two, year = found.groups()
    both = [f"{year}-{month:0>2}-{day:0>2}" for day, month in ((one, two), (two, one)) if 1 <= int(month) <= 12]
    return list(dict.fromkeys(both))


def _how_to_write(typed: str) -> str:
    if readings := _readings(typed):
        return f"“{typed}” isn't written the same way everywhere. Write {' or '.join(readings)}."
    return f"“{typed[:40]}” is not a date this can read. Write it like 2024-04-18, or leave it empty."
