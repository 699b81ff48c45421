"""CSV as any program writes it: lines, the delimiter, and records with the lines on which they stand."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

DELIMITERS = (",", ";", "\t")

MAX_RECORD_LINES = 20
"""Lines that one record may have: a quotation mark that never closes must not take in the rest of the file."""


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, and the first and the last line on which it stands, counted from 1."""

    line: int
    last: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that cannot be split into cells. Reading goes on with the next line."""

    line: int
    text: str


def physical_lines(text: str) -> list[str]:
    """Return the lines with their line ends CR LF, LF or CR, as an editor counts them."""
    return list(io.StringIO(text, newline=""))


def records(lines: Iterable[str], delimiter: str, *, max_lines: int = MAX_RECORD_LINES) -> Iterator[Record | Broken]:
    """Split lines into records, as RFC 4180 says, with the given delimiter. Blank lines give no record.

    Args:
        lines: The lines, with their line ends.
        delimiter: One of DELIMITERS.
        max_lines: The number of lines that one record may have. Memory holds at most so many lines at a time.
    """
    source, window, before = iter(lines), deque[str](), 0
    while True:
        window.extend(islice(source, max_lines - len(window)))
        if not window:
            return
        reader = csv.reader(window, delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True)
        used = 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except csv.Error:
            yield Broken(before + 1, window[0].strip())
        else:
            used = reader.line_num
            if any(cells):
                yield Record(before + 1, before + used, cells)
        for _ in range(used):
            window.popleft()
        before += used


def first_records(
    lines: Iterable[str], delimiter: str, *, count: int, max_lines: int = MAX_RECORD_LINES
) -> list[Record]:
    """Return the first `count` records, or fewer where a line that cannot be split comes before."""
    found: list[Record] = []
    for record in islice(records(lines, delimiter, max_lines=max_lines), count):
        if isinstance(record, Broken):
            break
        found.append(record)
    return found


def best_delimiter(
    read: Callable[[str], list[Record]], score: Callable[[list[Record]], tuple[int, ...]]
) -> tuple[str, list[Record]]:
    """Return the delimiter whose first records score best, and these records. The first of equals wins.

    Args:
        read: Returns the first records of the file, split by the delimiter that it gets.
        score: Returns how well these records look like the beginning of the table that is wanted.
    """
    found = {delimiter: read(delimiter) for delimiter in DELIMITERS}
    scores = {delimiter: score(firsts) for delimiter, firsts in found.items()}
    delimiter = max(DELIMITERS, key=lambda each: scores[each])
    return delimiter, found[delimiter]
