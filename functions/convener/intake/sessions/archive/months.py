"""The months and weekdays as people write them, and the dates they make."""

from __future__ import annotations

import calendar
import difflib
import re
from dataclasses import dataclass
from datetime import date

FULL_MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
_SHORT = {name[:3]: number for number, name in enumerate(FULL_MONTHS, start=1)}
MONTHS = {**_SHORT, "sept": 9, **{name: number for number, name in enumerate(FULL_MONTHS, start=1)}}
MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_DAYS = tuple(name.lower() for name in calendar.day_name)
_WEEKDAY = rf"(?:{'|'.join(_DAYS)}|tues?|wed|thur?s?|mon|fri|sat|sun)"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY})\.?,? )?(?:(?P<day>{DAY})(?: of)? )?(?P<month>{MONTH})\b\.?,? ?"
    rf"(?:(?P<day_after>{DAY}),? )?(?P<year>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
# A month may touch its year ("April2024"), which the \b above would forbid.
_GLUED_DATE = re.compile(rf"(?P<month>{MONTH})(?P<year>\d{{4}})(?!\d)", re.IGNORECASE)
EARLIEST, LATEST = 1900, 2199


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A month of a year, perhaps with its day, and what stands after it on the line."""

    year: int
    month: int
    day: int | None
    weekday: str
    rest: str

    @property
    def month_id(self) -> str:
        """As YYYY-MM."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def in_words(self) -> str:
        """As "April 2024"."""
        return f"{calendar.month_name[self.month]} {self.year}"

    @property
    def trouble(self) -> str:
        """Why there is no such day, or empty."""
        if not EARLIEST <= self.year <= LATEST:
            return f"no year between {EARLIEST} and {LATEST}"
        days = calendar.monthrange(self.year, self.month)[1]
        if self.day is not None and not 1 <= self.day <= days:
            return f"{self.in_words} has {days} days"
        return ""

    @property
    def given(self) -> date | None:
        """The day that is stated, if there is one."""
        return None if self.day is None else date(self.year, self.month, self.day)

    @property
    def weekday_is_wrong(self) -> bool:
        """Whether a weekday is stated that isn't that day's."""
        if self.given is None or not self.weekday:
            return False
        return not _DAYS[self.given.weekday()].startswith(self.weekday[:3])


def date_at_start(text: str) -> WrittenDate | None:
    """The date that a line begins with: "April 2024", "18 April 2024", "Thursday, 18th of April 2024"."""
    match = _DATE.match(text) or _GLUED_DATE.match(text)
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


def nearest_month(word: str) -> str | None:
    """The month that a mistyped word may have meant."""
    close = difflib.get_close_matches(word.lower(), [*FULL_MONTHS, "sept"], n=1, cutoff=0.72)
    return close[0].capitalize() if close else None
