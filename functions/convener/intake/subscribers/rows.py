"""A list of people line by line: those that can be used, and what is wrong with the others, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from convener.csv_output import FORMULA
from convener.errors import BadInput
from convener.intake.files.csv_text import Broken, Record, records
from convener.intake.subscribers import cells as cell_values
from convener.intake.subscribers.columns import Columns, find_columns
from convener.intake.subscribers.csv_lines import check_size, open_text
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.subscribers.address import Address, parse_address

_DEFUSED = re.compile(rf"'+[{re.escape(''.join(FORMULA))}]")
"""What a cell begins with that would be a formula, but for the apostrophe that somebody put before it."""


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A file that is a list of people. It may be gone through again and again: nothing of it is kept but its bytes.

    `records` gives its records from the first line on, `lines` how many lines there are.
    """

    columns: Columns
    records: Callable[[], Iterator[Record | Broken]]
    lines: int
    notes: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Row | Problem]:
        """In the order of the file."""
        yield from self.notes
        if self.columns.above:
            passed = f"The columns are named here. What stands above ({self.columns.above} filled) was passed over."
            yield Problem(self.columns.header_line, "", LineOutcome.NOTE, passed)
        if self.columns.unused:
            names = ", ".join(f"“{name}”" for name in self.columns.unused)
            yield Problem(self.columns.header_line, "", LineOutcome.NOTE, f"Not used: {names}.")
        for record in self.people():
            yield from _row(record, self.columns)

    def people(self) -> Iterator[Record | Broken]:
        """The records below the one that names the columns."""
        return (found for found in self.records() if found.line > self.columns.header_line)

    def check(self) -> PeopleList:
        """The same. Raises BadInput where it names its columns and nobody."""
        if next(self.people(), None) is None:
            raise BadInput("The file names its columns and holds no addresses.")
        return self


def read_csv(data: bytes) -> PeopleList:
    """A CSV file as a list of people. Raises BadInput, at once, when it is none."""
    check_size(len(data))
    text = open_text(data)
    delimiter, columns = find_columns(text)
    notes = (Problem(1, "", LineOutcome.NOTE, text.note),) if text.note else ()

    def found() -> Iterator[Record | Broken]:
        return map(_as_meant, records(text.lines(), delimiter))

    return PeopleList(columns, found, sum(1 for _ in text.lines()), notes).check()


def _as_meant(record: Record | Broken) -> Record | Broken:
    """Without the apostrophe that our own export, and many others, put before what would be a formula."""
    if isinstance(record, Record) and any(cell.startswith("'") for cell in record.cells):
        cells = [cell[1:] if _DEFUSED.match(cell) else cell for cell in record.cells]
        return Record(record.line, record.last, cells)
    return record


def _row(record: Record | Broken, columns: Columns) -> Iterator[Row | Problem]:
    if isinstance(record, Broken):
        reason = "The quotation marks don't match. Put them around a whole field, and double those within."
        yield Problem(record.line, record.text, LineOutcome.MALFORMED, reason)
        return
    typed = columns.cell(record.cells, "email")
    try:
        if any(record.cells[columns.width :]):
            raise BadInput(
                f"There are more fields than columns ({columns.width}). A field with a delimiter needs quotes."
            )
        alone = cell_values.address_alone(typed)
        address = parse_address(alone)
        standing = columns.cell(record.cells, "standing")
        if gone := cell_values.line_status(standing):
            reason = f"Its status is “{standing[:40]}”. Only people who are subscribed, confirmed or active come in."
            yield Problem(record.line, typed, gone, reason)
            return
        if alone.strip("<>") != typed.strip("<>"):
            reason = "The address was taken from between < and >. The name beside it was left out."
            yield Problem(record.line, typed, LineOutcome.NOTE, reason)
        yield from _person(record, columns, address)
    except BadInput as error:
        span = f" Lines {record.line} to {record.last} were read as one." if record.last > record.line else ""
        yield Problem(record.line, typed, LineOutcome.MALFORMED, f"{error}{span}")


def _person(record: Record, columns: Columns, address: Address) -> Iterator[Row | Problem]:
    """Whoever can be brought in, after notes on what was left out. Raises BadInput for wishes that can't be read."""
    cells = {name: columns.cell(record.cells, name) for name in columns.places}
    forgiven: dict[str, Any] = {"first_name": "", "zone": ""}
    notes = []
    for name, read in cell_values.FORGIVEN.items():
        try:
            if cells.get(name):
                forgiven[name] = read(cells[name])
        except BadInput as error:
            notes.append(Problem(record.line, address.typed, LineOutcome.NOTE, f"{error} It was left out."))
    row = Row(
        record.line,
        address,
        joined=cells.get("joined", ""),
        kinds=cell_values.kinds(cells.get("kinds", "")),
        text_only=cell_values.text_only(cells.get("text_only", "")),
        paused_until=cell_values.paused_until(cells.get("paused_until", "")),
        source=" ".join(cells.get("source", "").split())[:200],
        **forgiven,
    )
    yield from notes
    yield row
