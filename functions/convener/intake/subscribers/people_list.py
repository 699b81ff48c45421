"""A list of people line by line: the rows that can be imported, and the problems of the other lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from convener.errors import BadInput
from convener.intake.files.csv_dialect import Broken, Record
from convener.intake.subscribers import cells as cell_values
from convener.intake.subscribers.columns import Columns
from convener.intake.subscribers.consent_columns import ConsentColumns
from convener.intake.subscribers.consent_survey import YesMeans, find_consent
from convener.intake.subscribers.joined_dates import read_joined
from convener.intake.subscribers.lines import LineOutcome, Problem, Refusal, Row
from convener.subscribers.address import Address, parse_address

MAX_SOURCE_CHARACTERS = 200
MAX_TITLE_CHARACTERS = 60
"""A longer text that stands alone in a row is a sentence."""
_NO_CONSENT = ConsentColumns()


class EmptyList(BadInput):
    """The file is empty, or names its columns and holds nobody."""


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A file that is a list of people. It can be iterated again and again, and memory holds only its bytes.

    Args:
        columns: The columns of the file.
        records: Returns the records of the file from the first line on.
        lines: The number of lines.
        notes: Remarks on the whole file.
        consent: The columns that say something about mail.
        file: The name of the file, where an import has several.
    """

    columns: Columns
    records: Callable[[], Iterator[Record | Broken]]
    lines: int
    notes: tuple[Problem, ...] = ()
    consent: ConsentColumns = _NO_CONSENT
    file: str = ""

    def __iter__(self) -> Iterator[Row | Refusal | Problem]:
        """Yield the rows, refusals and problems in the order of the file."""
        return (replace(each, file=self.file) for each in self._lines()) if self.file else self._lines()

    def _lines(self) -> Iterator[Row | Refusal | Problem]:
        yield from self.notes
        for text in self.columns.remarks:
            yield Problem(max(1, self.columns.header_line), "", LineOutcome.NOTE, text)
        if unused := [name for name in self.columns.unused if name not in self.consent.names]:
            names = ", ".join(f"“{name}”" for name in unused)
            yield Problem(self.columns.header_line, "", LineOutcome.NOTE, f"Not used: {names}.")
        for record in self.people():
            yield from _row(record, self.columns, self.consent)

    def refusals(self) -> Iterator[Refusal]:
        """Yield the lines that say no to mail, in the order of the file."""
        if not self.consent.columns:
            return
        for record in self.people():
            if isinstance(record, Record) and self.consent.read(record.cells).explicit:
                lines = _row(record, self.columns, self.consent)
                yield from (replace(each, file=self.file) for each in lines if isinstance(each, Refusal))

    def with_consent(self, answers: Sequence[YesMeans] = (), *, file: str = "", alone: bool = True) -> PeopleList:
        """Return the list with the columns that say something about mail.

        Raises ConsentQuestion where the list does not say who wants mail, and BadInput for an answer that does not fit.
        """
        other_uses = {place for name, place in self.columns.places.items() if name != "joined"}
        told = " ".join((file, *self.columns.titles, *self._titles_between()))
        consent = find_consent(
            self.columns.header, self._with_address, skipped=other_uses, answers=answers, told=told, alone=alone
        )
        return replace(self, consent=consent)

    def people(self) -> Iterator[Record | Broken]:
        """Yield the records of the list, without its header and other tables of the file."""
        return filter(self.columns.has_row, self.records())

    def _titles_between(self) -> Iterator[str]:
        """Yield texts that stand alone in a row of the list, such as “Unsubscribed” above the last people."""
        for each in self.people():
            if isinstance(each, Record) and sum(map(bool, each.cells)) == 1:
                yield from (cell for cell in each.cells if 0 < len(cell) <= MAX_TITLE_CHARACTERS and "@" not in cell)

    def _with_address(self) -> Iterator[Record | Broken]:
        """Yield the records that may be imported. A second row of headings, or an empty row, answers nothing."""
        return (
            each for each in self.people() if isinstance(each, Record) and "@" in self.columns.cell(each.cells, "email")
        )

    def check(self) -> PeopleList:
        """Return the list itself. Raises EmptyList where the file has a header and no line below it."""
        if next(self.people(), None) is None:
            raise EmptyList("The file names its columns and holds no addresses.")
        return self


def _row(record: Record | Broken, columns: Columns, consent: ConsentColumns) -> Iterator[Row | Refusal | Problem]:
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
        said = consent.read(record.cells)
        if said.outcome and said.explicit:
            yield Refusal(record.line, address, said.outcome, said.reason, said.since)
            return
        if said.outcome:
            yield Problem(record.line, typed, said.outcome, said.reason)
            return
        if alone.strip("<>") != typed.strip("<>"):
            reason = "The address was taken from between < and >. The name beside it was left out."
            yield Problem(record.line, typed, LineOutcome.NOTE, reason)
        yield from _person(record, columns, address)
    except BadInput as error:
        span = f" Lines {record.line} to {record.last} were read as one." if record.last > record.line else ""
        yield Problem(record.line, typed, LineOutcome.MALFORMED, f"{error}{span}")


def _person(record: Record, columns: Columns, address: Address) -> Iterator[Row | Problem]:
    """Yield notes on the cells that are left out, and then the row. Raises BadInput for choices that cannot be read."""
    cells = {field: columns.cell(record.cells, field) for field in columns.places}
    optional: dict[str, Any] = {}
    readers: dict[str, Callable[[str], object]] = {
        **cell_values.OPTIONAL_CELLS,
        "joined": partial(read_joined, order=columns.date_order),
    }
    notes = []
    for field, read in readers.items():
        try:
            if cells.get(field):
                optional[field] = read(cells[field])
        except BadInput as error:
            notes.append(Problem(record.line, address.typed, LineOutcome.NOTE, f"{error} It was left out."))
    name = optional.pop("name", "")
    row = Row(
        record.line,
        address,
        first_name=optional.pop("first_name", name),
        zone=optional.pop("zone", ""),
        joined=optional.pop("joined", None),
        joined_typed=cells.get("joined", ""),
        kinds=cell_values.kinds(cells.get("kinds", "")),
        text_only=cell_values.text_only(cells.get("text_only", "")),
        paused_until=cell_values.paused_until(cells.get("paused_until", "")),
        source=" ".join(cells.get("source", "").split())[:MAX_SOURCE_CHARACTERS],
        **optional,
    )
    yield from notes
    yield row
