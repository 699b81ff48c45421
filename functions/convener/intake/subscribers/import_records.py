"""What an import writes down about itself, so that it can be undone for some days. Standard library only."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from convener.subscribers.consent import ConsentEntry
from convener.subscribers.models import Subscriber

UNDOABLE = timedelta(days=7)
"""How long an import can be undone. After that nothing of its notes is kept."""


def new_batch(now: datetime) -> str:
    """A name for one import: its day, and what tells it from others of that day."""
    return f"{now:%Y-%m-%d}-{secrets.token_hex(3)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportRecord:
    """One import: when, from where. The numbers are None where it broke off; `undone_at` is when it was undone."""

    batch: str
    at: datetime
    source: str
    file: str = ""
    added: int | None = None
    filled: int | None = None
    undone_at: datetime | None = None

    @property
    def until(self) -> datetime:
        """Until when it can be undone."""
        return self.at + UNDOABLE


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledFields:
    """A row that was completed: the version it has since, and the names of the fields that were empty before."""

    version: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportPart:
    """What a part of an import does: the ids that it adds, and those it has filled.

    The ids to add are written down before their rows: one that then never gets its row, or gets it from somebody else,
    bears another import's name or none. What was filled is written down after, for a row that was filled bears no name:
    a part that broke off in between keeps a name or a zone too many, and never loses what somebody wrote herself.
    """

    added: Sequence[str] = ()
    filled: Mapping[str, FilledFields] = field(default_factory=dict)


class ImportStore(Protocol):
    """Where imports lie while they can be undone."""

    def begin(self, imported: ImportRecord) -> None:
        """Write an import down, or anew with what has become of it."""

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        """Write one part down, by its number."""

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        """Those that can still be undone, or were, newest first."""

    def parts(self, batch: str) -> Iterator[ImportPart]:
        """Every part of one, in order, read consistently."""

    def take_back(self, rows: Sequence[Subscriber], entries: Sequence[ConsentEntry]) -> None:
        """Delete rows that are still at the version and standing given here, and write the entries, in one go.

        25 of both together at most. Raises Conflict where a row is not so, or gone; then nothing was done. Its own
        repetition counts as done.
        """
