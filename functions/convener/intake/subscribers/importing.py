"""Importing a list of people who gave their consent elsewhere.

An import adds rows and fills empty fields. It never puts a person back on the list who left it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from convener.errors import Conflict
from convener.intake.subscribers.import_records import FilledFields, ImportPart, ImportRecord
from convener.intake.subscribers.import_report import ImportReport
from convener.intake.subscribers.lines import LineOutcome, Refusal
from convener.intake.subscribers.people_files import PeopleFiles
from convener.intake.subscribers.people_list import PeopleList
from convener.intake.subscribers.ports import ImportStore, ImportTarget
from convener.intake.subscribers.sorting import ImportRequest, Person, Sorter
from convener.retry import retry_on_conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.identity import check_identity
from convener.subscribers.models import Subscriber
from convener.subscribers.ports import FingerprintStore
from convener.subscribers.unit_of_work import RowChange, Transaction

TRANSACTION_PEOPLE = 12
"""People in one transaction: a row and an entry each."""
MAX_ATTEMPTS = 3
"""Attempts to write one row that somebody else keeps changing."""


class _ReadOnly:
    """The fingerprint of a store. A new fingerprint is not kept, since a dry run writes nothing."""

    def __init__(self, store: FingerprintStore) -> None:
        self._store = store

    def fingerprint(self) -> str | None:
        return self._store.fingerprint()

    def keep_fingerprint(self, value: str) -> None:
        """Keep nothing."""


def read_only(store: FingerprintStore) -> FingerprintStore:
    """Return a store with which the identity key can be checked, and which never writes a fingerprint."""
    return _ReadOnly(store)


def _no_progress(_line: int) -> None:
    """Ignore the progress."""


def sort_list(
    people: PeopleList | PeopleFiles,
    *,
    store: ImportTarget,
    key: bytes,
    request: ImportRequest,
    progress: Callable[[int], None] = _no_progress,
) -> ImportReport:
    """Return the report that importing a list would give, and write nothing.

    Raises Misconfigured where the key is not the one that made the ids of the store.
    """
    check_identity(read_only(store), key=key)
    sorter = Sorter(rows=store, key=key, request=request)
    for group in sorter.groups(people, progress=progress):
        for person in group:
            sorter.count(person)
    return sorter.report


def import_list(
    people: PeopleList | PeopleFiles,
    *,
    store: ImportTarget,
    imports: ImportStore,
    key: bytes,
    request: ImportRequest,
    batch: str,
    progress: Callable[[int], None] = _no_progress,
) -> ImportReport:
    """Write the usable lines of a list as subscriber rows. Safe to repeat, also after it broke off.

    Each new person gets a row and an IMPORTED entry of the consent record in one transaction.

    Args:
        people: The list.
        store: The subscriber rows.
        imports: The records of imports, with which the import can be undone.
        key: The key that makes the ids of subscribers.
        request: What the operator asks for.
        batch: The name of the import.
        progress: Called with the line of the file that was read last.

    Returns:
        The report, with the lines that were not imported.

    Raises:
        Misconfigured: The key is not the one that made the ids of the store. Nothing was written.
    """
    check_identity(store, key=key)
    imported = ImportRecord(batch=batch, at=request.now, source=request.source.strip(), file=request.file)
    sorter = Sorter(rows=store, key=key, request=request, batch=batch)
    work = _Import(store=store, imports=imports, sorter=sorter, imported=imported)
    imports.begin(imported)
    for group in sorter.groups(people, progress=progress):
        work.write_group(group)
    report = sorter.report
    imports.begin(replace(imported, added=report.counts[LineOutcome.NEW], filled=report.fillable, marked=report.marked))
    return report


@dataclass(kw_only=True)
class _Import:
    """One run of an import. `parts` is the number of parts that are recorded."""

    store: ImportTarget
    imports: ImportStore
    sorter: Sorter
    imported: ImportRecord
    parts: int = 0

    def write_group(self, group: Sequence[Person]) -> None:
        """Write the new rows of a group of people, the completed ones, and the marks."""
        added = tuple(person.row.id for person in group if person.is_new and not person.refuses)
        marked = tuple(person.row.id for person in group if person.refuses)
        if added or marked:
            self._record(ImportPart(added=added, marked=marked))
        for person in group:
            if not person.to_write:
                self.sorter.count(person)
        to_write = [person for person in group if person.to_write]
        for start in range(0, len(to_write), TRANSACTION_PEOPLE):
            self._write(to_write[start : start + TRANSACTION_PEOPLE])

    def _write(self, people: Sequence[Person]) -> None:
        """Write the rows of all in one transaction, or each alone where one row was changed meanwhile."""
        try:
            self._commit(people)
        except Conflict:
            for person in people:
                self._write_alone(person)

    def _write_alone(self, person: Person) -> None:
        def attempt() -> None:
            known = self.store.get(ids=[person.row.id]).get(person.row.id)
            current = self.sorter.person(person.line, person.row, known)
            if self.sorter.settle(current):
                self._commit([current])

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
        entries = [self._entry(person) for person in people if person.is_new or person.refuses]
        if changes:
            self.store.commit(Transaction(changes=changes, consents=entries))
        completed = [person for person in people if not person.refuses]
        filled = {p.row.id: _filling(p.known, p.to_write) for p in completed if p.known and p.to_write}
        if filled:
            self._record(ImportPart(filled=filled))
        for person in people:
            self.sorter.count(person)

    def _record(self, part: ImportPart) -> None:
        self.parts += 1
        self.imports.add_part(self.imported, self.parts, part)

    def _entry(self, person: Person) -> ConsentEntry:
        """Return the entry of a new person or a mark, with the source in the words of the operator and of the list."""
        request, line = self.sorter.request, person.line
        file = f" ({'/'.join(filter(None, (request.file, line.file)))})" if request.file or line.file else ""
        if isinstance(line, Refusal):
            return ConsentEntry(
                subscriber=person.row.id,
                at=request.now,
                what=ConsentEvent.MARKED,
                by="import",
                note=f"{request.source.strip()}{file}; {line.outcome.value}, the list says: {line.reason}",
            )
        joined = f"; joined {line.joined_typed}" if line.joined_typed else ""
        of_list = f"; the list says: {line.source}" if line.source else ""
        return ConsentEntry(
            subscriber=person.row.id,
            at=request.now,
            what=ConsentEvent.IMPORTED,
            by="import",
            wording=line.wording,
            kinds=line.kinds,
            note=f"{request.source.strip()}{file}{joined}{of_list}",
        )


def _filling(known: Subscriber, row: Subscriber) -> FilledFields:
    fields = tuple(name for name in ("first_name", "zone") if getattr(known, name) != getattr(row, name))
    return FilledFields(version=row.version, fields=fields)
