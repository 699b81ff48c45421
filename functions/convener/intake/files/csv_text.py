"""CSV as any program writes it: lines, delimiters, and records with the line each begins on; and as we write it."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t")

# A field may hold line breaks, but a quotation mark that never closes must not swallow the rest of the file.
LONGEST_RECORD = 20  # lines


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


def physical_lines(text: str) -> list[str]:
    """The lines with their ends, as an editor counts them: CR LF, LF or CR."""
    return list(io.StringIO(text, newline=""))


def records(lines: Iterable[str], delimiter: str, *, longest: int = LONGEST_RECORD) -> Iterator[Record | Broken]:
    """Split into records, RFC 4180 with any of the delimiters. Blank lines are left out.

    `longest` is the number of lines that one record may have; no more of them are held at a time.
    """
    source, ahead, start = iter(lines), deque[str](), 0
    while True:
        ahead.extend(islice(source, longest - len(ahead)))
        if not ahead:
            return
        window = csv.reader(ahead, delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True)
        taken = 1
        try:
            cells = [cell.strip() for cell in next(window)]
        except csv.Error:
            yield Broken(start + 1, ahead[0].strip())
        else:
            taken = window.line_num
            if any(cells):
                yield Record(start + 1, start + taken, cells)
        for _ in range(taken):
            ahead.popleft()
        start += taken
