"""A chunk before its delivery, for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from convener.delivery.chunks import new_chunk
from convener.delivery.deliver import Delivery
from convener.delivery.mail import Mail
from convener.delivery.pacing import Pacing
from convener.delivery.ports import SendingLimits
from convener.delivery.states import RecipientState
from convener.subscribers.models import Subscriber
from local.virtual_clock import VirtualClock
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeMailer, FakeQueues
from tests.support.people import OPENED, campaign, edition, subscriber

ID, REF = "2024-04/invite", "0-00001"
BEGINS = OPENED + timedelta(minutes=1)
BATCH = 10
"""The mails of a batch at SES's usual 14 a second and 80 ms per mail: those of eight tenths of a second."""


class Shift(VirtualClock):
    """A clock of an invocation that has `left` seconds from its beginning."""

    def __init__(self, now: datetime = BEGINS, *, left: float = 300.0) -> None:
        super().__init__(now)
        self.ends = now + timedelta(seconds=left)

    def time_left(self) -> float:
        """Return the seconds until the invocation ends."""
        return (self.ends - self.now()).total_seconds()


def world(
    count: int = 3,
    *,
    mailer: Any = None,
    rows: Sequence[Subscriber] | None = None,
    limits: SendingLimits | None = None,
    clock: VirtualClock | None = None,
    **changes: Any,
) -> Any:
    """Return a delivery with one chunk of `count` recipients, to which nothing was sent."""
    people = list(rows) if rows else [subscriber(16 * n) for n in range(1, count + 1)]
    ledger, editions, clock = FakeLedger(), FakeEditions(), clock or Shift()
    ledger.campaigns[ID] = campaign(edition=editions.put(edition()), **changes)
    ledger.chunk_items[ID, REF] = new_chunk(ID, "0", 1, [person.id for person in people])
    return Delivery(
        ledger=ledger,
        lookup=FakeRecipientLookup(ledger, FakeSubscribers(people)),
        editions=editions,
        mailer=mailer or FakeMailer(),
        links=FakeLinks(),
        queues=FakeQueues(),
        pacing=Pacing(account=FakeAccount(limits), slots=FakeSlots(), clock=clock, share=1.0),
        clock=clock,
    )


def second_worker(delivery: Any, **parts: Any) -> Any:
    """Return a second worker with its own clock and memory, on the same ledger, slots and subscribers."""
    clock = parts.pop("clock", None) or Shift(delivery.clock.now())
    pacing = Pacing(account=delivery.pacing.account, slots=delivery.pacing.slots, clock=clock, share=1.0)
    return replace(delivery, clock=clock, pacing=pacing, **parts)


def states(delivery: Any, ref: str = REF) -> list[str]:
    """Return the names of the entries' states, with the notes."""
    entries = delivery.ledger.chunk_items[ID, ref].entries
    return [f"{entry.state.name}:{entry.note}".rstrip(":") for entry in entries]


def put(delivery: Any, changed: dict[int, RecipientState]) -> None:
    """Write entries of the chunk as another worker."""
    chunk = delivery.ledger.chunk_items[ID, REF]
    delivery.ledger.save(chunk.with_entries(changed), messages={})


def raising(error: Exception, on: int, times: int = 1) -> Callable[[Mail], None]:
    """Return a mailer function that raises the error at the n-th mail, and `times` times in all."""
    seen = [0]

    def fails(_mail: Mail) -> None:
        seen[0] += 1
        if on <= seen[0] < on + times:
            raise error

    return fails


class Wire:
    """A collaborator whose calls are noted in a journal, and may fail before or after they take effect."""

    def __init__(self, behind: Any, journal: list[str]) -> None:
        self._behind, self._journal = behind, journal
        self._faults: dict[str, dict[int, tuple[Exception, bool]]] = {}
        self._counts: dict[str, int] = {}

    def fail(self, name: str, error: Exception, *, on: int = 1, after: bool = False) -> None:
        """Let the n-th call of that name from now on fail, before or after it takes effect."""
        self._faults.setdefault(name, {})[self._counts.get(name, 0) + on] = error, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._behind, name)
        if not callable(found):
            return found

        def called(*args: Any, **kwargs: Any) -> Any:
            self._journal.append(name)
            self._counts[name] = self._counts.get(name, 0) + 1
            error, after = self._faults.get(name, {}).pop(self._counts[name], (None, False))
            if error and not after:
                raise error
            answer = found(*args, **kwargs)
            if error:
                raise error
            return answer

        return called


def wired(delivery: Any) -> tuple[Any, list[str]]:
    """Return the delivery with its collaborators behind `Wire`, and the journal of their calls."""
    journal: list[str] = []
    pacing = replace(
        delivery.pacing, slots=Wire(delivery.pacing.slots, journal), account=Wire(delivery.pacing.account, journal)
    )
    parts = {name: Wire(getattr(delivery, name), journal) for name in ("ledger", "lookup", "mailer", "queues")}
    return replace(delivery, pacing=pacing, **parts), journal
