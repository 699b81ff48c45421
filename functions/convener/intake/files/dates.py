"""Dates as people write them: in words, in numbers, and as ISO 8601. Which of these a reader takes is its own rule."""

from __future__ import annotations

import calendar
import difflib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FULL_MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
_SHORT_MONTHS = {name[:3]: number for number, name in enumerate(FULL_MONTHS, start=1)}
MONTHS = {**_SHORT_MONTHS, "sept": 9, **{name: number for number, name in enumerate(FULL_MONTHS, start=1)}}
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS)}|tues?|wed|thur?s?|mon|fri|sat|sun)"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_WRITTEN = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY})\.?,? )?(?:(?P<day>{DAY})(?: of)? )?(?P<month>{MONTH})\b\.?,? ?"
    rf"(?:(?P<day_after>{DAY}),? )?(?P<year>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
# A month may touch its year ("April2024"), which the \b above does not match.
_WRITTEN_WITHOUT_SPACE = re.compile(rf"(?P<month>{MONTH})(?P<year>\d{{4}})(?!\d)", re.IGNORECASE)
_JOINED = re.compile(rf"(?<=\d)[-/. ]*(?={MONTH}\b)|(?<=[a-z])[-/. ]+(?=\d)", re.IGNORECASE)
"""What stands between the parts of 18-Apr-2024."""
_SHORT_YEAR = re.compile(rf"(?:\d\d?(?:st|nd|rd|th)? )?(?:of )?{MONTH}[.,]? (?:\d\d?, )?['’]?\d\d$", re.IGNORECASE)
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_NUMERIC_LENIENT = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4}|'?\d{2})")
_NUMERIC_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""The years that a date in words may have."""
_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets. They count days from 1900, with a day too many before March of that year."""
_SERIAL_DAYS = range(36_526, 73_415)
"""The days of 2000 to 2100, as spreadsheets count them."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A month of a year in words, perhaps with its day, and the text that follows on the line."""

    year: int
    month: int
    day: int | None
    weekday: str
    rest: str

    @property
    def month_id(self) -> str:
        """The month as YYYY-MM."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def in_words(self) -> str:
        """The month as "April 2024"."""
        return f"{calendar.month_name[self.month]} {self.year}"

    @property
    def problem(self) -> str:
        """Why the date does not exist, or an empty string."""
        if not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            return f"no year between {EARLIEST_YEAR} and {LATEST_YEAR}"
        days = calendar.monthrange(self.year, self.month)[1]
        if self.day is not None and not 1 <= self.day <= days:
            return f"{self.in_words} has {days} days"
        return ""

    @property
    def given(self) -> date | None:
        """The day, if the text states one. Raises ValueError where the date does not exist."""
        return None if self.day is None else date(self.year, self.month, self.day)

    @property
    def weekday_is_wrong(self) -> bool:
        """Whether the text states a weekday that the day does not have."""
        if self.given is None or not self.weekday:
            return False
        return not _WEEKDAYS[self.given.weekday()].startswith(self.weekday[:3])


def date_at_start(text: str) -> WrittenDate | None:
    """Return the date at the beginning of a line: "April 2024", "18 April 2024", "Thursday, 18th of April 2024"."""
    match = _WRITTEN.match(text) or _WRITTEN_WITHOUT_SPACE.match(text)
    if not match:
        return None
    parts = match.groupdict()
    day = parts.get("day") or parts.get("day_after")
    return WrittenDate(
        year=int(parts["year"]),
        month=MONTHS[parts["month"].lower()],
        day=int(re.sub(r"\D", "", day)) if day else None,
        weekday=(parts.get("weekday") or "").lower(),
        rest=text[match.end() :],
    )


def written_date(text: str) -> WrittenDate | None:
    """Return the date that a whole text states in words, also as 18-Apr-2024. None where more stands beside it."""
    written = date_at_start(_JOINED.sub(" ", text))
    return None if written is None or written.rest.strip(" .,") else written


def has_short_year(text: str) -> bool:
    """Return whether a text ends like a date in words with a year of two digits: "18 April 24"."""
    return bool(_SHORT_YEAR.search(_JOINED.sub(" ", text)))


def nearest_month(word: str) -> str | None:
    """Return the month that a mistyped word may mean."""
    close = difflib.get_close_matches(word.lower(), [*FULL_MONTHS, "sept"], n=1, cutoff=0.72)
    return close[0].capitalize() if close else None


@dataclass(frozen=True, slots=True)
class NumericDate:
    """Two numbers and a year, such as 18/04/2024. The year is as typed: perhaps of two digits."""

    first: int
    second: int
    year: str

    @property
    def orders(self) -> list[tuple[int, int]]:
        """The pairs of month and day that the two numbers may be: the day first, then the month first.

        A pair whose month is not 1 to 12 is left out, and so is the second of two equal pairs. The day is not checked.
        """
        pairs = ((self.second, self.first), (self.first, self.second))
        return list(dict.fromkeys((month, day) for month, day in pairs if 1 <= month <= 12))


def numeric_date(text: str, *, lenient: bool) -> NumericDate | None:
    """Return the date that a whole text states in numbers, with the year last.

    Args:
        text: The text, such as 18/04/2024, 18.04.2024 or 18-04-2024.
        lenient: Whether to take spaces around the separators, digits of any script, and years of two digits.
    """
    match = (_NUMERIC_LENIENT if lenient else _NUMERIC).fullmatch(text)
    return NumericDate(int(match[1]), int(match[2]), match[3]) if match else None


@dataclass(frozen=True, slots=True)
class YearFirstDate:
    """A year, month and day in this order, such as 2024-04-18. `separator` stands between them."""

    year: int
    month: int
    day: int
    separator: str


def year_first_date(text: str) -> YearFirstDate | None:
    """Return the date of a text such as 2024-04-18 or 2024/4/18, also with the time 00:00 behind it."""
    match = _YEAR_FIRST.fullmatch(text)
    return YearFirstDate(int(match[1]), int(match[3]), int(match[4]), match[2]) if match else None


def numeric_month(text: str) -> tuple[int, int] | None:
    """Return the year and the month of a text such as 2024-04 or 04/2024. The month is not checked."""
    match = _NUMERIC_MONTH.fullmatch(text)
    return (int(match[1] or match[4]), int(match[2] or match[3])) if match else None


def utc_moment(text: str) -> datetime:
    """Return an ISO 8601 date or moment in UTC. A text without an offset is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def spreadsheet_day(number: float) -> date | None:
    """Return the day that a spreadsheet stores as this number, if it is a day of 2000 to 2100."""
    days = int(number)
    return _DAY_ZERO + timedelta(days=days) if days in _SERIAL_DAYS else None
