"""Rows and columns, of a CSV file or a sheet: the headings, and a draft for every row below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from convener.intake.sessions.headings import KNOWN, Names, meaning_of
from convener.intake.sessions.nodes import Draft, Text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import shortened
from convener.sessions.session_updates import SourceLocation

_HEADINGS = f"Name the columns in the first row, with nothing above them. Known are: {', '.join(KNOWN)}."
_DATING = ("id", "month", "date")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as spreadsheets show it, and its texts from the first column on."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Header:
    """The headings. `places` has the column of each known field, `names` what stands there."""

    places: dict[str, int]
    names: Sequence[str]
    sheet: str = ""

    def where(self, row: int, column: int | None = None) -> SourceLocation:
        """A row, or one of its cells."""
        name = "" if column is None else self.name(column)
        return SourceLocation(sheet=self.sheet, row=row, column=name)

    def field(self, column: int) -> str:
        """The known field that a column is of, or empty."""
        return next((field for field, place in self.places.items() if place == column), "")

    def name(self, column: int) -> str:
        """The heading of a column, or its letter."""
        heading = self.names[column] if column < len(self.names) else ""
        return shortened(heading) if heading.strip() else letter(column)


def known_headings(cells: Sequence[str]) -> int:
    """How many cells of a row are headings that are known."""
    return len({meaning for cell in cells if (meaning := meaning_of(cell))})


def names_a_session(cells: Sequence[str]) -> bool:
    """Whether a row of headings says which session a row is about."""
    return any(meaning_of(cell) in _DATING for cell in cells)


def read_header(row: Row, findings: Findings, *, sheet: str = "") -> Header:
    """The columns by their headings. Raises Wrong where none is known."""
    if not known_headings(row.cells):
        shown = ", ".join(f"“{shortened(cell, 20)}”" for cell in row.cells[:6] if cell.strip())
        raise ValidationError(
            f"Row {row.number} has no heading that is known, only {shown}.", _HEADINGS, SourceLocation(sheet=sheet)
        )
    names = Names("column")
    places: dict[str, int] = {}
    for column, cell in enumerate(row.cells):
        if cell.strip() and not findings.full:
            with findings.catching(SourceLocation(sheet=sheet, row=row.number)):
                places[names.take(cell)] = column
    header = Header(places=places, names=row.cells, sheet=sheet)
    if not any(name in places for name in _DATING):
        findings.fault(
            "No column says which session a row is about.", "Add a column “month” or “date”.", header.where(row.number)
        )
    return header


def read_rows(header: Header, rows: Iterable[Row], findings: Findings, *, in_workbook: bool) -> list[Draft]:
    """A draft for each row that isn't empty."""
    drafts: list[Draft] = []
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        _refuse_strays(header, row, findings)
        fields = {
            name: Text(row.cells[column], header.where(row.number, column), in_workbook)
            for name, column in header.places.items()
            if column < len(row.cells)
        }
        drafts.append(Draft(dict(fields), header.where(row.number)))
    if not drafts and not findings.faults:
        findings.fault("There are only headings, and no session below them.", "Write one row for each session.")
    return drafts


def _refuse_strays(header: Header, row: Row, findings: Findings) -> None:
    """A cell without a heading may be a text that slipped out of its column."""
    for column, cell in enumerate(row.cells):
        headed = column < len(header.names) and header.names[column].strip()
        if cell.strip() and not headed:
            findings.fault(
                f"“{shortened(cell, 30)}” stands in column {letter(column)}, which has no heading.",
                "Give the column a heading, or take the cell out. In CSV, a text with a comma needs quotation marks.",
                header.where(row.number),
            )
            return


def letter(column: int) -> str:
    """A column as spreadsheets call it: A, B, … Z, AA."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
