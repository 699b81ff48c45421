"""Rows, consent record and requests in dictionaries: what the DynamoDB adapters do, as far as use cases can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from convener.errors import Conflict
from convener.intake.subscribers.import_records import ImportPart, ImportRecord
from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.mail_requests import MailRequest, body_of, read_mail_request
from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import Transaction, UsedLink
from tests.support.fake_subscribers import FakeSubscribers


class FakeRequestStore:
    """Requests, limits and marks. Nothing ever goes by itself: who reads looks at the time."""

    def __init__(self, requests: Iterable[ConfirmationRequest] = ()) -> None:
        self.kept = {request.id: request for request in requests}
        self.visits: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.marks: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.gone: set[tuple[str, str]] = set()

    def visit(self, network: str, *, now: datetime) -> int:
        """One more in this hour."""
        hour = f"{now.astimezone(UTC):%Y-%m-%dT%H}"
        self.visits[network, hour] += 1
        return self.visits[network, hour]

    def allow(self, subscriber_id: str, mark: str, *, most: int, now: datetime) -> bool:
        """Whether the mark is among the first so many of the day."""
        marks = self.marks[subscriber_id, f"{now.astimezone(UTC):%Y-%m-%d}"]
        if mark not in marks and len(marks) >= most:
            return False
        marks.add(mark)
        return True

    def keep(self, request: ConfirmationRequest) -> None:
        """Once."""
        self.kept.setdefault(request.id, request)

    def find(self, request_id: str) -> ConfirmationRequest | None:
        """The request, expired or not."""
        return self.kept.get(request_id)

    def answered(self, request_id: str) -> None:
        """Its mail has left."""
        if request_id in self.kept:
            self.kept[request_id] = replace(self.kept[request_id], answered=True)

    def used(self, nonce: str, action: str) -> bool:
        """Whether it is used up."""
        return (nonce, action) in self.gone

    def use(self, used: UsedLink) -> bool:
        """True the first time."""
        fresh = not self.used(used.nonce, used.action)
        self.gone.add((used.nonce, used.action))
        return fresh


class FakeConsentRecord:
    """The consent record. `entries` are all of it, in the order they were written."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, datetime, str], ConsentEntry] = {}
        self._hers: defaultdict[str, list[tuple[str, datetime, str]]] = defaultdict(list)

    @property
    def entries(self) -> list[ConsentEntry]:
        """Everybody's."""
        return list(self.kept.values())

    def of(self, subscriber_id: str) -> Sequence[ConsentEntry]:
        """Hers, in order of time."""
        return [self.kept[key] for key in sorted(self._hers.get(subscriber_id, ()))]

    def forget(self, entries: Sequence[ConsentEntry]) -> None:
        """Without these."""
        for key in map(consent_key, entries):
            if self.kept.pop(key, None):
                self._hers[key[0]].remove(key)

    def all(self) -> Iterator[ConsentEntry]:
        """Everybody's, hers together and in order of time."""
        return (entry for one in sorted(self._hers) for entry in self.of(one))

    def add(self, entries: Sequence[ConsentEntry]) -> None:
        """Written with a Saving."""
        for entry in entries:
            self.kept[consent_key(entry)] = entry
            self._hers[entry.subscriber].append(consent_key(entry))


def consent_key(entry: ConsentEntry) -> tuple[str, datetime, str]:
    """What tells one entry from another."""
    return entry.subscriber, entry.at, entry.mark


class FakeImportStore:
    """The records of imports, and their parts, in dictionaries."""

    def __init__(self) -> None:
        self.records: dict[str, ImportRecord] = {}
        self.parts_by_batch: dict[str, dict[int, ImportPart]] = {}

    def begin(self, imported: ImportRecord) -> None:
        """Write an import, or write a stored import again."""
        self.records[imported.batch] = imported

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        """Write one part under its number."""
        self.parts_by_batch.setdefault(imported.batch, {})[number] = part

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        """Return the imports that did not expire, newest first."""
        found = [record for record in self.records.values() if now < record.until]
        return sorted(found, key=lambda record: (record.at, record.batch), reverse=True)

    def parts(self, batch: str) -> Iterator[ImportPart]:
        """Yield the parts in order."""
        return (part for _, part in sorted(self.parts_by_batch.get(batch, {}).items()))


class FakeUnitOfWork(FakeSubscribers):
    """A unit of work: subscribers, with `consents`, `requests` and `imports` beside them.

    `commits` counts the transactions that were written.
    """

    def __init__(
        self,
        rows: Iterable[Subscriber] = (),
        *,
        requests: FakeRequestStore | None = None,
        consents: FakeConsentRecord | None = None,
        imports: FakeImportStore | None = None,
        fingerprint: str | None = None,
    ) -> None:
        super().__init__(rows, fingerprint=fingerprint)
        self.requests = requests or FakeRequestStore()
        self.consents = consents or FakeConsentRecord()
        self.imports = imports or FakeImportStore()
        self.commits = 0

    def commit(self, transaction: Transaction) -> None:
        """Write the whole transaction, or raise Conflict and write nothing."""
        self._check(transaction)
        request = self.requests.kept.get(transaction.done)
        if request and transaction.at:
            self.requests.kept[transaction.done] = replace(request, done_at=transaction.at)
        if transaction.used:
            self.requests.use(transaction.used)
        for change in transaction.changes:
            self._write(change.row)
        for row in transaction.removals:
            del self.rows[row.id]
            self.writes += 1
        self.consents.add(transaction.consents)
        self.commits += 1

    def _check(self, transaction: Transaction) -> None:
        for change in transaction.changes:
            known = self.rows.get(change.row.id)
            if (known.version if known else None) != change.expected:
                raise Conflict(f"subscriber {change.row.id} is not at version {change.expected}")
        for row in transaction.removals:
            known = self.rows.get(row.id)
            if known is None or (known.version, known.status, known.batch) != (row.version, row.status, row.batch):
                raise Conflict(f"subscriber {row.id} is not as it was")
        if any(consent_key(entry) in self.consents.kept for entry in transaction.consents):
            raise Conflict("there is an entry of that moment and mark")
        request = self.requests.kept.get(transaction.done)
        if transaction.done and (request is None or request.done_at):
            raise Conflict("the request is gone, or done already")
        if transaction.used and self.requests.used(transaction.used.nonce, transaction.used.action):
            raise Conflict("the link is used up")


class FakeSuppressionList:
    """SES's suppression list: the reason of each address."""

    def __init__(self, **addresses: str) -> None:
        self.reasons: dict[str, str] = dict(addresses)

    def reason(self, address: str) -> str:
        """The reason, or nothing."""
        return self.reasons.get(address, "")

    def lift(self, address: str) -> bool:
        """Take it off."""
        return bool(self.reasons.pop(address, ""))


class FakeMailRequestQueue:
    """The queue of `transactional`: what was asked for, as it would be read from the queue, and the delays."""

    def __init__(self) -> None:
        self.sent: list[MailRequest] = []
        self.delays: list[int] = []

    def send(self, letter: MailRequest, *, delay: int = 0) -> None:
        """Queue it."""
        self.sent.append(read_mail_request(body_of(letter)))
        self.delays.append(delay)
