"""Importing a list of people who gave their consent elsewhere. It adds and completes; it never brings anybody back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from convener.errors import Conflict
from convener.intake.subscribers.import_records import FilledFields, ImportPart, ImportRecord, ImportStore
from convener.intake.subscribers.import_report import ImportReport
from convener.intake.subscribers.lines import LineOutcome
from convener.intake.subscribers.rows import PeopleList
from convener.intake.subscribers.sorting import Asked, Person, Sorter
from convener.retry import retry_on_conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.identity import FingerprintStore, check_identity
from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import RowChange, Transaction, UnitOfWork

TOGETHER = 12
"""People in one transaction: a row and an entry each."""
MAX_ATTEMPTS = 3


class Store(UnitOfWork, FingerprintStore, Protocol):
    """The register, and the fingerprint of the key that made its ids."""


class _Reading:
    """A store's fingerprint, without keeping a new one: a dry run writes nothing."""

    def __init__(self, store: FingerprintStore) -> None:
        self._store = store

    def fingerprint(self) -> str | None:
        return self._store.fingerprint()

    def keep_fingerprint(self, value: str) -> None:
        """Nothing is kept."""


def read_only(store: FingerprintStore) -> FingerprintStore:
    """What checks the identity key and never writes its fingerprint."""
    return _Reading(store)


def _nobody_watches(_line: int) -> None:
    """Progress that goes nowhere."""


def sort_list(
    people: PeopleList, *, store: Store, key: bytes, asked: Asked, progress: Callable[[int], None] = _nobody_watches
) -> ImportReport:
    """Say what would become of each line, and write nothing. Raises Misconfigured when the key is not the store's."""
    check_identity(read_only(store), key=key)
    sorter = Sorter(rows=store, key=key, asked=asked)
    for group in sorter.groups(people, progress=progress):
        for person in group:
            sorter.report.count(LineOutcome.NEW if person.is_new else LineOutcome.KNOWN)
            sorter.report.fillable += person.to_write is not None and not person.is_new
    return sorter.report


def import_list(
    people: PeopleList,
    *,
    store: Store,
    notes: ImportStore,
    key: bytes,
    asked: Asked,
    batch: str,
    progress: Callable[[int], None] = _nobody_watches,
) -> ImportReport:
    """Write each usable line to the register; the others are in the report. Safe to repeat, also after it broke off.

    Each new person gets a row and an IMPORTED entry in one transaction. Raises Misconfigured when the identity key is
    not the store's; nothing was written then.
    """
    check_identity(store, key=key)
    imported = ImportRecord(batch=batch, at=asked.now, source=asked.source.strip(), file=asked.file)
    sorter = Sorter(rows=store, key=key, asked=asked, batch=batch)
    work = _Import(store=store, notes=notes, sorter=sorter, imported=imported)
    notes.begin(imported)
    for group in sorter.groups(people, progress=progress):
        work.take(group)
    report = sorter.report
    notes.begin(replace(imported, added=report.counts[LineOutcome.NEW], filled=report.fillable))
    return report


@dataclass(kw_only=True)
class _Import:
    """One run that writes."""

    store: Store
    notes: ImportStore
    sorter: Sorter
    imported: ImportRecord
    parts: int = 0

    def take(self, group: Sequence[Person]) -> None:
        new = [person for person in group if person.is_new]
        if new:
            self._note(ImportPart(added=tuple(person.row.id for person in new)))
        for start in range(0, len(new), TOGETHER):
            self._write(new[start : start + TOGETHER])
        known = [person for person in group if not person.is_new]
        self.sorter.report.count(LineOutcome.KNOWN, sum(person.to_write is None for person in known))
        to_fill = [person for person in known if person.to_write]
        for start in range(0, len(to_fill), TOGETHER):
            self._write(to_fill[start : start + TOGETHER])

    def _write(self, people: Sequence[Person]) -> None:
        """All of them at once; where one was changed meanwhile, each for itself."""
        try:
            self._commit(people)
        except Conflict:
            for person in people:
                self._write_alone(person)

    def _write_alone(self, person: Person) -> None:
        def attempt() -> None:
            known = self.store.get(ids=[person.row.id]).get(person.row.id)
            now = self.sorter.person(person.line, person.row, known)
            if self.sorter.settle(now):
                self._commit([now])

        busy = Conflict("Somebody else keeps changing this row. Import the file again.")
        try:
            retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=busy)
        except Conflict:
            self.sorter.refuse(person.line, LineOutcome.BUSY, str(busy))

    def _commit(self, people: Sequence[Person]) -> None:
        changes = [
            RowChange(row=person.to_write, expected=person.known.version if person.known else None)
            for person in people
            if person.to_write
        ]
        entries = [self._entry(person) for person in people if person.is_new]
        if changes:
            self.store.commit(Transaction(changes=changes, consents=entries))
        filled = {p.row.id: _filling(p.known, p.to_write) for p in people if p.known and p.to_write}
        if filled:
            self._note(ImportPart(filled=filled))
        report = self.sorter.report
        report.count(LineOutcome.NEW, len(entries))
        report.count(LineOutcome.KNOWN, len(people) - len(entries))
        report.fillable += len(filled)

    def _note(self, part: ImportPart) -> None:
        self.parts += 1
        self.notes.add_part(self.imported, self.parts, part)

    def _entry(self, person: Person) -> ConsentEntry:
        """Where consent came from, in the words of the operator, and of the list where it has its own."""
        asked, line = self.sorter.asked, person.line
        file = f" ({asked.file})" if asked.file else ""
        joined = f"; joined {line.joined}" if line.joined else ""
        own = f"; the list says: {line.source}" if line.source else ""
        return ConsentEntry(
            subscriber=person.row.id,
            at=asked.now,
            what=ConsentEvent.IMPORTED,
            by="import",
            kinds=line.kinds,
            note=f"{asked.source.strip()}{file}{joined}{own}",
        )


def _filling(known: Subscriber, row: Subscriber) -> FilledFields:
    fields = tuple(name for name in ("first_name", "zone") if getattr(known, name) != getattr(row, name))
    return FilledFields(version=row.version, fields=fields)
