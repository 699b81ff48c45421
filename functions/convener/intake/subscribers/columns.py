"""The columns of a list of people, by the names that people, other programs and our own export give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from convener.errors import BadInput
from convener.intake.files.csv_dialect import Record, best_delimiter, first_records
from convener.intake.files.decoding import EncodedText
from convener.intake.files.header_finder import ColumnNames, HeaderFinder
from convener.intake.subscribers.joined_dates import DateOrder

NAMES = ColumnNames(
    synonyms={
        "email": ("email", "emailaddress", "mail", "address"),
        "first_name": ("firstname", "givenname", "forename"),
        "zone": ("zone", "timezone"),
        "standing": ("standing", "status", "state", "memberstatus", "subscriptionstatus", "subscriberstatus"),
        "joined": (
            "joined",
            "joinedon",
            "joinedat",
            "confirmed",
            "confirmedon",
            "confirmedat",
            "subscribed",
            "subscribedon",
        ),
        "kinds": ("kinds",),
        "calendar": ("calendar",),
        "text_only": ("textonly",),
        "paused_until": ("pauseduntil",),
        "source": ("source",),
        "wording": ("wording",),
    },
    ignore_accents=False,
    unique=True,
)
HEADERS = HeaderFinder(names=NAMES, required=frozenset({"email"}), max_rows=10)
"""People write titles and dates above the names of the columns."""

_EXAMPLE = "Its first line should name the columns, such as: email,first_name,zone,joined"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list.

    Args:
        places: The column of each field, counted from 0.
        width: The number of columns.
        unused: The names of the columns that are not used.
        header_line: The line of the header; 0 where the file is a bare list of addresses.
        above: The number of filled lines above the header.
        header: All cells of the header as typed; empty for a bare list.
        date_order: The order of the numbers in dates of joining, where the column shows it.
    """

    places: dict[str, int]
    width: int
    unused: tuple[str, ...]
    header_line: int
    above: int = 0
    header: tuple[str, ...] = ()
    date_order: DateOrder | None = None

    def cell(self, cells: list[str], field: str) -> str:
        """Return the cell of a field, or an empty string where there is none."""
        column = self.places.get(field, len(cells))
        return cells[column] if column < len(cells) else ""


def find_columns(text: EncodedText) -> tuple[str, Columns]:
    """Return the delimiter and the columns of a CSV file, from its first filled lines. Raises BadInput."""
    delimiter, firsts = best_delimiter(lambda each: first_records(text.lines(), each, count=HEADERS.max_rows), _fitness)
    if not firsts:
        raise BadInput(f"The quotation marks of the first line don't match. {_EXAMPLE}")
    header = header_of(firsts)
    if columns := columns_of(header):
        return delimiter, replace(columns, above=firsts.index(header))
    if any("@" in cell for cell in header.cells):
        raise BadInput(f"The file has several columns and doesn't say which is which. {_EXAMPLE}")
    raise BadInput(f"There is no column called “email” on line {header.line} or soon after. {_EXAMPLE}")


def _fitness(firsts: Sequence[Record]) -> tuple[int, ...]:
    """Return how well the first records read with a delimiter: by the known names and the cells of their header."""
    if not firsts:
        return (-1,)
    header = header_of(firsts)
    return (*HEADERS.score(header.cells), len(header.cells))


def header_of(firsts: Sequence[Record]) -> Record:
    """Return the header among the first records, or the first record if there is none. Raises BadInput."""
    position = 0 if _is_bare_address(firsts[0].cells) else HEADERS.position([record.cells for record in firsts])
    return firsts[position]


def columns_of(header: Record) -> Columns | None:
    """Return the columns that a record names, or the one column of a record that is an address. Raises BadInput."""
    places = NAMES.columns_of(header.cells)
    if "email" in places:
        unused = tuple(name for place, name in enumerate(header.cells) if name and place not in places.values())
        return Columns(places, len(header.cells), unused, header.line, header=tuple(header.cells))
    if _is_bare_address(header.cells):
        return Columns({"email": 0}, 1, (), 0)
    return None


def _is_bare_address(cells: Sequence[str]) -> bool:
    return "@" in cells[0] and not any(cells[1:])
