"""Which column holds what, by the names that people, other programs and our own export give their columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from convener.errors import BadInput
from convener.intake.files.csv_text import DELIMITERS, Broken, Record, records
from convener.intake.subscribers.csv_lines import Text

# The first name of each row wins where a file has several of them.
NAMES: dict[str, tuple[str, ...]] = {
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
}

TITLES = 10
"""Filled lines among which the names of the columns are looked for: above them people write titles and dates."""

_EXAMPLE = "Its first line should name the columns, such as: email,first_name,zone,joined"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands, how many columns there are, which are not used, and on which line the names stand.

    `header_line` is 0 where the file is a bare list of addresses; `above` are the filled lines before it.
    """

    places: dict[str, int]
    width: int
    unused: tuple[str, ...]
    header_line: int
    above: int = 0

    def cell(self, cells: list[str], name: str) -> str:
        """What stands in that column, or nothing."""
        place = self.places.get(name, len(cells))
        return cells[place] if place < len(cells) else ""


def find_columns(text: Text) -> tuple[str, Columns]:
    """The delimiter and the columns, from the first lines that aren't blank. Raises BadInput."""
    firsts = {delimiter: _firsts(records(text.lines(), delimiter)) for delimiter in DELIMITERS}
    candidates = [(delimiter, first_of(found)) for delimiter, found in firsts.items() if found]
    if not candidates:
        raise BadInput(f"The quotation marks of the first line don't match. {_EXAMPLE}")
    named = [(delimiter, first, places_of(first.cells)) for delimiter, first in candidates]
    delimiter, first, _ = max(named, key=lambda found: ("email" in found[2], len(found[2]), len(found[1].cells)))
    if columns := columns_of(first):
        return delimiter, replace(columns, above=firsts[delimiter].index(first))
    if any("@" in cell for cell in first.cells):
        raise BadInput(f"The file has several columns and doesn't say which is which. {_EXAMPLE}")
    raise BadInput(f"There is no column called “email” on line {first.line} or soon after. {_EXAMPLE}")


def columns_of(first: Record) -> Columns | None:
    """The columns by a file's first record, which names them or is an address itself. Raises BadInput."""
    places = places_of(first.cells)
    if "email" in places:
        unused = tuple(name for place, name in enumerate(first.cells) if name and place not in places.values())
        return Columns(places, len(first.cells), unused, first.line)
    if "@" in first.cells[0] and not any(first.cells[1:]):
        return Columns({"email": 0}, 1, (), 0)
    return None


def first_of(firsts: list[Record]) -> Record:
    """The first record, or the one below it that names the columns best. Raises BadInput."""
    if columns_of(firsts[0]):
        return firsts[0]
    named = [(one, places_of(one.cells)) for one in firsts]
    best, places = max(named, key=lambda found: ("email" in found[1], len(found[1])))
    return best if "email" in places else firsts[0]


def _firsts(found: Iterable[Record | Broken]) -> list[Record]:
    whole: Iterator[Record] = (one for one in takewhile(lambda one: isinstance(one, Record), found))  # type: ignore[misc]
    return list(islice(whole, TITLES))


def places_of(header: list[str]) -> dict[str, int]:
    """In which column each thing stands. Raises BadInput where two are called the same."""
    plain = ["".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold())) for name in header]
    places: dict[str, int] = {}
    for meaning, names in NAMES.items():
        if name := next((name for name in names if name in plain), ""):
            if plain.count(name) > 1:
                raise BadInput(f"Two columns are called “{header[plain.index(name)]}”. Take one out.")
            places[meaning] = plain.index(name)
    return places
