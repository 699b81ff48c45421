"""Sorting the lines of a list: people who are new or known, and why the other lines are left alone. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from convener.errors import BadInput
from convener.intake.subscribers.import_report import MAX_EXAMPLES, ImportReport, reason_left_alone
from convener.intake.subscribers.joined_dates import not_in_future
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.role_addresses import is_role
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import SubscriberRows

GROUP_LINES = 100
"""Lines that are looked up together: BatchGetItem takes 100 keys.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What an operator asks for.

    Args:
        source: Where the people gave their consent.
        now: The moment of the import.
        file: The name of the file.
        roles: Whether addresses of a function are imported.
        examples: The number of examples that the report shows for each outcome.
    """

    source: str
    now: datetime
    file: str = ""
    roles: bool = False
    examples: int = MAX_EXAMPLES

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
    """

    line: Row
    row: Subscriber
    known: Subscriber | None
    to_write: Subscriber | None

    @property
    def is_new(self) -> bool:
        """Whether no row is stored."""
        return self.known is None


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
    _seen: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with an empty report."""
        self.report = ImportReport(examples=self.request.examples)

    def groups(self, lines: Iterable[Row | Problem], *, progress: Callable[[int], None]) -> Iterator[list[Person]]:
        """Yield groups of people who are new or known. The other lines go to the report.

        `progress` is called with the line of the file that was read last.
        """
        source = iter(lines)
        while group := list(islice(source, GROUP_LINES)):
            yield [person for person in self._looked_up(group) if self.settle(person)]
            progress(group[-1].line)

    def settle(self, person: Person) -> bool:
        """Return whether this import may put a person on the list; if not, add the line to the report."""
        known = person.known
        if known is None and is_role(person.line.address.normalised) and not self.request.roles:
            self.refuse(person.line, LineOutcome.ROLE, "This is the address of a function, and consent is a person's.")
        elif known is not None and known.status is not SubscriberStatus.CONFIRMED:
            self.refuse(person.line, LineOutcome(known.status), reason_left_alone(known))
        else:
            return True
        return False

    def person(self, line: Row, row: Subscriber, known: Subscriber | None) -> Person:
        """Return a person. A stored value wins over the value of the list; only empty values are filled."""
        return Person(line=line, row=row, known=known, to_write=_filled(known, row) if known else row)

    def refuse(self, line: Row, outcome: LineOutcome, reason: str) -> None:
        """Add a line with this outcome to the report."""
        self.report.add(Problem(line.line, line.address.typed, outcome, reason))

    def _looked_up(self, group: Sequence[Row | Problem]) -> list[Person]:
        wanted: list[tuple[Row, Subscriber]] = []
        for line in group:
            if isinstance(line, Problem):
                self.report.add(line)
            elif row := self._row(line):
                wanted.append((line, row))
        known = self.rows.get(ids=[row.id for _, row in wanted]) if wanted else {}
        return [self.person(line, row, known.get(row.id)) for line, row in wanted]

    def _row(self, line: Row) -> Subscriber | None:
        """Return the row that a line asks for, or None where its address came before."""
        identity = subscriber_id(line.address.normalised, key=self.key)
        first = self._seen.setdefault(bytes.fromhex(identity), line.line)
        if first != line.line:
            self.refuse(line, LineOutcome.DUPLICATE, f"The same address as on line {first}, which counts.")
            return None
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


def _filled(known: Subscriber, row: Subscriber) -> Subscriber | None:
    filled = replace(known, first_name=known.first_name or row.first_name, zone=known.zone or row.zone)
    return None if filled == known else replace(filled, version=known.version + 1)
