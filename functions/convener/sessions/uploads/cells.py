"""The cells of a workbook as texts. Real dates and times become the form that is never ambiguous."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from convener.sessions.uploads.words import shortened

_NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
_PADS = re.compile(r"%|0{2}(?!.*\.)|E[+-]|/|[#0?],")
"""Formats that show 7 as 007, 0.5 as 50% or ½, and 1984 as 1,984."""
TEXTS = frozenset({"title", "speakers", "summary"})
_RETURN = re.compile(r"_x000[dD]_")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that can't be read: the end of a sentence that begins with its place, and how to mend it."""

    text: str
    mend: str
    shown: str = ""


def cell_text(cell: Any) -> str | Trouble:
    """What stands in a cell, as text; empty where nothing does."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Trouble("holds a formula.", "Copy it, and paste it as values only (“Paste special”, Values).")
    if cell.data_type == "e":
        return Trouble(f"shows the error {shortened(str(value), 20)}.", "Write the text that should be there.")
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, str(cell.number_format))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _RETURN.sub("", str(value))


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    match value:
        case datetime():
            if not _shows_day(number_format):
                return f"{value:%Y-%m}"
            minutes = value + timedelta(seconds=30)
            return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{minutes:%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case time():
            return f"{datetime.combine(date(2000, 1, 1), value) + timedelta(seconds=30):%H:%M}"
        case timedelta():
            whole = round(value.total_seconds() / 60)
            return f"{whole // 60:02}:{whole % 60:02}"


def misread(cell: Any, field: str) -> Trouble | None:
    """Why a cell may mean something else than it holds: that depends on the field whose column it is in."""
    value, shows = cell.value, str(cell.number_format)
    if field in TEXTS and isinstance(value, datetime | date | time | timedelta):
        told = "was taken for a date or a time by your spreadsheet, and may have been something else."
        return Trouble(told, "Format it as text, and type again what it should say.")
    if field in TEXTS and isinstance(value, int | float) and not isinstance(value, bool) and _PADS.search(shows):
        return Trouble("shows a number otherwise than it holds it.", "Format it as text, and type again what it shows.")
    if field == "date" and isinstance(value, datetime) and value.day != 1 and not _shows_day(shows):
        told = f"shows only a month, but holds {value.day} {value:%B %Y}."
        return Trouble(
            told, "If that day is right, let the cell show it (“Format cells”, Date); else type the month again."
        )
    return None


def _shows_day(number_format: str) -> bool:
    """A cell that shows “Apr-24” is what a spreadsheet makes of a month; its day is nobody's word."""
    return "d" in _NOT_SHOWN.sub("", number_format).lower()
