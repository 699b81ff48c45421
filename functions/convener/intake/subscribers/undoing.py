"""Undoing an import: what it alone wrote goes, and whatever anybody did since stays. It revives and loses nobody.

The record of consent is only ever added to, so the entries of people who are taken off again stay, and each gets one
more that says so. They hold a keyed hash and no address; a mail may have gone out meanwhile, and whoever asks why must
find an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from convener.errors import BadInput, Conflict
from convener.intake.subscribers.import_records import FilledFields, ImportPart, ImportRecord, ImportStore
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction, UnitOfWork

TOGETHER = 12
BATCH = 100
One = TypeVar("One")


@dataclass(kw_only=True)
class Undone:
    """What became of the people of one import, or would."""

    taken_off: int = 0
    emptied: int = 0
    stayed: int = 0
    gone: int = 0

    @property
    def people(self) -> int:
        """All of them together."""
        return self.taken_off + self.emptied + self.stayed + self.gone


def undoable(batch: str, *, notes: ImportStore, now: datetime) -> ImportRecord:
    """The import with that name. Raises BadInput where there is none that can be undone."""
    found = next((one for one in notes.all(now=now) if one.batch == batch), None)
    if found is None:
        raise BadInput(f"No import of the last seven days is called {batch[:40]}. See `convener subscribers undo`.")
    return found


def _nobody_watches(_people: int) -> None:
    """Progress that goes nowhere."""


def undo(
    imported: ImportRecord,
    *,
    register: UnitOfWork,
    notes: ImportStore,
    now: datetime,
    dry: bool = False,
    progress: Callable[[int], None] = _nobody_watches,
) -> Undone:
    """Take back what an import wrote. `dry`: only count. Safe to repeat, also after it broke off.

    `progress` hears how many people are done with.
    """
    work = _Undo(imported=imported, register=register, notes=notes, now=now, dry=dry, done=Undone())
    for part in notes.parts(imported.batch):
        work.take(part)
        progress(work.done.people)
    if not dry:
        notes.begin(replace(imported, undone_at=imported.undone_at or now))
    return work.done


@dataclass(kw_only=True)
class _Undo:
    imported: ImportRecord
    register: UnitOfWork
    notes: ImportStore
    now: datetime
    dry: bool
    done: Undone

    def take(self, part: ImportPart) -> None:
        for ids in _some(part.added, BATCH):
            rows = self.register.get(ids=ids)
            ours = [row for row in rows.values() if self._is_ours(row)]
            self.done.gone += len(ids) - len(rows)
            self.done.stayed += len(rows) - len(ours)
            for some in _some(ours, TOGETHER):
                self._take_off(some)
        for ids in _some(tuple(part.filled), BATCH):
            rows = self.register.get(ids=ids)
            ours = [row for row in rows.values() if _is_filled(row, part.filled)]
            self.done.gone += len(ids) - len(rows)
            self.done.stayed += len(rows) - len(ours)
            for some in _some(ours, TOGETHER):
                self._empty(some, part.filled)

    def _is_ours(self, row: Subscriber) -> bool:
        return row.batch == self.imported.batch and row.only_imported

    def _take_off(self, rows: Sequence[Subscriber]) -> None:
        if not self.dry:
            try:
                self.notes.take_back(rows, [self._entry(row) for row in rows])
            except Conflict:
                if len(rows) == 1:  # somebody did something with it meanwhile, or another undo was faster
                    self.done.stayed += 1
                    return
                for row in rows:
                    self._take_off([row])
                return
        self.done.taken_off += len(rows)

    def _entry(self, row: Subscriber) -> ConsentEntry:
        note = f"the import {self.imported.batch} was undone"
        return ConsentEntry(subscriber=row.id, at=self.now, what=ConsentEvent.UNDONE, by="import", note=note)

    def _empty(self, rows: Sequence[Subscriber], filled: Mapping[str, FilledFields]) -> None:
        if not self.dry:
            try:
                self.register.commit(Transaction(changes=[_emptied(row, filled[row.id]) for row in rows]))
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


def _some(of: Sequence[One], most: int) -> Iterator[list[One]]:
    source = iter(of)
    while some := list(islice(source, most)):
        yield some
