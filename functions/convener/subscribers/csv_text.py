"""From the bytes of a CSV file to its records, each with the line it begins on. Whatever program wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from convener.errors import BadInput

LARGEST = 20_000_000  # bytes; some 400,000 lines, and far below the memory of a Lambda

# A field may hold line breaks, but a quotation mark that never closes must not swallow the rest of the file.
LONGEST_RECORD = 20  # lines

DELIMITERS = (",", ";", "\t")

_OTHER_FILES = {
    b"PK\x03\x04": "a spreadsheet (.xlsx) or a zip file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
}
_HOW_TO_MEND = "Open it in your spreadsheet program and save it as CSV (UTF-8)."
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x1a")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, and the first and last line that it stands on (from 1)."""

    line: int
    last: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that can't be split into cells. Reading goes on with the next line."""

    line: int
    text: str


def check_size(size: int) -> None:
    """Refuse what is too large to be a list of people, before it is read. Raises BadInput."""
    if size > LARGEST:
        raise BadInput(
            f"The file has {size / 1e6:.0f} MB; {LARGEST / 1e6:.0f} MB is the most. "
            "Keep only the columns email, first_name, zone and joined, or import it in parts."
        )


def decode(data: bytes) -> tuple[str, str]:
    """The file's text, and a note when its encoding is a guess. Raises BadInput when it isn't a text file."""
    check_size(len(data))
    for beginning, what in _OTHER_FILES.items():
        if data.startswith(beginning):
            raise BadInput(f"This is {what}, not a CSV file. {_HOW_TO_MEND}")
    text, note = _decoded(data)
    if "\0" in text or sum(c in _CONTROLS for c in text[:4096]) > len(text[:4096]) // 20:
        raise BadInput(f"This is not a text file. {_HOW_TO_MEND}")
    if not text.strip():
        raise BadInput("The file is empty.")
    return text, note


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls "Unicode text"
            return data.decode("utf-16"), ""
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "The file is not UTF-8. It was read as Windows-1252: check names with accents."
    except UnicodeDecodeError as error:
        raise BadInput(f"The file is neither UTF-8 nor Windows-1252. {_HOW_TO_MEND}") from error


def physical_lines(text: str) -> list[str]:
    """The lines with their ends, as an editor counts them: CR LF, LF or CR."""
    return list(io.StringIO(text, newline=""))


def records(lines: list[str], delimiter: str) -> Iterator[Record | Broken]:
    """Split into records, RFC 4180 with any of the delimiters. Blank lines are left out."""
    start = 0
    while start < len(lines):
        window = csv.reader(
            lines[start : start + LONGEST_RECORD], delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True
        )
        try:
            cells = [cell.strip() for cell in next(window)]
        except csv.Error:
            yield Broken(start + 1, lines[start].strip())
            start += 1
            continue
        if any(cells):
            yield Record(start + 1, start + window.line_num, cells)
        start += window.line_num
