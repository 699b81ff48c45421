"""A CSV file with one session a row, whatever program wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convener.intake.files.csv_text import DELIMITERS, Broken, Record, physical_lines, records
from convener.intake.sessions.headings import KNOWN
from convener.intake.sessions.nodes import Draft, Text
from convener.intake.sessions.table import Row, known_headings, read_header, read_rows
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import shortened
from convener.sessions.session_updates import SourceLocation

SAVE_AS_CSV_UTF8 = "In Excel choose “Save as”, then “CSV UTF-8 (comma delimited)”. Or upload the .xlsx itself."
LONGEST_RECORD = 200
"""Lines: a summary of many paragraphs is one cell."""
_EXCELS_OWN = re.compile(r"\"?sep=.\"?\s*$")
"""A first line that tells Excel the delimiter, and is no row."""
MOST_ROWS = 2_000


def read_csv(text: str, findings: Findings) -> list[Draft]:
    """A draft for each row. Raises Wrong where the file is no table."""
    lines = physical_lines(text)
    if lines and _EXCELS_OWN.match(lines[0]):
        lines[0] = "\n"
    delimiter = max(DELIMITERS, key=lambda one: _fitness(lines, one))
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


def _fitness(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How well the first row reads with that delimiter."""
    first = next(records(lines[:LONGEST_RECORD], delimiter, longest=LONGEST_RECORD), None)
    return (known_headings(first.cells), len(first.cells)) if isinstance(first, Record) else (-1, 0)


def _rows(lines: list[str], delimiter: str, findings: Findings) -> Iterator[Row]:
    """The records as rows. A record of several lines is one row, and a blank line is a row to a spreadsheet."""
    within, count = 0, 0
    for found in records(lines, delimiter, longest=LONGEST_RECORD):
        if findings.full or (count := count + 1) > MOST_ROWS:
            findings.fault(f"The file has more than {MOST_ROWS:,} rows.", "Keep only the rows with sessions.")
            return
        if isinstance(found, Broken):
            told = f"The quotation marks of “{shortened(found.text, 40)}” don't match, or a cell is far too long."
            findings.fault(
                told, "Put them around a whole cell, and double those inside it.", SourceLocation(line=found.line)
            )
            continue
        yield Row(found.line - within, found.cells)
        within += found.last - found.line


def _refuse_formulas(draft: Draft, findings: Findings) -> None:
    """A spreadsheet would run what begins like a formula (CWE-1236), and no text of ours needs to begin so."""
    for node in draft.fields.values():
        if isinstance(node, Text) and node.value.strip().startswith(("=", "+", "@")):
            findings.fault(
                f"“{shortened(node.value, 40)}” begins like a formula.",
                "Write the text that it should show.",
                node.where,
            )
