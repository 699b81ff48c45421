"""Sorting the lines of a list: who is new, who is known, and why the others are left alone. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from convener.errors import BadInput
from convener.intake.subscribers.import_report import EXAMPLES, ImportReport, why_not
from convener.intake.subscribers.joined_dates import parse_joined
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.role_addresses import is_role
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import SubscriberRows

BATCH = 100  # ids; the most that BatchGetItem takes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an operator asks for: the list's source and file name, and whether addresses of a function may come in."""

    source: str
    now: datetime
    file: str = ""
    roles: bool = False
    examples: int = EXAMPLES

    def __post_init__(self) -> None:
        """Consent comes from somewhere."""
        if not self.source.strip():
            raise BadInput("Say where these people gave their consent, such as “sign-up sheet, May 2024”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A line with the row it asks for, and the one that there is. `to_write` is None where nothing is to be done."""

    line: Row
    row: Subscriber
    known: Subscriber | None
    to_write: Subscriber | None

    @property
    def is_new(self) -> bool:
        """Whether there is no row yet."""
        return self.known is None


@dataclass(kw_only=True)
class Sorter:
    """One run through a list: what it works on, which addresses it has seen, and what it has to tell."""

    rows: SubscriberRows
    key: bytes
    asked: Asked
    batch: str = ""
    report: ImportReport = field(init=False)
    _seen: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing told."""
        self.report = ImportReport(examples=self.asked.examples)

    def groups(self, lines: Iterable[Row | Problem], *, progress: Callable[[int], None]) -> Iterator[list[Person]]:
        """People who are new or known, some at a time; the other lines are told in the report.

        `progress` hears how far it has come, as a line of the file.
        """
        source = iter(lines)
        while group := list(islice(source, BATCH)):
            yield [person for person in self._looked_up(group) if self.settle(person)]
            progress(group[-1].line)

    def settle(self, person: Person) -> bool:
        """Whether a person can be on the list by this import; where not, the line is told."""
        known = person.known
        if known is None and is_role(person.line.address.normalised) and not self.asked.roles:
            self.refuse(person.line, LineOutcome.ROLE, "This is the address of a function, and consent is a person's.")
        elif known is not None and known.status is not SubscriberStatus.CONFIRMED:
            self.refuse(person.line, LineOutcome(known.status), why_not(known))
        else:
            return True
        return False

    def person(self, line: Row, row: Subscriber, known: Subscriber | None) -> Person:
        """What is known wins; only what is empty is filled."""
        return Person(line=line, row=row, known=known, to_write=_filled(known, row) if known else row)

    def refuse(self, line: Row, outcome: LineOutcome, reason: str) -> None:
        """Tell of a line that ends so."""
        self.report.tell(Problem(line.line, line.address.typed, outcome, reason))

    def _looked_up(self, group: Sequence[Row | Problem]) -> list[Person]:
        wanted: list[tuple[Row, Subscriber]] = []
        for line in group:
            if isinstance(line, Problem):
                self.report.tell(line)
            elif row := self._asked_for(line):
                wanted.append((line, row))
        known = self.rows.get(ids=[row.id for _, row in wanted]) if wanted else {}
        return [self.person(line, row, known.get(row.id)) for line, row in wanted]

    def _asked_for(self, line: Row) -> Subscriber | None:
        """The row that a line asks for, unless it can't be used or came before."""
        try:
            joined = parse_joined(line.joined, now=self.asked.now) if line.joined else self.asked.now
        except BadInput as error:
            self.refuse(line, LineOutcome.MALFORMED, str(error))
            return None
        identity = subscriber_id(line.address.normalised, key=self.key)
        first = self._seen.setdefault(bytes.fromhex(identity), line.line)
        if first != line.line:
            self.refuse(line, LineOutcome.DUPLICATE, f"The same address as on line {first}, which counts.")
            return None
        paused = line.paused_until
        return Subscriber(
            id=identity,
            address=line.address.envelope,
            status=SubscriberStatus.CONFIRMED,
            confirmed_at=joined,
            first_name=line.first_name,
            zone=line.zone,
            kinds=line.kinds,
            calendar=line.calendar,
            text_only=line.text_only,
            paused_until=paused if paused and paused > self.asked.now else None,
            source=self.asked.source.strip(),
            batch=self.batch,
            version=1,
        )


def _filled(known: Subscriber, row: Subscriber) -> Subscriber | None:
    filled = replace(known, first_name=known.first_name or row.first_name, zone=known.zone or row.zone)
    return None if filled == known else replace(filled, version=known.version + 1)
