"""What importing and undoing need from outside: the stored imports, and the subscriber rows that an import writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from convener.intake.subscribers.import_records import ImportPart, ImportRecord
from convener.subscribers.ports import FingerprintStore, UnitOfWork


class ImportTarget(UnitOfWork, FingerprintStore, Protocol):
    """The subscriber rows, and the fingerprint of the key that made their ids."""


class ImportStore(Protocol):
    """The records of imports, as long as these can be undone."""

    def begin(self, imported: ImportRecord) -> None:
        """Write the record of an import, or replace it."""

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        """Write a part of an import under its number."""

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        """Return the imports that can still be undone, or were undone, newest first."""

    def parts(self, batch: str) -> Iterator[ImportPart]:
        """Yield every part of an import in order, read consistently."""
