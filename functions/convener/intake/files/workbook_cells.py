"""The cells of a workbook as texts, as people see them. Real dates and times become the form that is not ambiguous."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

_NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
_RETURN = re.compile(r"_x000[dD]_")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that can't be read: the end of a sentence that begins with its place, and how to mend it."""

    text: str
    mend: str
    shown: str = ""


def cell_text(cell: Any) -> str | CellProblem:
    """What stands in a cell, as text; empty where nothing does."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return CellProblem("holds a formula.", "Copy it, and paste it as values only (“Paste special”, Values).")
    if cell.data_type == "e":
        return CellProblem(f"shows the error {str(value)[:20]}.", "Write the text that should be there.")
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, str(cell.number_format))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _RETURN.sub("", str(value))


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    match value:
        case datetime():
            if not shows_day(number_format):
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


def shows_day(number_format: str) -> bool:
    """A cell that shows “Apr-24” is what a spreadsheet makes of a month; its day is nobody's word."""
    return "d" in _NOT_SHOWN.sub("", number_format).lower()
