"""The header of a table: the names that people give to columns, and the row that has them."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from convener.errors import BadInput

MAX_NAME_CHARACTERS = 200
"""Characters of a name that are looked at. No known name is nearly as long."""
_CLOSE = 0.7
"""How similar a mistyped name must be, as difflib's `cutoff`."""


@dataclass(frozen=True, kw_only=True)
class ColumnNames:
    """The names of columns that one kind of table has.

    Args:
        synonyms: For each field its names in the form of `plain`, the preferred name first.
        ignore_accents: Whether “Título” and “Titulo” are the same name.
        unique: Whether two columns with the same known name are refused.
    """

    synonyms: Mapping[str, Sequence[str]]
    ignore_accents: bool
    unique: bool

    @cached_property
    def _fields(self) -> dict[str, str]:
        return {name: field for field, names in self.synonyms.items() for name in names}

    def plain(self, name: str) -> str:
        """Return the form in which names are compared: letters and digits only, in one case."""
        form = unicodedata.normalize("NFKD" if self.ignore_accents else "NFKC", name[:MAX_NAME_CHARACTERS])
        return "".join(filter(str.isalnum, form.casefold()))

    def field_of(self, name: str) -> str:
        """Return the field that a name means, or an empty string."""
        return self._fields.get(self.plain(name), "")

    def closest_field(self, name: str) -> str:
        """Return the field that a mistyped name may mean, or an empty string."""
        close = difflib.get_close_matches(self.plain(name), self._fields, n=1, cutoff=_CLOSE)
        return self._fields[close[0]] if close else ""

    def columns_of(self, cells: Sequence[str]) -> dict[str, int]:
        """Return the column of each field that the cells of a header name, counted from 0.

        Where a header has several names of one field, the preferred name counts. Raises BadInput where names must be
        unique and the same name stands twice.
        """
        plain = [self.plain(cell) for cell in cells]
        columns: dict[str, int] = {}
        for field, names in self.synonyms.items():
            if name := next((name for name in names if name in plain), ""):
                columns[field] = plain.index(name)
                if self.unique and plain.count(name) > 1:
                    raise BadInput(f"Two columns are called “{cells[columns[field]]}”. Take one out.")
        return columns


@dataclass(frozen=True, kw_only=True)
class HeaderFinder:
    """Finds the row that names the columns of one kind of table.

    Args:
        names: The known names of columns.
        required: Fields of which a header must name at least one.
        max_rows: The number of filled rows among which the header is looked for; titles may stand above it.
    """

    names: ColumnNames
    required: frozenset[str]
    max_rows: int

    def score(self, cells: Sequence[str]) -> tuple[int, int]:
        """Return whether cells name a required field (1 or 0), and how many fields they name.

        Raises BadInput as `columns_of` does.
        """
        fields = self.names.columns_of(cells).keys()
        return int(not self.required.isdisjoint(fields)), len(fields)

    def position(self, rows: Sequence[Sequence[str]]) -> int:
        """Return the index of the header among the first filled rows of a table; 0 where no row is a header.

        The first row is the header if it names a required field. Else the header is the row below it that names most.
        """
        if self.score(rows[0])[0]:
            return 0
        scores = [self.score(cells) for cells in rows[: self.max_rows]]
        best = max(range(len(scores)), key=lambda index: scores[index])
        return best if scores[best][0] else 0
