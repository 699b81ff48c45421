"""Excel workbooks with sessions: the sheet that has them, and its rows as drafts."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from convener.intake.files.decoding import shortened
from convener.intake.files.workbook import (
    SAVE_AGAIN,
    UNREADABLE,
    CellProblem,
    SheetXml,
    UnsafeWorkbook,
    WorkbookLimits,
    cell_text,
    check_zip,
    column_letters,
    shows_day,
)
from convener.intake.sessions.field_names import HEADERS
from convener.intake.sessions.outline import Draft
from convener.intake.sessions.tables import Header, Row, read_header, read_rows
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.session_updates import SourceLocation

LIMITS = WorkbookLimits(of="sessions", elements=200_000, rows=5_000, columns=100, opened_bytes=20_000_000)
MAX_SHEET_NAME_CHARACTERS = 31
_CHANGES_NUMBERS = re.compile(r"%|0{2}(?!.*\.)|E[+-]|/|[#0?],")
"""Number formats that show 7 as 007, 0.5 as 50% or ½, and 1984 as 1,984."""
TEXT_FIELDS = frozenset({"title", "speakers", "summary"})


@dataclass(frozen=True)
class _Sheet:
    """A sheet as it was read.

    Args:
        name: The name of the sheet.
        rows: The filled rows.
        problems: The cells that cannot be read: row, column, problem.
        converted: The cells with dates and numbers, which may look different in a spreadsheet: row, column, cell.
        xml: The merged ranges and the hidden rows.
        hidden: Whether the spreadsheet does not show the sheet.
    """

    name: str
    rows: list[Row]
    problems: list[tuple[int, int, CellProblem]]
    converted: list[tuple[int, int, Any]]
    xml: SheetXml
    hidden: bool


def read_workbook(data: bytes, findings: Findings) -> list[Draft]:
    """Return a draft for each row of the sheet with sessions. Faults go to the findings.

    Raises ValidationError where the workbook cannot be opened, or where it is not clear which sheet has the sessions.
    """
    try:
        members = check_zip(data, LIMITS)
    except UnsafeWorkbook as error:
        raise ValidationError(error.text, error.mend) from error
    try:
        sheets = [sheet for sheet in _sheets(data, members) if sheet.rows]
    except UNREADABLE as error:
        raise ValidationError("The workbook can't be opened: something in it is damaged.", SAVE_AGAIN) from error
    sheet = _chosen(sheets)
    others = [_shown(other) for other in sheets if other is not sheet]
    if others:
        findings.warn(f"Only the sheet “{_shown(sheet)}” was read, not {', '.join(others)}.")
    return _drafts(sheet, sheet.name if others else "", findings)


def _shown(sheet: _Sheet) -> str:
    return shortened(sheet.name, MAX_SHEET_NAME_CHARACTERS)


def _sheets(data: bytes, members: dict[str, SheetXml]) -> Iterator[_Sheet]:
    import openpyxl  # noqa: PLC0415 - the import takes a third of a second, and only workbooks need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                # openpyxl has no public attribute for the name of the member. A sheet whose member is not known has
                # no merged cells: those of another sheet must not count for it.
                member = members.get(getattr(sheet, "_worksheet_path", ""))
                yield _read(sheet, member or SheetXml())
        finally:
            book.close()


def _read(sheet: Any, xml: SheetXml) -> _Sheet:
    hidden = sheet.sheet_state != "visible"
    read = _Sheet(str(sheet.title), rows=[], problems=[], converted=[], xml=xml, hidden=hidden)
    for number, row in enumerate(sheet.iter_rows(max_row=LIMITS.rows, max_col=LIMITS.columns), start=1):
        texts: list[str] = []
        for column, cell in enumerate(row):
            text = cell_text(cell)
            if isinstance(text, CellProblem):
                read.problems.append((number, column, text))
                text = text.shown
            elif text and not isinstance(cell.value, str):
                read.converted.append((number, column, cell))
            texts.append(text)
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            read.rows.append(Row(number, texts))
    return read


def _chosen(sheets: list[_Sheet]) -> _Sheet:
    """Return the sheet whose header names a session field; else the sheet whose header has any known name."""
    if not sheets:
        raise ValidationError(
            "The workbook is empty.", "Name the columns in the first row, and write one row for each session."
        )
    scores = [HEADERS.score(sheet.rows[0].cells) for sheet in sheets]
    candidates = [sheet for sheet, (names_session, _) in zip(sheets, scores, strict=True) if names_session]
    candidates = candidates or [sheet for sheet, (_, known) in zip(sheets, scores, strict=True) if known] or sheets
    candidates = [sheet for sheet in candidates if not sheet.hidden] or candidates
    if len(candidates) > 1:
        names = " and ".join(f"“{_shown(sheet)}”" for sheet in candidates[:3])
        raise ValidationError(
            f"Several sheets could be the one with the sessions: {names}.",
            "Keep one of them in the workbook that you upload.",
        )
    return candidates[0]


def _drafts(sheet: _Sheet, name_in_messages: str, findings: Findings) -> list[Draft]:
    header = read_header(sheet.rows[0], findings, sheet=name_in_messages)
    for merged in sheet.xml.merged:
        findings.fault(
            f"The cells {merged} are merged, so it is not clear which row they belong to.",
            "Take the merging off (“Unmerge cells”), and write the text into each row it is for.",
            SourceLocation(sheet=header.sheet),
        )
    for row, column, problem in sheet.problems:
        _add(findings, problem, header, row, column)
    for row, column, cell in sheet.converted:
        if row > sheet.rows[0].number and (doubt := ambiguous(cell, header.field(column))):
            _add(findings, doubt, header, row, column)
    if hidden := [str(row.number) for row in sheet.rows[1:] if row.number in sheet.xml.hidden]:
        shown = ", ".join(hidden[:10]) + (", …" if len(hidden) > 10 else "")
        findings.warn(f"Hidden rows are read like all others; hidden are: {shown}.")
    return read_rows(header, sheet.rows[1:], findings, in_workbook=True)


def _add(findings: Findings, problem: CellProblem, header: Header, row: int, column: int) -> None:
    findings.fault(f"Cell {column_letters(column)}{row} {problem.text}", problem.mend, header.where(row, column))


def ambiguous(cell: Any, field: str) -> CellProblem | None:
    """Return why the value of a cell may differ from what its author sees, for the field of its column."""
    value, number_format = cell.value, str(cell.number_format)
    if field in TEXT_FIELDS and isinstance(value, datetime | date | time | timedelta):
        return CellProblem(
            "was taken for a date or a time by your spreadsheet, and may have been something else.",
            "Format it as text, and type again what it should say.",
        )
    if (
        field in TEXT_FIELDS
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and _CHANGES_NUMBERS.search(number_format)
    ):
        return CellProblem(
            "shows a number otherwise than it holds it.", "Format it as text, and type again what it shows."
        )
    if field == "date" and isinstance(value, datetime) and value.day != 1 and not shows_day(number_format):
        return CellProblem(
            f"shows only a month, but holds {value.day} {value:%B %Y}.",
            "If that day is right, let the cell show it (“Format cells”, Date); else type the month again.",
        )
    return None
