"""An Excel workbook: the one sheet with sessions, as rows of texts."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from convener.intake.files.workbook_cells import CellProblem, cell_text
from convener.intake.files.workbook_limits import SAVE_AGAIN, Limits, Unsafe
from convener.intake.files.workbook_xml import Sheet
from convener.intake.files.zip_guard import UNREADABLE, check_zip
from convener.intake.sessions.cells import misread
from convener.intake.sessions.nodes import Draft
from convener.intake.sessions.table import Row, known_headings, letter, names_a_session, read_header, read_rows
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import shortened
from convener.sessions.session_updates import SourceLocation

LIMITS = Limits(of="sessions", elements=200_000, rows=5_000, columns=100, opened_bytes=20_000_000)


@dataclass(frozen=True)
class _Sheet:
    """The filled rows of a sheet, what is wrong in its cells, and its merged ranges.

    `numbers` are the cells with dates and numbers, which may look otherwise in a spreadsheet.
    """

    name: str
    rows: list[Row]
    troubles: list[tuple[int, int, CellProblem]]
    numbers: list[tuple[int, int, Any]]
    inside: Sheet
    hidden: bool


def read_workbook(data: bytes, findings: Findings) -> list[Draft]:
    """A draft for each row. Raises Wrong where there is no sheet to read."""
    try:
        inside = check_zip(data, LIMITS)
    except Unsafe as unsafe:
        raise ValidationError(unsafe.text, unsafe.mend) from unsafe
    try:
        sheets = [sheet for sheet in _sheets(data, inside) if sheet.rows]
    except UNREADABLE as error:
        raise ValidationError("The workbook can't be opened: something in it is damaged.", SAVE_AGAIN) from error
    sheet = _chosen(sheets)
    others = [shortened(other.name, 31) for other in sheets if other is not sheet]
    if others:
        findings.warn(f"Only the sheet “{shortened(sheet.name, 31)}” was read, not {', '.join(others)}.")
    return _drafts(sheet, sheet.name if others else "", findings)


def _sheets(data: bytes, inside: dict[str, Any]) -> Iterator[_Sheet]:
    import openpyxl  # noqa: PLC0415 - a third of a second, for workbooks only

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                # The member's name has no public place; without it, merged cells elsewhere would count too.
                member = inside.get(getattr(sheet, "_worksheet_path", ""))
                yield _read(sheet, member or Sheet())
        finally:
            book.close()


def _read(sheet: Any, inside: Sheet) -> _Sheet:
    hidden = sheet.sheet_state != "visible"
    read = _Sheet(str(sheet.title), rows=[], troubles=[], numbers=[], inside=inside, hidden=hidden)
    for number, row in enumerate(sheet.iter_rows(max_row=LIMITS.rows, max_col=LIMITS.columns), start=1):
        texts: list[str] = []
        for column, cell in enumerate(row):
            text = cell_text(cell)
            if isinstance(text, CellProblem):
                read.troubles.append((number, column, text))
                text = text.shown
            elif text and not isinstance(cell.value, str):
                read.numbers.append((number, column, cell))
            texts.append(text)
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            read.rows.append(Row(number, texts))
    return read


def _chosen(sheets: list[_Sheet]) -> _Sheet:
    """The sheet whose headings say which session a row is about; else the one that has known headings at all."""
    if not sheets:
        raise ValidationError(
            "The workbook is empty.", "Name the columns in the first row, and write one row for each session."
        )
    fit = [sheet for sheet in sheets if names_a_session(sheet.rows[0].cells)]
    fit = fit or [sheet for sheet in sheets if known_headings(sheet.rows[0].cells)] or sheets
    fit = [sheet for sheet in fit if not sheet.hidden] or fit
    if len(fit) > 1:
        names = " and ".join(f"“{shortened(sheet.name, 31)}”" for sheet in fit[:3])
        raise ValidationError(
            f"Several sheets could be the one with the sessions: {names}.",
            "Keep one of them in the workbook that you upload.",
        )
    return fit[0]


def _drafts(sheet: _Sheet, shown_name: str, findings: Findings) -> list[Draft]:
    header = read_header(sheet.rows[0], findings, sheet=shown_name)
    for merged in sheet.inside.merged:
        findings.fault(
            f"The cells {merged} are merged, so it is not clear which row they belong to.",
            "Take the merging off (“Unmerge cells”), and write the text into each row it is for.",
            SourceLocation(sheet=header.sheet),
        )
    for row, column, trouble in sheet.troubles:
        findings.fault(f"Cell {letter(column)}{row} {trouble.text}", trouble.mend, header.where(row, column))
    for row, column, cell in sheet.numbers:
        if row > sheet.rows[0].number and (found := misread(cell, header.field(column))):
            findings.fault(f"Cell {letter(column)}{row} {found.text}", found.mend, header.where(row, column))
    if unseen := [str(row.number) for row in sheet.rows[1:] if row.number in sheet.inside.hidden]:
        shown = ", ".join(unseen[:10]) + (", …" if len(unseen) > 10 else "")
        findings.warn(f"Hidden rows are read like all others; hidden are: {shown}.")
    return read_rows(header, sheet.rows[1:], findings, in_workbook=True)
