"""Sorting the lines of a list: people who are new or known, and why the other lines are left alone. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from convener.errors import BadInput
from convener.intake.subscribers.import_report import MAX_EXAMPLES, ImportReport, reason_left_alone
from convener.intake.subscribers.joined_dates import not_in_future, read_joined
from convener.intake.subscribers.lines import LineOutcome, Problem, Refusal, Row
from convener.intake.subscribers.people_files import PeopleFiles
from convener.intake.subscribers.people_list import PeopleList
from convener.intake.subscribers.role_addresses import is_role
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import SubscriberRows

GROUP_LINES = 100
"""Lines that are looked up together: BatchGetItem takes 100 keys.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""


_STATUSES = {
    LineOutcome.BOUNCED: SubscriberStatus.BOUNCED,
    LineOutcome.COMPLAINED: SubscriberStatus.COMPLAINED,
    LineOutcome.ERASED: SubscriberStatus.ERASED,
}
"""The status of the mark for each outcome. Everybody else who said no has left."""
_WEIGHTS = {
    LineOutcome.DECLINED: 1,
    LineOutcome.LEFT: 2,
    LineOutcome.BOUNCED: 3,
    LineOutcome.COMPLAINED: 4,
    LineOutcome.ERASED: 5,
}
_Place = tuple[str, int]
"""A line of a file."""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What an operator asks for.

    Args:
        source: Where the people gave their consent.
        now: The moment of the import.
        file: The name of the file.
        roles: Whether addresses of a function are imported.
        examples: The number of examples that the report shows for each outcome.
        keep_all: Whether the report keeps the result of every line.
    """

    source: str
    now: datetime
    file: str = ""
    roles: bool = False
    examples: int = MAX_EXAMPLES
    keep_all: bool = False

    def __post_init__(self) -> None:
        """Check that a source is given. Raises BadInput."""
        if not self.source.strip():
            raise BadInput("Say where these people gave their consent, such as “sign-up sheet, May 2024”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person of a list.

    Args:
        line: The line of the list.
        row: The row that the line asks for.
        known: The stored row, if there is one.
        to_write: The row to write, or None where there is nothing to write.
        outcome: The result of the line once the row is written.
    """

    line: Row | Refusal
    row: Subscriber
    known: Subscriber | None
    to_write: Subscriber | None
    outcome: LineOutcome

    @property
    def is_new(self) -> bool:
        """Whether no row is stored."""
        return self.known is None

    @property
    def refuses(self) -> bool:
        """Whether the line says no."""
        return isinstance(self.line, Refusal)


