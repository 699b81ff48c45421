"""A chunk about to be delivered, for tests."""

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
CALL = 10
"""Mails that leave in a second at SES's usual 14 and 80 ms each: eight tenths of it."""


class Shift(VirtualClock):
    """A clock whose invocation ends: `left` are the seconds it has from its beginning."""

    def __init__(self, now: datetime = BEGINS, *, left: float = 300.0) -> None:
        super().__init__(now)
        self.ends = now + timedelta(seconds=left)

    def time_left(self) -> float:
        """Until the end."""
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
    """A chunk of so many readers, not yet delivered."""
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


def another(delivery: Any, **parts: Any) -> Any:
    """A deliverer beside this one, with its own clock and memory, on the same ledger, slots and list."""
    clock = parts.pop("clock", None) or Shift(delivery.clock.now())
    pacing = Pacing(account=delivery.pacing.account, slots=delivery.pacing.slots, clock=clock, share=1.0)
    return replace(delivery, clock=clock, pacing=pacing, **parts)


def states(delivery: Any, ref: str = REF) -> list[str]:
    """Names of the entries' states, with notes."""
    entries = delivery.ledger.chunk_items[ID, ref].entries
    return [f"{entry.state.name}:{entry.note}".rstrip(":") for entry in entries]


def put(delivery: Any, changed: dict[int, RecipientState]) -> None:
    """Let somebody else write some entries of the chunk."""
    chunk = delivery.ledger.chunk_items[ID, REF]
    delivery.ledger.save(chunk.with_entries(changed), messages={})


def raising(error: Exception, on: int, times: int = 1) -> Callable[[Mail], None]:
    """Fail at the n-th mail, and so many times in all."""
    seen = [0]

    def fails(_mail: Mail) -> None:
        seen[0] += 1
        if on <= seen[0] < on + times:
            raise error

    return fails


class Wire:
    """A part whose calls are written down, and may fail before or after they take effect."""

    def __init__(self, behind: Any, journal: list[str]) -> None:
        self._behind, self._journal = behind, journal
        self._faults: dict[str, dict[int, tuple[Exception, bool]]] = {}
        self._counts: dict[str, int] = {}

    def fail(self, name: str, error: Exception, *, on: int = 1, after: bool = False) -> None:
        """Let the n-th call of that name, from now on, fail: before anything is done, or after all is."""
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
    """The same delivery with its parts behind `Wire`, and the journal of all their calls."""
    journal: list[str] = []
    pacing = replace(
        delivery.pacing, slots=Wire(delivery.pacing.slots, journal), account=Wire(delivery.pacing.account, journal)
    )
    parts = {name: Wire(getattr(delivery, name), journal) for name in ("ledger", "lookup", "mailer", "queues")}
    return replace(delivery, pacing=pacing, **parts), journal
