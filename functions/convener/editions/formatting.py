"""Dates, times and lists of names as English words, whatever the locale of the machine. Standard library only."""

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

TEXT_WIDTH = 72
"""The longest line of a text part, in characters."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def day_month_year(day: date) -> str:
    """Return, for example, "3 March 2023"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """Return, for example, "Thursday"."""
    return DAYS[day.weekday()]


def day_and_month(day: date) -> str:
    """Return, for example, "Thursday 18 April"."""
    return f"{weekday(day)} {day.day} {MONTHS[day.month - 1]}"


def full_date(day: date) -> str:
    """Return, for example, "Thursday 18 April 2024"."""
    return f"{weekday(day)} {day_month_year(day)}"


def short_date(day: date) -> str:
    """Return, for example, "Thu 18 April"."""
    return f"{weekday(day)[:3]} {day.day} {MONTHS[day.month - 1]}"


def clock_time(moment: datetime) -> str:
    """Return, for example, "18:00"."""
    return f"{moment.hour:02}:{moment.minute:02}"


def hour_words(moment: datetime) -> str:
    """Return, for example, "6pm", "6.30pm" or "12 noon".

    Midnight is "12am", because "midnight" does not say at which end of the day.
    """
    if (moment.hour, moment.minute) == (12, 0):
        return "12 noon"
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def time_range(begins: datetime, ends: datetime, zone_name: str) -> str:
    """Return, for example, "Thursday 18 April 2024, 18:00–19:30 UK time". The second day is named if it differs."""
    if begins.date() == ends.date():
        return f"{full_date(begins)}, {clock_time(begins)}–{clock_time(ends)} {zone_name}"
    return f"{full_date(begins)}, {clock_time(begins)}, to {day_and_month(ends)}, {clock_time(ends)} {zone_name}"


def and_list(names: Iterable[str]) -> str:
    """Return, for example, "A, B and C"."""
    *rest, last = list(names) or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def duration_words(minutes: int) -> str:
    """Return, for example, "two hours", "half an hour" or "45 minutes". `minutes` is above 0."""
    hours, rest = divmod(minutes, 60)
    counted = NUMBERS[hours] if hours < len(NUMBERS) else str(hours)
    if not rest:
        return f"{counted} hour{'s' if hours != 1 else ''}"
    if rest == 30:
        return f"{counted} and a half hours" if hours else "half an hour"
    return f"{counted} hour{'s' if hours != 1 else ''} and {rest} minutes" if hours else f"{rest} minutes"


def without_controls(text: str) -> str:
    """Replace each run of control characters and line breaks by a space."""
    return _CONTROL.sub(" ", text)


def shortened(text: str, max_characters: int) -> str:
    """Cut a text that is longer than `max_characters` after a whole word, and add an ellipsis."""
    if len(text) <= max_characters:
        return text
    kept = text[:max_characters].rpartition(" ")[0] or text[: max_characters - 1]
    return kept.rstrip(" ,;:.–—-&") + "…"


def one_line(text: str) -> str:
    """Return the words of a text with one space between two words and without control characters."""
    return " ".join(without_controls(text).split())
