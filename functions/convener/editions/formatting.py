"""Dates, times and names in words: English whatever the machine's locale. Standard library only: deliver uses it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def day_month_year(day: date) -> str:
    """3 March 2023."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """Thursday."""
    return DAYS[day.weekday()]


def day_and_month(day: date) -> str:
    """Thursday 18 April."""
    return f"{weekday(day)} {day.day} {MONTHS[day.month - 1]}"


def full_date(day: date) -> str:
    """Thursday 18 April 2024."""
    return f"{weekday(day)} {day_month_year(day)}"


def short_date(day: date) -> str:
    """Thu 18 April."""
    return f"{weekday(day)[:3]} {day.day} {MONTHS[day.month - 1]}"


def clock(moment: datetime) -> str:
    """18:00."""
    return f"{moment.hour:02}:{moment.minute:02}"


def hour_words(moment: datetime) -> str:
    """6pm, 6.30pm, 12 noon; midnight is 12am, because "midnight" leaves open of which day."""
    if (moment.hour, moment.minute) == (12, 0):
        return "12 noon"
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def from_to(begins: datetime, ends: datetime, zone_name: str) -> str:
    """Thursday 18 April 2024, 18:00–19:30 UK time; both days are named where it ends on another."""
    if begins.date() == ends.date():
        return f"{full_date(begins)}, {clock(begins)}–{clock(ends)} {zone_name}"
    return f"{full_date(begins)}, {clock(begins)}, to {day_and_month(ends)}, {clock(ends)} {zone_name}"


def listed(names: Iterable[str]) -> str:
    """One, two and three."""
    *rest, last = list(names) or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def hours_words(minutes: int) -> str:
    """A whole number of minutes above nought: two hours, half an hour, one and a half hours, 45 minutes."""
    hours, rest = divmod(minutes, 60)
    counted = NUMBERS[hours] if hours < len(NUMBERS) else str(hours)
    if not rest:
        return f"{counted} hour{'s' if hours != 1 else ''}"
    if rest == 30:
        return f"{counted} and a half hours" if hours else "half an hour"
    return f"{counted} hour{'s' if hours != 1 else ''} and {rest} minutes" if hours else f"{rest} minutes"


def without_controls(text: str) -> str:
    """The same words with a space for each run of control characters and line breaks."""
    return _CONTROL.sub(" ", text)


def shortened(text: str, most: int) -> str:
    """The same words, cut after a whole one where there are more than so many characters."""
    if len(text) <= most:
        return text
    kept = text[:most].rpartition(" ")[0] or text[: most - 1]
    return kept.rstrip(" ,;:.–—-&") + "…"


def one_line(text: str) -> str:
    """The same words without control characters, and one space between two of them: fit for a subject."""
    return " ".join(without_controls(text).split())
