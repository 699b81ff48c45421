"""Rows, consent record and requests in dictionaries: what the DynamoDB adapters do, as far as use cases can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from convener.errors import Conflict
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


class FakeUnitOfWork(FakeSubscribers):
    """A Register: subscribers, with `consents` and `requests` beside them. `commits` counts what was written."""

    def __init__(
        self,
        rows: Iterable[Subscriber] = (),
        *,
        requests: FakeRequestStore | None = None,
        consents: FakeConsentRecord | None = None,
        fingerprint: str | None = None,
    ) -> None:
        super().__init__(rows, fingerprint=fingerprint)
        self.requests = requests or FakeRequestStore()
        self.consents = consents or FakeConsentRecord()
        self.commits = 0

    def commit(self, saving: Transaction) -> None:
        """All of it or nothing; Conflict where a condition doesn't hold."""
        for change in saving.changes:
            known = self.rows.get(change.row.id)
            if (known.version if known else None) != change.expected:
                raise Conflict(f"subscriber {change.row.id} is not at version {change.expected}")
        if any(consent_key(entry) in self.consents.kept for entry in saving.consents):
            raise Conflict("there is an entry of that moment and mark")
        request = self.requests.kept.get(saving.done)
        if saving.done and (request is None or request.done_at):
            raise Conflict("the request is gone, or done already")
        if saving.used and not self.requests.use(saving.used):
            raise Conflict("the link is used up")
        if request and saving.at:
            self.requests.kept[saving.done] = replace(request, done_at=saving.at)
        for change in saving.changes:
            self._write(change.row)
        self.consents.add(saving.consents)
        self.commits += 1


class FakeMailRequestQueue:
    """The queue of `transactional`: what was asked for, as it would be read from the queue, and the delays."""

    def __init__(self) -> None:
        self.sent: list[MailRequest] = []
        self.delays: list[int] = []

    def send(self, letter: MailRequest, *, delay: int = 0) -> None:
        """Queue it."""
        self.sent.append(read_mail_request(body_of(letter)))
        self.delays.append(delay)
