"""Tables with one session a row: the header, the drafts of the rows, and CSV files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from convener.intake.files.csv_dialect import Broken, Record, best_delimiter, first_records, physical_lines, records
from convener.intake.files.decoding import shortened
from convener.intake.files.workbook import column_letters
from convener.intake.sessions.field_names import HEADERS, KNOWN, SESSION_FIELDS, UniqueNames
from convener.intake.sessions.outline import Draft, Text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.session_updates import SourceLocation

SAVE_AS_CSV_UTF8 = "In Excel choose “Save as”, then “CSV UTF-8 (comma delimited)”. Or upload the .xlsx itself."
MAX_RECORD_LINES = 200
"""Lines of one record: a summary of many paragraphs is one cell."""
MAX_ROWS = 2_000
_DELIMITER_LINE = re.compile(r"\"?sep=.\"?\s*$")
"""A first line that names the delimiter for Excel, and is no row."""
_NAME_COLUMNS = f"Name the columns in the first row, with nothing above them. Known are: {', '.join(KNOWN)}."


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number as spreadsheets show it, and its texts from the first column on."""

    number: int
    cells: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Header:
    """The header of a table.

    Args:
        columns: The column of each known field, counted from 0.
        names: The texts of the header, column by column.
        sheet: The name of the sheet, where a message should say it.
    """

    columns: dict[str, int]
    names: Sequence[str]
    sheet: str = ""

    def where(self, row: int, column: int | None = None) -> SourceLocation:
        """Return the place of a row, or of one of its cells."""
        name = "" if column is None else self.name(column)
        return SourceLocation(sheet=self.sheet, row=row, column=name)

    def field(self, column: int) -> str:
        """Return the field of a column, or an empty string."""
        return next((field for field, number in self.columns.items() if number == column), "")

    def name(self, column: int) -> str:
        """Return the name of a column, or its letters where it has no name."""
        name = self.names[column] if column < len(self.names) else ""
        return shortened(name) if name.strip() else column_letters(column)


def read_header(row: Row, findings: Findings, *, sheet: str = "") -> Header:
    """Return the header that a row is. Faults go to the findings. Raises ValidationError where no name is known."""
    if not _known_names(row.cells):
        shown = ", ".join(f"“{shortened(cell, 20)}”" for cell in row.cells[:6] if cell.strip())
        raise ValidationError(
            f"Row {row.number} has no heading that is known, only {shown}.", _NAME_COLUMNS, SourceLocation(sheet=sheet)
        )
    names = UniqueNames("column")
    columns: dict[str, int] = {}
    for column, cell in enumerate(row.cells):
        if cell.strip() and not findings.full:
            with findings.catching(SourceLocation(sheet=sheet, row=row.number)):
                columns[names.take(cell)] = column
    header = Header(columns=columns, names=row.cells, sheet=sheet)
    if SESSION_FIELDS.isdisjoint(columns):
        findings.fault(
            "No column says which session a row is about.", "Add a column “month” or “date”.", header.where(row.number)
        )
    return header


def read_rows(header: Header, rows: Iterable[Row], findings: Findings, *, in_workbook: bool) -> list[Draft]:
    """Return a draft for each row that is not empty. Faults go to the findings."""
    drafts: list[Draft] = []
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        _refuse_cells_without_name(header, row, findings)
        fields = {
            name: Text(row.cells[column], header.where(row.number, column), in_workbook)
            for name, column in header.columns.items()
            if column < len(row.cells)
        }
        drafts.append(Draft(dict(fields), header.where(row.number)))
    if not drafts and not findings.faults:
        findings.fault("There are only headings, and no session below them.", "Write one row for each session.")
    return drafts


def _refuse_cells_without_name(header: Header, row: Row, findings: Findings) -> None:
    """Fault a cell below no name: it may be a text that slipped out of its column."""
    for column, cell in enumerate(row.cells):
        has_name = column < len(header.names) and header.names[column].strip()
        if cell.strip() and not has_name:
            findings.fault(
                f"“{shortened(cell, 30)}” stands in column {column_letters(column)}, which has no heading.",
                "Give the column a heading, or take the cell out. In CSV, a text with a comma needs quotation marks.",
                header.where(row.number),
            )
            return


def _known_names(cells: Sequence[str]) -> int:
    return HEADERS.score(cells)[1]


def read_csv(text: str, findings: Findings) -> list[Draft]:
    """Return a draft for each row of a CSV file. Raises ValidationError where the file is no table."""
    lines = physical_lines(text)
    if lines and _DELIMITER_LINE.match(lines[0]):
        lines[0] = "\n"
    delimiter, _ = best_delimiter(lambda each: _first_record(lines, each), _fitness)
    rows = _rows(lines, delimiter, findings)
    first = next(rows, None)
    if first is None:
        raise ValidationError(
            "There is no row that can be read.", f"Name the columns in the first row: {', '.join(KNOWN)}."
        )
    header = read_header(first, findings)
    drafts = read_rows(header, rows, findings, in_workbook=False)
    for draft in drafts:
        _refuse_formulas(draft, findings)
    return drafts


def _first_record(lines: list[str], delimiter: str) -> list[Record]:
    return first_records(lines[:MAX_RECORD_LINES], delimiter, count=HEADERS.max_rows, max_lines=MAX_RECORD_LINES)


def _fitness(firsts: Sequence[Record]) -> tuple[int, int]:
    """Return how well the first row reads with a delimiter: its known names, and its cells."""
    return (_known_names(firsts[0].cells), len(firsts[0].cells)) if firsts else (-1, 0)


def _rows(lines: list[str], delimiter: str, findings: Findings) -> Iterator[Row]:
    """Yield the records as rows with the numbers that a spreadsheet shows.

    A spreadsheet counts a record of several lines as one row, and a blank line as a row.
    """
    extra_lines, count = 0, 0
    for record in records(lines, delimiter, max_lines=MAX_RECORD_LINES):
        if findings.full or (count := count + 1) > MAX_ROWS:
            findings.fault(f"The file has more than {MAX_ROWS:,} rows.", "Keep only the rows with sessions.")
            return
        if isinstance(record, Broken):
            findings.fault(
                f"The quotation marks of “{shortened(record.text, 40)}” don't match, or a cell is far too long.",
                "Put them around a whole cell, and double those inside it.",
                SourceLocation(line=record.line),
            )
            continue
        yield Row(record.line - extra_lines, record.cells)
        extra_lines += record.last - record.line


def _refuse_formulas(draft: Draft, findings: Findings) -> None:
    """Fault a text that a spreadsheet would run as a formula (CWE-1236). No text of a session needs to begin so."""
    for node in draft.fields.values():
        if isinstance(node, Text) and node.value.strip().startswith(("=", "+", "@")):
            findings.fault(
                f"“{shortened(node.value, 40)}” begins like a formula.",
                "Write the text that it should show.",
                node.where,
            )
