"""Excel workbooks with people: the first sheet that has a column of addresses."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from convener.errors import BadInput
from convener.intake.files.csv_dialect import Broken, Record
from convener.intake.files.workbook import SAVE_AGAIN, UNREADABLE, CellProblem, WorkbookLimits, cell_text, check_zip
from convener.intake.subscribers.columns import HEADERS, Columns, columns_of, header_of
from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.intake.subscribers.people_list import PeopleList

LIMITS = WorkbookLimits(of="people", elements=6_000_000, rows=400_001, columns=100, opened_bytes=200_000_000)
"""A workbook may have as many lines as fit into the largest CSV file."""
MAX_SHEET_NAME_CHARACTERS = 31
MAX_SHEETS_NAMED = 5
_NO_ADDRESSES = (
    "No sheet of the workbook has a column called “email”. The first row should name the columns, such as: email, "
    "first_name, zone, joined"
)


def read_workbook(data: bytes) -> PeopleList:
    """Return a workbook as a list of people. Raises BadInput, before any line is read, if it is none.

    A list is iterated twice. So the workbook is unpacked once into lines of JSON, which are smaller than its cells.
    """
    check_zip(data, LIMITS)
    try:
        columns, unpacked, lines, notes = _unpacked(data)
    except UNREADABLE as error:
        raise BadInput(f"The workbook can't be opened: something in it is damaged. {SAVE_AGAIN}") from error

    def all_records() -> Iterator[Record | Broken]:
        unpacked.seek(0)
        return map(_record, unpacked)

    return PeopleList(columns, all_records, lines, notes).check()


def _unpacked(data: bytes) -> tuple[Columns, io.BytesIO, int, tuple[Problem, ...]]:
    """Return the columns, the records as lines of JSON, the number of the last row, and the notes."""
    import openpyxl  # noqa: PLC0415 - the import takes a third of a second, and only workbooks need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=True)
        try:
            for sheet in book.worksheets:
                rows = _rows(sheet)
                firsts = list(islice(rows, HEADERS.max_rows))
                header = header_of(firsts) if firsts else None
                columns = columns_of(header) if header else None
                if header and columns:
                    above = firsts.index(header)
                    columns, below = replace(columns, above=above), chain(firsts[above + 1 :], rows)
                    others = [other.title for other in book.worksheets if other is not sheet]
                    return columns, *_written(header, below), _notes(sheet.title, others)
        finally:
            book.close()
    raise BadInput(_NO_ADDRESSES)


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


def _written(header: Record, rows: Iterator[Record]) -> tuple[io.BytesIO, int]:
    unpacked, last = io.BytesIO(), header.line
    unpacked.write(_line(header))
    for row in rows:
        unpacked.write(_line(row))
        last = row.line
    return unpacked, last


def _line(record: Record) -> bytes:
    return json.dumps([record.line, record.cells], ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _record(line: bytes) -> Record:
    number, cells = json.loads(line)
    return Record(number, number, cells)


def _notes(read: str, others: list[str]) -> tuple[Problem, ...]:
    if not others:
        return ()
    names = ", ".join(f"“{name[:MAX_SHEET_NAME_CHARACTERS]}”" for name in others[:MAX_SHEETS_NAMED])
    more = " …" if len(others) > MAX_SHEETS_NAMED else ""
    text = f"Only the sheet “{read[:MAX_SHEET_NAME_CHARACTERS]}” was read, not {names}{more}."
    return (Problem(1, "", LineOutcome.NOTE, text),)
