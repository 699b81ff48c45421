"""Importing lists of people and undoing imports on a fake store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from convener.intake.subscribers.import_report import ImportReport
from convener.intake.subscribers.importing import import_list, sort_list
from convener.intake.subscribers.reading import read_people
from convener.intake.subscribers.sorting import ImportRequest
from convener.intake.subscribers.undoing import UndoResult, undo, undoable
from tests.support.fake_unit_of_work import FakeUnitOfWork

KEY = b"an identity key of thirty-two by"
NOW = datetime(2024, 4, 18, 17, 0, tzinfo=UTC)


def import_request(**changes: Any) -> ImportRequest:
    """Return the request to import a sheet of May now, with all examples in the report."""
    return ImportRequest(
        **{"source": " sheet, May 2024 ", "file": "people.csv", "now": NOW, "examples": 10_000, **changes}
    )


def load(text: str | bytes, store: FakeUnitOfWork, *, batch: str = "first", **changes: Any) -> ImportReport:
    """Import a list, and return the report."""
    data = text if isinstance(text, bytes) else text.encode()
    return import_list(
        read_people(data), store=store, imports=store.imports, key=KEY, request=import_request(**changes), batch=batch
    )


def dry_run(text: str | bytes, store: FakeUnitOfWork, **changes: Any) -> ImportReport:
    """Sort a list without writing, and return the report."""
    data = text if isinstance(text, bytes) else text.encode()
    return sort_list(read_people(data), store=store, key=KEY, request=import_request(**changes))


def undo_import(
    store: FakeUnitOfWork, *, batch: str = "first", dry: bool = False, marks: bool = False, now: datetime = NOW
) -> UndoResult:
    """Undo an import, and return what was done."""
    return undo(
        undoable(batch, imports=store.imports, now=now),
        subscribers=store,
        imports=store.imports,
        now=now,
        dry=dry,
        marks=marks,
    )
