"""Undoing an import: rows that only the import wrote are deleted, and everything that people did since stays.

A no that the import remembered stays, because undoing must not make way for mail to people who said no. Only an
operator who imported the wrong file asks to forget these, too.

The consent record is append-only. So the entries of people whose rows are deleted stay, and each person gets one more
entry that says that the import was undone. Entries hold a keyed hash and no address. They stay because a mail may have
been sent meanwhile, and the person may ask why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from convener.errors import BadInput, Conflict
from convener.intake.subscribers.import_records import FilledFields, ImportPart, ImportRecord
from convener.intake.subscribers.ports import ImportStore
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import UnitOfWork
from convener.subscribers.unit_of_work import RowChange, Transaction

TRANSACTION_ROWS = 12
"""Rows in one transaction of DynamoDB, with an entry each."""
GROUP_ROWS = 100
"""Rows that are read together."""
Item = TypeVar("Item")


@dataclass(kw_only=True)
class UndoResult:
    """The numbers of people of an import, by what undoing does with them.

    Args:
        taken_off: Their rows are deleted.
        emptied: The fields that the import filled are empty again.
        stayed: Their rows have changed since and stay as they are.
        gone: They have no row.
        forgotten: Their no is deleted.
        remembered: Their no stays.
    """

    taken_off: int = 0
    emptied: int = 0
    stayed: int = 0
    gone: int = 0
    forgotten: int = 0
    remembered: int = 0

    @property
    def people(self) -> int:
        """The number of all people of the import."""
        return self.taken_off + self.emptied + self.stayed + self.gone + self.forgotten + self.remembered


def undoable(batch: str, *, imports: ImportStore, now: datetime) -> ImportRecord:
    """Return the import with a name. Raises BadInput where there is none that can be undone."""
    found = next((imported for imported in imports.all(now=now) if imported.batch == batch), None)
    if found is None:
        raise BadInput(f"No import of the last seven days is called {batch[:40]}. See `convener subscribers undo`.")
    return found


def _no_progress(_people: int) -> None:
    """Ignore the progress."""


def undo(
    imported: ImportRecord,
    *,
    subscribers: UnitOfWork,
    imports: ImportStore,
    now: datetime,
    dry: bool = False,
    marks: bool = False,
    progress: Callable[[int], None] = _no_progress,
) -> UndoResult:
    """Delete or empty the rows that an import wrote. Safe to repeat, also after it broke off.

    Args:
        imported: The import.
        subscribers: The subscriber rows.
        imports: The records of imports.
        now: The moment of undoing.
        dry: Whether only to count.
        marks: Whether the no of people is forgotten as well, because the file was the wrong one.
        progress: Called with the number of people that are done.

    Returns:
        The numbers of people, by what was done with them.
    """
    work = _Undo(
        imported=imported, subscribers=subscribers, imports=imports, now=now, dry=dry, marks=marks, done=UndoResult()
    )
    for part in imports.parts(imported.batch):
        work.undo_part(part)
        progress(work.done.people)
    if not dry:
        imports.begin(replace(imported, undone_at=imported.undone_at or now))
    return work.done


@dataclass(kw_only=True)
class _Undo:
    """One run of undoing."""

    imported: ImportRecord
    subscribers: UnitOfWork
    imports: ImportStore
    now: datetime
    dry: bool
    marks: bool
    done: UndoResult

    def undo_part(self, part: ImportPart) -> None:
        for ids in _groups(part.added, GROUP_ROWS):
            rows = self.subscribers.get(ids=ids)
            ours = [row for row in rows.values() if self._is_ours(row)]
            self.done.gone += len(ids) - len(rows)
            self.done.stayed += len(rows) - len(ours)
            for group in _groups(ours, TRANSACTION_ROWS):
                self._take_off(group)
        for ids in _groups(part.marked, GROUP_ROWS):
            rows = self.subscribers.get(ids=ids)
            ours = [row for row in rows.values() if self._is_our_mark(row)]
            self.done.gone += len(ids) - len(rows)
            self.done.stayed += len(rows) - len(ours)
            if self.marks:
                for group in _groups(ours, TRANSACTION_ROWS):
                    self._take_off(group)
            else:
                self.done.remembered += len(ours)
        for ids in _groups(tuple(part.filled), GROUP_ROWS):
            rows = self.subscribers.get(ids=ids)
            ours = [row for row in rows.values() if _is_filled(row, part.filled)]
            self.done.gone += len(ids) - len(rows)
            self.done.stayed += len(rows) - len(ours)
            for group in _groups(ours, TRANSACTION_ROWS):
                self._empty(group, part.filled)

    def _is_ours(self, row: Subscriber) -> bool:
        return row.batch == self.imported.batch and row.only_imported

    def _is_our_mark(self, row: Subscriber) -> bool:
        return row.batch == self.imported.batch and row.confirmed_at is None

    def _take_off(self, rows: Sequence[Subscriber]) -> None:
        if not self.dry:
            try:
                self.subscribers.commit(Transaction(removals=rows, consents=[self._entry(row) for row in rows]))
            except Conflict:
                if len(rows) == 1:  # the person or another undo changed the row meanwhile
                    self.done.stayed += 1
                    return
                for row in rows:
                    self._take_off([row])
                return
        forgotten = sum(row.confirmed_at is None for row in rows)
        self.done.forgotten += forgotten
        self.done.taken_off += len(rows) - forgotten

    def _entry(self, row: Subscriber) -> ConsentEntry:
        note = f"the import {self.imported.batch} was undone"
        return ConsentEntry(subscriber=row.id, at=self.now, what=ConsentEvent.UNDONE, by="import", note=note)

    def _empty(self, rows: Sequence[Subscriber], filled: Mapping[str, FilledFields]) -> None:
        if not self.dry:
            try:
                self.subscribers.commit(Transaction(changes=[_emptied(row, filled[row.id]) for row in rows]))
            except Conflict:
                if len(rows) == 1:
                    self.done.stayed += 1
                    return
                for row in rows:
                    self._empty([row], filled)
                return
        self.done.emptied += len(rows)


def _is_filled(row: Subscriber, filled: Mapping[str, FilledFields]) -> bool:
    return row.version == filled[row.id].version and row.status is SubscriberStatus.CONFIRMED


def _emptied(row: Subscriber, filled: FilledFields) -> RowChange:
    empty: dict[str, Any] = dict.fromkeys(filled.fields, "")
    return RowChange(row=replace(row, version=row.version + 1, **empty), expected=row.version)


def _groups(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while group := list(islice(source, size)):
        yield group
