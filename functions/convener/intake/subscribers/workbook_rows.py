"""An Excel workbook with people: the first sheet that has a column of addresses, with its cells as people see them."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from convener.errors import BadInput
from convener.intake.files.csv_text import Broken, Record
from convener.intake.files.workbook_cells import CellProblem, cell_text
from convener.intake.files.workbook_limits import SAVE_AGAIN, Limits
from convener.intake.files.zip_guard import UNREADABLE, check_zip
from convener.intake.subscribers.columns import TITLES, Columns, columns_of, first_of
from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.intake.subscribers.rows import PeopleList

LIMITS = Limits(of="people", elements=6_000_000, rows=400_001, columns=100, opened_bytes=200_000_000)
"""As many lines as fit into the largest CSV file."""
_NO_ADDRESSES = (
    "No sheet of the workbook has a column called “email”. The first row should name the columns, such as: email, "
    "first_name, zone, joined"
)


def read_workbook(data: bytes) -> PeopleList:
    """A workbook as a list of people. Raises BadInput, at once, when it is none.

    It is unpacked once, into lines of JSON that are far smaller than its cells, since a list is gone through twice.
    """
    check_zip(data, LIMITS)
    try:
        columns, unpacked, lines, notes = _unpacked(data)
    except UNREADABLE as error:
        raise BadInput(f"The workbook can't be opened: something in it is damaged. {SAVE_AGAIN}") from error

    def found() -> Iterator[Record | Broken]:
        unpacked.seek(0)
        return map(_record, unpacked)

    return PeopleList(columns, found, lines, notes).check()


def _unpacked(data: bytes) -> tuple[Columns, io.BytesIO, int, tuple[Problem, ...]]:
    import openpyxl  # noqa: PLC0415 - a third of a second, for workbooks only

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=True)
        try:
            for sheet in book.worksheets:
                rows = _rows(sheet)
                firsts = list(islice(rows, TITLES))
                first = first_of(firsts) if firsts else None
                columns = columns_of(first) if first else None
                if first and columns:
                    above = firsts.index(first)
                    columns, below = replace(columns, above=above), chain(firsts[above + 1 :], rows)
                    others = [one.title for one in book.worksheets if one is not sheet]
                    return columns, *_written(first, below), _notes(sheet.title, others)
        finally:
            book.close()
    raise BadInput(_NO_ADDRESSES)


def _rows(sheet: Any) -> Iterator[Record]:
    """The filled rows, by the numbers that a spreadsheet program shows."""
    for number, row in enumerate(sheet.iter_rows(max_row=LIMITS.rows, max_col=LIMITS.columns), start=1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Record(number, number, cells)


def _text(cell: Any) -> str:
    """What people see in a cell; of a formula that is what it came to. An error is nothing."""
    text = cell_text(cell)
    return "" if isinstance(text, CellProblem) else text.strip()


def _written(first: Record, rows: Iterator[Record]) -> tuple[io.BytesIO, int]:
    unpacked, last = io.BytesIO(), first.line
    unpacked.write(_line(first))
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
    names = ", ".join(f"“{name[:31]}”" for name in others[:5]) + (" …" if len(others) > 5 else "")
    return (Problem(1, "", LineOutcome.NOTE, f"Only the sheet “{read[:31]}” was read, not {names}."),)
