"""Which column holds what, by the names that people and other programs give their columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from convener.csv_text import DELIMITERS, Broken, Record, records
from convener.errors import BadInput

# The first name of each row wins where a file has several of them.
NAMES: dict[str, tuple[str, ...]] = {
    "email": ("email", "emailaddress", "mail", "address"),
    "first_name": ("firstname", "givenname", "forename"),
    "zone": ("zone", "timezone"),
    "status": ("status", "state", "memberstatus", "subscriptionstatus", "subscriberstatus"),
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
}

_EXAMPLE = "Its first line should name the columns, such as: email,first_name,zone,joined"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands, how many columns there are, which are not used, and on which line the names stand.

    `header_line` is 0 where the file is a bare list of addresses.
    """

    places: dict[str, int]
    width: int
    unused: tuple[str, ...]
    header_line: int

    def cell(self, cells: list[str], name: str) -> str:
        """What stands in that column, or nothing."""
        place = self.places.get(name, len(cells))
        return cells[place] if place < len(cells) else ""


def find_columns(lines: list[str]) -> tuple[str, Columns]:
    """The delimiter and the columns, from the first line that isn't blank. Raises BadInput."""
    candidates = [(delimiter, first) for delimiter in DELIMITERS if (first := _first(records(lines, delimiter)))]
    if not candidates:
        raise BadInput(f"The quotation marks of the first line don't match. {_EXAMPLE}")
    named = [(delimiter, first, _places(first.cells)) for delimiter, first in candidates]
    delimiter, first, places = max(named, key=lambda found: ("email" in found[2], len(found[2]), len(found[1].cells)))
    if "email" in places:
        unused = tuple(name for place, name in enumerate(first.cells) if name and place not in places.values())
        return delimiter, Columns(places, len(first.cells), unused, first.line)
    if "@" in first.cells[0] and not any(first.cells[1:]):
        return delimiter, Columns({"email": 0}, 1, (), 0)
    if any("@" in cell for cell in first.cells):
        raise BadInput(f"The file has several columns and doesn't say which is which. {_EXAMPLE}")
    raise BadInput(f"There is no column called “email” on line {first.line}. {_EXAMPLE}")


def _first(found: Iterator[Record | Broken]) -> Record | None:
    first = next(found, None)
    return first if isinstance(first, Record) else None


def _places(header: list[str]) -> dict[str, int]:
    plain = ["".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold())) for name in header]
    places: dict[str, int] = {}
    for meaning, names in NAMES.items():
        if name := next((name for name in names if name in plain), ""):
            if plain.count(name) > 1:
                raise BadInput(f"Two columns are called “{header[plain.index(name)]}”. Take one out.")
            places[meaning] = plain.index(name)
    return places
