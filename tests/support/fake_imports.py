"""A register that keeps the notes of imports too: what the DynamoDB adapter does, as far as use cases can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from convener.errors import Conflict
from convener.intake.subscribers.import_records import ImportPart, ImportRecord
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.models import Subscriber
from tests.support.fake_unit_of_work import FakeUnitOfWork


class FakeImportStore(FakeUnitOfWork):
    """Imports and their parts in dictionaries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.imports: dict[str, ImportRecord] = {}
        self.import_parts: dict[str, dict[int, ImportPart]] = {}

    def begin(self, imported: ImportRecord) -> None:
        """Write it down, or anew."""
        self.imports[imported.batch] = imported

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        """By its number."""
        self.import_parts.setdefault(imported.batch, {})[number] = part

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        """Newest first."""
        found = [one for one in self.imports.values() if now < one.until]
        return sorted(found, key=lambda one: (one.at, one.batch), reverse=True)

    def parts(self, batch: str) -> Iterator[ImportPart]:
        """In order."""
        return (part for _, part in sorted(self.import_parts.get(batch, {}).items()))

    def take_back(self, rows: Sequence[Subscriber], entries: Sequence[ConsentEntry]) -> None:
        """All of it or nothing."""
        for row in rows:
            known = self.rows.get(row.id)
            if known is None or (known.version, known.status, known.batch) != (row.version, row.status, row.batch):
                raise Conflict(f"subscriber {row.id} is not as it was")
        for row in rows:
            del self.rows[row.id]
            self.writes += 1
        self.consents.add(entries)
