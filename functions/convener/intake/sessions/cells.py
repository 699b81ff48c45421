"""Cells of a workbook that may mean something else than they hold."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from convener.intake.files.workbook_cells import CellProblem, shows_day

_PADS = re.compile(r"%|0{2}(?!.*\.)|E[+-]|/|[#0?],")
"""Formats that show 7 as 007, 0.5 as 50% or ½, and 1984 as 1,984."""
TEXTS = frozenset({"title", "speakers", "summary"})


def misread(cell: Any, field: str) -> CellProblem | None:
    """Why a cell may mean something else than it holds: that depends on the field whose column it is in."""
    value, shows = cell.value, str(cell.number_format)
    if field in TEXTS and isinstance(value, datetime | date | time | timedelta):
        told = "was taken for a date or a time by your spreadsheet, and may have been something else."
        return CellProblem(told, "Format it as text, and type again what it should say.")
    if field in TEXTS and isinstance(value, int | float) and not isinstance(value, bool) and _PADS.search(shows):
        return CellProblem(
            "shows a number otherwise than it holds it.", "Format it as text, and type again what it shows."
        )
    if field == "date" and isinstance(value, datetime) and value.day != 1 and not shows_day(shows):
        told = f"shows only a month, but holds {value.day} {value:%B %Y}."
        return CellProblem(
            told, "If that day is right, let the cell show it (“Format cells”, Date); else type the month again."
        )
    return None
