"""Days, months and times in session files. A text that could be two days is refused with both days, never guessed."""

from __future__ import annotations

import re
from datetime import date, time

from convener.intake.files.dates import (
    NumericDate,
    has_short_year,
    numeric_date,
    numeric_month,
    spreadsheet_day,
    written_date,
    year_first_date,
)
from convener.intake.files.decoding import shortened
from convener.intake.sessions.validation import ValidationError

FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_CHARACTERS = 100
"""Characters of a date or a time: the patterns are not for pages of text."""
_DAY_AND_TIME = re.compile(r"\d[T ]\d\d?:\d\d")
_NUMBER = re.compile(r"\d{4,6}(?:\.\d+)?$")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::00)?)? ?(?:(a|p)\.?m\.?)?$", re.IGNORECASE)
_WRITE = "Write it as 2024-04-18 or 18 April 2024."
_WRITE_MONTH = "Write it as 2024-04 or April 2024."
_FORMAT = "Format the column as a date in your spreadsheet and type the days again, or write them as 2024-04-18."


def read_date(text: str, *, from_sheet: bool = False) -> date:
    """Return the day that a text states.

    Args:
        text: The text, such as 2024-04-18, 18 April 2024 or 18/04/2024.
        from_sheet: Whether the text is a cell of a workbook, which should have known a day in numbers as a date.

    Raises:
        ValidationError: The text is no day from FIRST_YEAR to LAST_YEAR, or could be two days.
    """
    typed = _typed(text)
    if iso := year_first_date(typed):
        if from_sheet and iso.separator != "-":
            raise _not_understood_by_sheet(typed)
        return _day(iso.year, iso.month, iso.day, typed)
    if numbers := numeric_date(typed, lenient=True):
        if from_sheet:
            raise _not_understood_by_sheet(typed)
        return _numeric(numbers, typed)
    if _DAY_AND_TIME.search(typed):
        raise ValidationError(
            f"“{shortened(typed)}” has a time beside the date.", "Write the date here, and the time under “start”."
        )
    if _NUMBER.match(typed):
        raise ValidationError(f"{typed} is a plain number, not a date{_as_stored_day(typed)}.", _FORMAT)
    return _written(typed)


def read_month(text: str) -> str:
    """Return the month that a text states, as YYYY-MM. Raises ValidationError."""
    typed = _typed(text)
    if numbers := numeric_month(typed):
        return _month(*numbers, typed)
    written = written_date(typed)
    if written and written.day is None:
        return _month(written.year, written.month, typed)
    try:
        day = read_date(typed)
    except ValidationError:
        day = None
    if day and day.day == 1:
        return f"{day:%Y-%m}"
    if day:
        raise ValidationError(
            f"“{shortened(typed)}” is a day, not a month.", f"Write {day:%Y-%m} here, and the day under “date”."
        )
    raise ValidationError(f"“{shortened(typed)}” is not a month.", _WRITE_MONTH)


def is_month(text: str) -> bool:
    """Return whether a text states a month and no day. Raises ValidationError for a text that is too long."""
    typed = _typed(text)
    written = written_date(typed)
    return numeric_month(typed) is not None or (written is not None and written.day is None)


def read_time(text: str) -> time:
    """Return a time of day: 18:00, 18.00, 6pm, 6.30 pm, noon. Raises ValidationError."""
    typed = _typed(text)
    if typed.lower() in ("noon", "midday"):
        return time(12)
    match = _TIME.match(typed)
    if match and (match[2] or match[3]):
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if minute < 60 and (hour < 24 if not half else 1 <= hour <= 12):
            return time(hour % 12 + 12 * (half == "p") if half else hour, minute)
    raise ValidationError(f"“{shortened(typed)}” is not a time of day.", "Write it as 18:00 or 6pm.")


def _typed(text: str) -> str:
    """Return the text with single spaces, without quotation marks around it. Raises ValidationError."""
    if len(text) > MAX_CHARACTERS:
        raise ValidationError(f"“{shortened(text)}” is far too long for a date or a time.", _WRITE)
    return " ".join(text.split()).strip("“”„‘’\"'")


def _numeric(numbers: NumericDate, typed: str) -> date:
    if len(numbers.year) < 4:
        raise ValidationError(f"{typed} has a year of two digits.", _WRITE)
    year = int(numbers.year)
    days = [_day(year, month, day, typed) for month, day in numbers.orders]
    if not days:
        raise _no_such_day(year, typed)
    if len(days) == 2:
        raise ValidationError(
            f"{typed} could be {_in_words(days[0])} or {_in_words(days[1])}.", f"Write {days[0]} or {days[1]}."
        )
    if numbers.second > 12:
        raise ValidationError(f"{typed} is in American order, month first.", f"Write {days[0]}.")
    return days[0]


def _written(typed: str) -> date:
    written = written_date(typed)
    if written is None:
        if has_short_year(typed):
            raise ValidationError(f"“{shortened(typed)}” has a year of two digits.", _WRITE)
        raise ValidationError(f"“{shortened(typed)}” is not a date.", _WRITE)
    if written.day is None:
        raise ValidationError(f"“{shortened(typed)}” names no day.", _WRITE)
    day = _day(written.year, written.month, written.day, typed)
    if written.weekday_is_wrong:
        raise ValidationError(
            f"“{shortened(typed)}” does not fit: {_in_words(day)} {day.year} is a {day:%A}.",
            "Check both, and write the date that is right.",
        )
    return day


def _month(year: int, month: int, typed: str) -> str:
    if not 1 <= month <= 12:
        raise ValidationError(f"“{shortened(typed)}”: there is no such month.", _WRITE_MONTH)
    return f"{_day(year, month, 1, typed):%Y-%m}"


def _day(year: int, month: int, day: int, typed: str) -> date:
    try:
        if FIRST_YEAR <= year <= LAST_YEAR:
            return date(year, month, day)
    except ValueError:
        pass
    raise _no_such_day(year, typed)


def _no_such_day(year: int, typed: str) -> ValidationError:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ValidationError(
            f"“{shortened(typed)}” is not in the years from {FIRST_YEAR} to {LAST_YEAR}.", "Check the year."
        )
    return ValidationError(f"“{shortened(typed)}”: there is no such day.", _WRITE)


def _not_understood_by_sheet(typed: str) -> ValidationError:
    return ValidationError(
        f"“{shortened(typed)}” is text: your spreadsheet did not take it for a date, and may have mistaken others.",
        _FORMAT,
    )


def _as_stored_day(number: str) -> str:
    """Return a remark on the day that a spreadsheet stores as this number, or an empty string."""
    day = spreadsheet_day(float(number))
    return f" (spreadsheets count days; it may be {_in_words(day)} {day.year})" if day else ""


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B}"
