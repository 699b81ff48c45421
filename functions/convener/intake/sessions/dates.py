"""Days, months and times as people write them. What could mean two days is asked back, never guessed."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from convener.intake.sessions.archive.months import MONTH, WrittenDate, date_at_start
from convener.intake.sessions.validation import ValidationError
from convener.intake.sessions.words import shortened

FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = 100  # characters; the patterns below are not for pages of text
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$")
_NUMERIC = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4}|'?\d{2})$")
_ISO_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})$|(\d{1,2})[/.-](\d{4})$")
_SERIAL = re.compile(r"\d{4,6}(?:\.\d+)?$")
_GLUED = re.compile(rf"(?<=\d)[-/. ]*(?={MONTH}\b)|(?<=[a-z])[-/. ]+(?=\d)", re.IGNORECASE)
_SHORT_YEAR = re.compile(rf"(?:\d\d?(?:st|nd|rd|th)? )?(?:of )?{MONTH}[.,]? (?:\d\d?, )?['’]?\d\d$", re.IGNORECASE)
_WRITE = "Write it as 2024-04-18 or 18 April 2024."
_WRITE_MONTH = "Write it as 2024-04 or April 2024."
_FORMAT = "Format the column as a date in your spreadsheet and type the days again, or write them as 2024-04-18."
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::00)?)? ?(?:(a|p)\.?m\.?)?$", re.IGNORECASE)


def read_date(text: str, *, from_sheet: bool = False) -> date:
    """A day. `from_sheet`: the text stands in a workbook, which should have known it as a date. Raises Wrong."""
    typed = _typed(text)
    if match := _ISO.match(typed):
        if from_sheet and match[2] != "-":
            raise _not_understood(typed)
        return _day(int(match[1]), int(match[3]), int(match[4]), typed)
    if match := _NUMERIC.match(typed):
        if from_sheet:
            raise _not_understood(typed)
        return _numeric(int(match[1]), int(match[2]), match[3], typed)
    if re.search(r"\d[T ]\d\d?:\d\d", typed):
        raise ValidationError(
            f"“{shortened(typed)}” has a time beside the date.", "Write the date here, and the time under “start”."
        )
    if _SERIAL.match(typed):
        raise ValidationError(f"{typed} is a plain number, not a date{_as_serial(typed)}.", _FORMAT)
    return _written(typed)


def read_month(text: str) -> str:
    """A month as YYYY-MM. Raises Wrong."""
    typed = _typed(text)
    if match := _ISO_MONTH.match(typed):
        return _month(int(match[1] or match[4]), int(match[2] or match[3]), typed)
    written = date_at_start(_GLUED.sub(" ", typed))
    if written and not written.rest.strip(" .,") and written.day is None:
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
    """Whether a text names a month and no day of it. Raises Wrong for what is too long to be either."""
    typed = _typed(text)
    written = date_at_start(_GLUED.sub(" ", typed))
    return bool(_ISO_MONTH.match(typed)) or bool(written and written.day is None and not written.rest.strip(" .,"))


def read_time(text: str) -> time:
    """A time of day: 18:00, 18.00, 6pm, 6.30 pm, noon. Raises Wrong."""
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
    """With single spaces, and without quotation marks around it. Raises Wrong."""
    if len(text) > LONGEST:
        raise ValidationError(f"“{shortened(text)}” is far too long for a date or a time.", _WRITE)
    return " ".join(text.split()).strip("“”„‘’\"'")


def _numeric(first: int, second: int, year: str, typed: str) -> date:
    if len(year) < 4:
        raise ValidationError(f"{typed} has a year of two digits.", _WRITE)
    whole = int(year)
    if first > 12:
        return _day(whole, second, first, typed)
    if second > 12:
        _day(whole, first, second, typed)
        raise ValidationError(f"{typed} is in American order, month first.", f"Write {whole}-{first:02}-{second:02}.")
    month_last, month_first = _day(whole, second, first, typed), _day(whole, first, second, typed)
    if month_last == month_first:
        return month_last
    raise ValidationError(
        f"{typed} could be {_in_words(month_last)} or {_in_words(month_first)}.",
        f"Write {month_last} or {month_first}.",
    )


def _written(typed: str) -> date:
    plain = _GLUED.sub(" ", typed)
    written = date_at_start(plain)
    if written is None or written.rest.strip(" .,"):
        if _SHORT_YEAR.search(plain):
            raise ValidationError(f"“{shortened(typed)}” has a year of two digits.", _WRITE)
        raise ValidationError(f"“{shortened(typed)}” is not a date.", _WRITE)
    if written.day is None:
        raise ValidationError(f"“{shortened(typed)}” names no day.", _WRITE)
    day = _day(written.year, written.month, written.day, typed)
    _check_weekday(written, day, typed)
    return day


def _check_weekday(written: WrittenDate, day: date, typed: str) -> None:
    if written.weekday_is_wrong:
        raise ValidationError(
            f"“{shortened(typed)}” does not fit: {_in_words(day)} {day.year} is a {day:%A}.",
            "Check both, and write the date that is right.",
        )


def _month(year: int, month: int, typed: str) -> str:
    if not 1 <= month <= 12:
        raise ValidationError(f"“{shortened(typed)}”: there is no such month.", _WRITE_MONTH)
    return f"{_day(year, month, 1, typed):%Y-%m}"


def _day(year: int, month: int, day: int, typed: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            f"“{shortened(typed)}” is not in the years from {FIRST_YEAR} to {LAST_YEAR}.", "Check the year."
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise ValidationError(f"“{shortened(typed)}”: there is no such day.", _WRITE) from None


def _not_understood(typed: str) -> ValidationError:
    told = f"“{shortened(typed)}” is text: your spreadsheet did not take it for a date, and may have mistaken others."
    return ValidationError(told, _FORMAT)


def _as_serial(typed: str) -> str:
    """Excel counts days from 1900, with a day too many before March of that year."""
    days = int(float(typed))
    if not 36526 <= days <= 73414:
        return ""
    day = date(1899, 12, 30) + timedelta(days=days)
    return f" (spreadsheets count days; it may be {_in_words(day)} {day.year})"


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B}"
