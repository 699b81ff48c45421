"""A chunk about to be delivered, for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from convener.delivery.chunks import new_chunk
from convener.delivery.deliver import Delivery
from convener.delivery.mail import Mail
from convener.subscribers.models import Subscriber
from local.virtual_clock import VirtualClock
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeMailer, FakeQueues
from tests.support.people import OPENED, campaign, edition, subscriber

ID, REF = "2024-04/invite", "0-00001"


def world(count: int = 3, *, mailer: Any = None, rows: Sequence[Subscriber] | None = None, **changes: Any) -> Any:
    """A chunk of so many readers, not yet delivered."""
    people = list(rows) if rows else [subscriber(16 * n) for n in range(1, count + 1)]
    ledger, editions = FakeLedger(), FakeEditions()
    ledger.campaigns[ID] = campaign(edition=editions.put(edition()), **changes)
    ledger.chunk_items[ID, REF] = new_chunk(ID, "0", 1, [person.id for person in people])
    return Delivery(
        ledger=ledger,
        subscribers=FakeSubscribers(people),
        editions=editions,
        mailer=mailer or FakeMailer(),
        links=FakeLinks(),
        queue=FakeQueues(),
        clock=VirtualClock(OPENED + timedelta(minutes=1)),
    )


def states(delivery: Any) -> list[str]:
    """Names of the entries' states, with notes."""
    entries = delivery.ledger.chunk_items[ID, REF].entries
    return [f"{entry.state.name}:{entry.note}".rstrip(":") for entry in entries]


def raising(error: Exception, on: int) -> Callable[[Mail], None]:
    """Fail at the n-th mail, once."""
    left = [on]

    def fails(_mail: Mail) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise error

    return fails
