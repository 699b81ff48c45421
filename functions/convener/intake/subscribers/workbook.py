"""Excel workbooks with people: the first visible sheet that has a column of addresses."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from convener.errors import BadInput
from convener.intake.files.csv_dialect import Broken, Record
from convener.intake.files.workbook import (
    SAVE_AGAIN,
    UNREADABLE,
    CellProblem,
    SheetXml,
    WorkbookLimits,
    cell_text,
    check_zip,
)
from convener.intake.subscribers.columns import MAX_NAMED, columns_of
from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.intake.subscribers.people_list import PeopleList
from convener.intake.subscribers.tables import Table, TableFinder

LIMITS = WorkbookLimits(of="people", elements=6_000_000, rows=400_001, columns=100, opened_bytes=200_000_000)
"""A workbook may have as many lines as fit into the largest CSV file."""
MAX_SHEET_NAME_CHARACTERS = 31
MAX_SHEETS_NAMED = 5
_NO_ADDRESSES = (
    "No sheet of the workbook has a column called “email”, or one that holds addresses. The first row should name the "
    "columns, such as: email, first_name, zone, joined"
)

_SHOW_ROWS = "Show them in your spreadsheet program (clear the filter), or read hidden rows with --hidden-rows."


@dataclass(frozen=True)
class _Sheet:
    """A sheet, unpacked into lines of JSON, which are smaller than its cells.

    Args:
        title: The name of the sheet.
        table: The table of people on the sheet.
        unpacked: The filled rows.
        last: The number of the last row.
        hidden: The numbers of the filled rows that are hidden.
    """

    title: str
    table: Table
    unpacked: io.BytesIO
    last: int
    hidden: frozenset[int]

    def records(self) -> Iterator[Record]:
        """Yield the filled rows, with the numbers that a spreadsheet program shows."""
        self.unpacked.seek(0)
        return map(_record, self.unpacked)


def read_workbook(data: bytes, *, hidden_rows: bool = False) -> PeopleList:
    """Return a workbook as a list of people.

    Hidden sheets are not read. Rows that are hidden, by a filter for example, are left out with a remark.

    Args:
        data: The bytes of the workbook.
        hidden_rows: Whether to read hidden rows like the others.

    Raises:
        BadInput: The workbook is no list of people. No line was read.
    """
    members = check_zip(data, LIMITS)
    try:
        sheet, others, notes = _chosen(data, members)
    except UNREADABLE as error:
        raise BadInput(f"The workbook can't be opened: something in it is damaged. {SAVE_AGAIN}") from error
    columns = columns_of(sheet.table)
    columns = replace(columns, titles=(*columns.titles, sheet.title, *others))
    below = [line for line in sorted(sheet.hidden) if columns.has_row(Record(line, line, []))]
    left_out = frozenset() if hidden_rows else frozenset(below)
    if below:
        notes = (*notes, Problem(below[0], "", LineOutcome.NOTE, _hidden_rows(below, read=hidden_rows)))

    def all_records() -> Iterator[Record | Broken]:
        return (record for record in sheet.records() if record.line not in left_out)

    people = PeopleList(columns, all_records, sheet.last, notes)
    if left_out and next(people.people(), None) is None:
        raise BadInput(f"All rows with people are hidden. {_SHOW_ROWS}")
    return people.check()


def _chosen(data: bytes, members: Mapping[str, SheetXml]) -> tuple[_Sheet, list[str], tuple[Problem, ...]]:
    """Return the first visible sheet with a table of people, the names of the other visible ones, and notes on them.

    Raises BadInput.
    """
    import openpyxl  # noqa: PLC0415 - the import takes a third of a second, and only workbooks need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=True)
        try:
            visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            hidden = [sheet for sheet in book.worksheets if sheet.sheet_state != "visible"]
            read = _first_with_people(visible, members)
            if read:
                others = [sheet.title for sheet in visible if sheet.title != read.title]
                return read, others, _notes(read.title, others, [sheet.title for sheet in hidden])
            if beneath := _first_with_people(hidden, members):
                raise BadInput(
                    f"No visible sheet has addresses, but the hidden sheet {_quoted(beneath.title)} does. If these are "
                    "the people, unhide the sheet (right-click the tabs at the bottom), and save the workbook."
                )
        finally:
            book.close()
    raise BadInput(_NO_ADDRESSES)


def _first_with_people(sheets: list[Any], members: Mapping[str, SheetXml]) -> _Sheet | None:
    """Return the first sheet that has addresses below a header, else the first with addresses or with a header."""
    best: _Sheet | None = None
    for sheet in sheets:
        read = _read(sheet, members)
        if read and read.table.header is not None and read.table.with_address:
            return read
        if read and (best is None or (read.table.with_address and not best.table.with_address)):
            best = read
    return best


def _read(sheet: Any, members: Mapping[str, SheetXml]) -> _Sheet | None:
    """Unpack a sheet; None where it has no table of people."""
    # openpyxl has no public attribute for the name of the member.
    xml = members.get(getattr(sheet, "_worksheet_path", "")) or SheetXml()
    finder, unpacked, last, hidden = TableFinder(), io.BytesIO(), 0, set[int]()
    for row in _rows(sheet):
        finder.add(row)
        unpacked.write(_line(row))
        last = row.line
        if last in xml.hidden:
            hidden.add(last)
    table = finder.finish()
    return _Sheet(str(sheet.title), table, unpacked, last, frozenset(hidden)) if table else None


def _rows(sheet: Any) -> Iterator[Record]:
    """Yield the filled rows, with the numbers that a spreadsheet program shows."""
    for number, row in enumerate(sheet.iter_rows(max_row=LIMITS.rows, max_col=LIMITS.columns), start=1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Record(number, number, cells)


def _text(cell: Any) -> str:
    """Return the text of a cell. A formula has its stored result; an error has no text."""
    text = cell_text(cell)
    return "" if isinstance(text, CellProblem) else text.strip()


def _line(record: Record) -> bytes:
    return json.dumps([record.line, record.cells], ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _record(line: bytes) -> Record:
    number, cells = json.loads(line)
    return Record(number, number, cells)


def _notes(read: str, others: list[str], hidden: list[str]) -> tuple[Problem, ...]:
    """Return a note on the sheets that were not read."""
    if not others and not hidden:
        return ()
    named = [_quoted(name) for name in others] + [f"{_quoted(name)} (hidden)" for name in hidden]
    more = " …" if len(named) > MAX_SHEETS_NAMED else ""
    text = f"Only the sheet {_quoted(read)} was read, not {', '.join(named[:MAX_SHEETS_NAMED])}{more}."
    return (Problem(1, "", LineOutcome.NOTE, text),)


def _quoted(title: str) -> str:
    return f"“{title[:MAX_SHEET_NAME_CHARACTERS]}”"


def _hidden_rows(lines: list[int], *, read: bool) -> str:
    """Return a remark on the hidden rows of the list."""
    spans = list(_spans(lines))
    shown = ", ".join(spans[:MAX_NAMED]) + (" …" if len(spans) > MAX_NAMED else "")
    if read:
        return f"Hidden rows were read like the others: {shown} ({len(lines)})."
    return f"Hidden rows were left out: {shown} ({len(lines)}). {_SHOW_ROWS}"


def _spans(lines: list[int]) -> Iterator[str]:
    """Yield rising numbers as text, with “5-9” for numbers that follow each other."""
    start = before = lines[0]
    for line in [*lines[1:], -1]:
        if line != before + 1:
            yield str(start) if start == before else f"{start}-{before}"
            start = line
        before = line