@dataclass(kw_only=True)
class Sorter:
    """Sorts one list.

    Args:
        rows: The stored rows.
        key: The key that makes the ids of subscribers.
        request: What the operator asks for.
        batch: The name of the import.
        report: Gets the outcome of each line.
    """

    rows: SubscriberRows
    key: bytes
    request: ImportRequest
    batch: str = ""
    report: ImportReport = field(init=False)
    _seen: dict[bytes, _Place] = field(default_factory=dict)
    _refused: dict[bytes, Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with an empty report."""
        self.report = ImportReport(examples=self.request.examples, keep_all=self.request.keep_all)

    def groups(self, people: PeopleList | PeopleFiles, *, progress: Callable[[int], None]) -> Iterator[list[Person]]:
        """Yield groups of people who are new or known, or whose no is to be remembered. The rest go to the report.

        `progress` is called with the line of the file that was read last.
        """
        for refusal in people.refusals():
            self._refused[self._id(refusal)] = _stronger(refusal, self._refused.get(self._id(refusal)))
        source = iter(people)
        while group := list(islice(source, GROUP_LINES)):
            yield [person for person in self._looked_up(group) if self.settle(person)]
            progress(group[-1].line)

    def settle(self, person: Person) -> bool:
        """Return whether this import may write a person's row; if not, add the line to the report."""
        known = person.known
        if isinstance(person.line, Refusal):
            return self._settle_refusal(person, person.line)
        if known is None and is_role(person.line.address.normalised) and not self.request.roles:
            self.refuse(person.line, LineOutcome.ROLE, "This is the address of a function, and consent is a person's.")
        elif known is not None and known.status is not SubscriberStatus.CONFIRMED:
            self.refuse(person.line, LineOutcome(known.status), reason_left_alone(known))
        else:
            return True
        return False

    def person(self, line: Row | Refusal, row: Subscriber, known: Subscriber | None) -> Person:
        """Return a person. A stored value wins over the value of the list; only empty values are filled."""
        if isinstance(line, Refusal):
            mark = _marked(known, row) if known else row
            return Person(line=line, row=row, known=known, to_write=mark, outcome=line.outcome)
        to_write = _filled(known, row) if known else row
        return Person(
            line=line, row=row, known=known, to_write=to_write, outcome=LineOutcome.KNOWN if known else LineOutcome.NEW
        )

    def refuse(self, line: Row | Refusal, outcome: LineOutcome, reason: str) -> None:
        """Add a line with this outcome to the report."""
        self.report.add(Problem(line.line, line.address.typed, outcome, reason, line.file))

    def count(self, person: Person) -> None:
        """Add a person to the report whose row is written, or needs no writing."""
        line, report = person.line, self.report
        if isinstance(line, Refusal):
            report.marked += 1
            self.refuse(line, line.outcome, line.reason)
            return
        report.settle(Problem(line.line, line.address.typed, person.outcome, "", line.file))
        report.fillable += person.to_write is not None and not person.is_new

    def _settle_refusal(self, person: Person, line: Refusal) -> bool:
        known = person.known
        if known is None or (known.status is SubscriberStatus.CONFIRMED and person.to_write):
            return True
        if known.status is not SubscriberStatus.CONFIRMED:
            self.refuse(line, LineOutcome(known.status), f"{line.reason} {reason_left_alone(known)}")
            return False
        yes = f" on {known.confirmed_at:%Y-%m-%d}" if known.confirmed_at else ""
        reason = (
            f"{line.reason} But this person said yes here themselves{yes}, which counts. If they asked you since to "
            "stop, use `convener subscriber leave`."
        )
        self.report.add(Problem(line.line, line.address.typed, LineOutcome.NOTE, reason, line.file))
        self.report.settle(Problem(line.line, line.address.typed, LineOutcome.KNOWN, "", line.file))
        return False

    def _looked_up(self, group: Sequence[Row | Refusal | Problem]) -> list[Person]:
        wanted: list[tuple[Row | Refusal, Subscriber]] = []
        for line in group:
            if isinstance(line, Problem):
                self.report.add(line)
            elif row := self._mark(line) if isinstance(line, Refusal) else self._row(line):
                wanted.append((line, row))
        known = self.rows.get(ids=[row.id for _, row in wanted]) if wanted else {}
        return [self.person(line, row, known.get(row.id)) for line, row in wanted]

    def _row(self, line: Row) -> Subscriber | None:
        """Return the row that a line asks for, or None where another line of the person counts."""
        if self._is_duplicate(line):
            return None
        identity = subscriber_id(line.address.normalised, key=self.key)
        joined = line.joined or self.request.now
        try:
            joined = not_in_future(joined, now=self.request.now)
        except BadInput as error:
            self.refuse(line, LineOutcome.NOTE, f"{error} It was left out.")
            joined = self.request.now
        paused = line.paused_until
        return Subscriber(
            id=identity,
            address=line.address.envelope,
            status=SubscriberStatus.CONFIRMED,
            confirmed_at=joined,
            first_name=line.first_name,
            zone=line.zone,
            wording=line.wording,
            kinds=line.kinds,
            calendar=line.calendar,
            text_only=line.text_only,
            paused_until=paused if paused and paused > self.request.now else None,
            source=self.request.source.strip(),
            imported_at=self.request.now,
            batch=self.batch,
            version=1,
        )

    def _mark(self, line: Refusal) -> Subscriber | None:
        """Return the row that remembers a no, or None where another line of the person counts."""
        if self._is_duplicate(line):
            return None
        status = _STATUSES.get(line.outcome, SubscriberStatus.LEFT)
        return Subscriber(
            id=subscriber_id(line.address.normalised, key=self.key),
            address="" if status is SubscriberStatus.ERASED else line.address.envelope,
            status=status,
            status_since=self._said_no_at(line),
            source=self.request.source.strip(),
            batch=self.batch,
            imported_at=self.request.now,
            version=1,
        )

    def _said_no_at(self, line: Refusal) -> datetime | None:
        """Return the date of a no; None where the list has none, or none that can be read."""
        try:
            since = read_joined(line.since)
            return since and not_in_future(since, now=self.request.now)
        except BadInput:
            return None

    def _is_duplicate(self, line: Row | Refusal) -> bool:
        """Return whether another line counts for this address, after adding the line to the report."""
        identity, place = self._id(line), (line.file, line.line)
        refused = self._refused.get(identity)
        if refused and (refused.file, refused.line) != place:
            where = _where(refused.file, refused.line, line.file)
            self.refuse(line, LineOutcome.DUPLICATE, f"The same address says no {where}, which counts.")
            return True
        first = self._seen.setdefault(identity, place)
        if first != place:
            self.refuse(line, LineOutcome.DUPLICATE, f"The same address as {_where(*first, line.file)}, which counts.")
        return first != place

    def _id(self, line: Row | Refusal) -> bytes:
        return bytes.fromhex(subscriber_id(line.address.normalised, key=self.key))


def _where(file: str, line: int, this_file: str) -> str:
    return f"on line {line}" + (f" of {file}" if file != this_file else "")


def _stronger(one: Refusal, other: Refusal | None) -> Refusal:
    """Return the refusal that counts for a person: the strongest one, else the earlier one."""
    return one if other is None or _WEIGHTS[one.outcome] > _WEIGHTS[other.outcome] else other


def _marked(known: Subscriber, mark: Subscriber) -> Subscriber | None:
    """Return a listed row as a mark; None where the person said yes here later than they said no elsewhere.

    A person whom only imports brought in never said yes here, so any no counts.
    """
    said_no_later = mark.status_since and known.confirmed_at and mark.status_since > known.confirmed_at
    if known.status is not SubscriberStatus.CONFIRMED or not (known.batch or said_no_later):
        return None
    return replace(
        known,
        address=mark.address,
        status=mark.status,
        status_since=mark.status_since,
        confirmed_at=None,
        first_name="",
        zone="",
        source=mark.source,
        batch=mark.batch,
        imported_at=mark.imported_at,
        wording="",
        version=known.version + 1,
    )


def _filled(known: Subscriber, row: Subscriber) -> Subscriber | None:
    filled = replace(known, first_name=known.first_name or row.first_name, zone=known.zone or row.zone)
    return None if filled == known else replace(filled, version=known.version + 1)
