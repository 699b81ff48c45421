"""Importing a list of people who gave their consent elsewhere. It adds and completes; it never brings anybody back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol

from convener.errors import BadInput, Conflict
from convener.subscribers.csv_rows import Outcome, Problem, Row, read_csv
from convener.subscribers.identity import FingerprintStore, check_identity, subscriber_id
from convener.subscribers.import_report import ImportReport, why_not
from convener.subscribers.joined import parse_joined
from convener.subscribers.models import Standing, Subscriber

__all__ = ["ImportReport", "Outcome", "Problem", "Row", "SubscriberStore", "import_subscribers", "read_csv"]

BATCH = 100  # ids; the most that BatchGetItem takes
_TRIES = 3


class SubscriberStore(FingerprintStore, Protocol):
    """The rows of the people, read consistently, written under conditions. Versions are written as given."""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those of up to 100 ids that have a row."""

    def add(self, subscriber: Subscriber) -> None:
        """Write a new row. Raises Conflict if there is one."""

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Write a row anew. Raises Conflict unless its version is the expected one."""


def _nobody_watches(_line: int) -> None:
    """Progress that goes nowhere."""


def import_subscribers(
    data: bytes,
    *,
    store: SubscriberStore,
    key: bytes,
    source: str,
    now: datetime,
    progress: Callable[[int], None] = _nobody_watches,
) -> ImportReport:
    """Write each usable line to the store; the others are in the report. Safe to repeat, also after it broke off.

    `source` says where consent comes from and is kept with each new person. `progress` hears how far it has come, as
    a line of the file. Raises BadInput when the file can't be read at all, Misconfigured when the identity key is not
    the store's; nothing was written then.
    """
    if not source.strip():
        raise BadInput("Say where these people gave their consent, such as “sign-up sheet, May 2024”.")
    found = read_csv(data)
    check_identity(store, key=key)
    work = _Import(store=store, key=key, source=source.strip(), now=now)
    for batch in _batches(found):
        work.take(batch)
        progress(batch[-1].line)
    return ImportReport(work.counts, tuple(sorted(work.problems, key=lambda problem: problem.line)))


def _batches(found: Iterable[Row | Problem]) -> Iterator[list[Row | Problem]]:
    source = iter(found)
    while batch := list(islice(source, BATCH)):
        yield batch


@dataclass(kw_only=True)
class _Import:
    """One run: what it works on, what it has seen, what it has to tell."""

    store: SubscriberStore
    key: bytes
    source: str
    now: datetime
    seen: dict[str, int] = field(default_factory=dict)
    counts: Counter[Outcome] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def take(self, batch: list[Row | Problem]) -> None:
        people: dict[str, tuple[Row, Subscriber]] = {}
        for item in batch:
            if isinstance(item, Problem):
                self._tell(item)
            elif person := self._person(item):
                people[person.id] = (item, person)
        known = self.store.get(ids=tuple(people)) if people else {}
        for row, person in people.values():
            self._settle(row, person, known.get(person.id))

    def _person(self, row: Row) -> Subscriber | None:
        """The subscriber that a line describes, unless it can't be used or came before."""
        try:
            joined = parse_joined(row.joined, now=self.now) if row.joined else self.now
        except BadInput as error:
            self._refuse(row, Outcome.MALFORMED, str(error))
            return None
        identity = subscriber_id(row.address.normalised, key=self.key)
        if first := self.seen.get(identity):
            self._refuse(row, Outcome.DUPLICATE, f"The same address as on line {first}, which counts.")
            return None
        self.seen[identity] = row.line
        return Subscriber(
            id=identity,
            address=row.address.envelope,
            standing=Standing.CONFIRMED,
            confirmed_at=joined,
            first_name=row.first_name,
            zone=row.zone,
            source=self.source,
            version=1,
        )

    def _settle(self, row: Row, person: Subscriber, known: Subscriber | None) -> None:
        for _ in range(_TRIES):
            try:
                self._write(row, person, known)
                return
            except Conflict:  # somebody else wrote first: look again, decide again
                known = self.store.get(ids=(person.id,)).get(person.id)
        self._refuse(row, Outcome.BUSY, "Somebody else keeps changing this row. Import the file again.")

    def _write(self, row: Row, person: Subscriber, known: Subscriber | None) -> None:
        if known is None:
            self.store.add(person)
            self.counts[Outcome.NEW] += 1
        elif known.standing is not Standing.CONFIRMED:
            self._refuse(row, Outcome(known.standing), why_not(known))
        elif (filled := _filled(known, person)) != known:
            self.store.update(filled, expected_version=known.version)
            self.counts[Outcome.UPDATED] += 1
        else:
            self.counts[Outcome.UNCHANGED] += 1

    def _refuse(self, row: Row, outcome: Outcome, reason: str) -> None:
        self._tell(Problem(row.line, row.address.typed, outcome, reason))

    def _tell(self, problem: Problem) -> None:
        self.counts[problem.outcome] += 1
        self.problems.append(problem)


def _filled(known: Subscriber, person: Subscriber) -> Subscriber:
    """What is known wins; only what is empty is filled."""
    filled = replace(known, first_name=known.first_name or person.first_name, zone=known.zone or person.zone)
    return known if filled == known else replace(filled, version=known.version + 1)
