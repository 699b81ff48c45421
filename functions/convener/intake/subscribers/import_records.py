"""The records of an import, with which it can be undone for some days. Standard library only."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

UNDOABLE = timedelta(days=7)
"""How long an import can be undone. After that its records are deleted."""


def new_batch(now: datetime) -> str:
    """Return a new name for an import: its day, and random characters that tell it from others of that day."""
    return f"{now:%Y-%m-%d}-{secrets.token_hex(3)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportRecord:
    """An import.

    Args:
        batch: The name of the import.
        at: The moment of the import.
        source: Where the people gave their consent, in the words of the operator.
        file: The name of the file.
        added: The number of new rows; None where the import broke off.
        filled: The number of rows whose empty fields it filled; None where it broke off.
        marked: The number of people whose no it remembered; None where it broke off.
        undone_at: The moment at which it was undone.
    """

    batch: str
    at: datetime
    source: str
    file: str = ""
    added: int | None = None
    filled: int | None = None
    marked: int | None = None
    undone_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """The moment until which the import can be undone."""
        return self.at + UNDOABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledFields:
    """A row that was completed: the version that it has since, and the names of the fields that were empty before."""

    version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportPart:
    """A part of an import: the ids that it adds, the rows that it has filled, by id, and the ids that it marks.

    The ids are written before their rows. If an import breaks off before a row is written, or another import writes it,
    the row has another name of an import or none, so undoing leaves it alone. Filled rows are written after the rows
    themselves, since a filled row does not have the name of the import. If an import breaks off in between, undoing
    leaves a name or a time zone that was filled, but never removes what a person wrote themselves. Marked ids are
    written before their rows, as added ones are.
    """

    added: Sequence[str] = ()
    filled: Mapping[str, FilledFields] = field(default_factory=dict)
    marked: Sequence[str] = ()
