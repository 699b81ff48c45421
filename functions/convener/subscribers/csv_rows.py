"""A list of people as CSV: the lines that can be used, and what is wrong with the others, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zoneinfo import available_timezones

from convener.csv_text import Broken, Record, physical_lines, records
from convener.errors import BadInput
from convener.subscribers.address import Address, parse_address
from convener.subscribers.csv_columns import Columns, find_columns
from convener.subscribers.csv_text import decode
from convener.subscribers.names import clean_first_name


class Outcome(StrEnum):
    """What became of a line. A NOTE is no line's end: it says what was left out of one, or holds for the whole file."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    MALFORMED = "malformed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MOVED = "moved"
    BUSY = "busy"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Row:
    """One usable line. `joined` is still as typed; `zone` is a name of the IANA database, or empty."""

    line: int
    address: Address
    first_name: str
    zone: str
    joined: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What to tell the operator about a line. `address` is as in the file: for their screen, never for a log."""

    line: int
    address: str
    outcome: Outcome
    reason: str


def read_csv(data: bytes) -> Iterator[Row | Problem]:
    """Read line by line, in the order of the file. Raises BadInput, at once, when it is no list of people."""
    text, note = decode(data)
    lines = physical_lines(text)
    delimiter, columns = find_columns(lines)
    notes = [Problem(1, "", Outcome.NOTE, note)] if note else []
    if columns.unused:
        names = ", ".join(f"“{name}”" for name in columns.unused)
        notes.append(Problem(columns.header_line, "", Outcome.NOTE, f"Not used: {names}."))
    people = (found for found in records(lines, delimiter) if found.line != columns.header_line)
    first = next(people, None)
    if first is None:
        raise BadInput("The file names its columns and holds no addresses.")
    return _read(notes, first, people, columns)


def _read(
    notes: list[Problem], first: Record | Broken, rest: Iterator[Record | Broken], columns: Columns
) -> Iterator[Row | Problem]:
    yield from notes
    yield from _row(first, columns)
    for record in rest:
        yield from _row(record, columns)


# What other programs call people who get their mails; whoever has any other status is left alone.
WILLING = frozenset({"", "active", "confirmed", "enabled", "subscribed", "yes"})


def _row(record: Record | Broken, columns: Columns) -> Iterator[Row | Problem]:
    if isinstance(record, Broken):
        reason = "The quotation marks don't match. Put them around a whole field, and double those within."
        yield Problem(record.line, record.text, Outcome.MALFORMED, reason)
        return
    typed = columns.cell(record.cells, "email")
    try:
        if any(record.cells[columns.width :]):
            raise BadInput(
                f"There are more fields than columns ({columns.width}). A field with a delimiter needs quotes."
            )
        address = parse_address(typed)
    except BadInput as error:
        span = f" Lines {record.line} to {record.last} were read as one." if record.last > record.line else ""
        yield Problem(record.line, typed, Outcome.MALFORMED, f"{error}{span}")
        return
    status = columns.cell(record.cells, "status")
    if status.casefold() not in WILLING:
        reason = f"Its status is “{status[:40]}”. Only people who are subscribed, confirmed or active are brought in."
        yield Problem(record.line, typed, Outcome.LEFT, reason)
        return
    first_name, zone, left_out = _extras(record, columns)
    yield from (Problem(record.line, typed, Outcome.NOTE, reason) for reason in left_out)
    yield Row(record.line, address, first_name, zone, columns.cell(record.cells, "joined"))


def _extras(record: Record, columns: Columns) -> tuple[str, str, list[str]]:
    """First name and zone; what can't be used is left out with a reason, since neither is worth losing a reader for."""
    left_out = []
    first_name = ""
    try:
        first_name = clean_first_name(columns.cell(record.cells, "first_name"))
    except BadInput as error:
        left_out.append(f"{error} It was left out.")
    typed = columns.cell(record.cells, "zone")
    zone = _zones().get(typed.casefold(), "")
    if typed and not zone:
        left_out.append(f"“{typed[:40]}” is no time zone such as Europe/London. It was left out.")
    return first_name, zone, left_out


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
