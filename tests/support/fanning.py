"""A campaign about to be fanned out, for tests."""

from __future__ import annotations

from collections import Counter
from typing import Any

from convener.delivery.fanout import FanOut
from convener.subscribers.models import Subscriber
from local.virtual_clock import VirtualClock
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.people import OPENED, campaign

ID = "2024-04/invite"


def world(rows: list[Subscriber], *, ledger: FakeLedger | None = None, **changes: Any) -> FanOut:
    """Fan-out over those rows, with an open invite."""
    ledger = ledger or FakeLedger()
    ledger.campaigns.setdefault(ID, campaign(**changes))
    return FanOut(ledger=ledger, subscribers=FakeSubscribers(rows), queues=FakeQueues(), clock=VirtualClock(OPENED))


def recipients(fan: Any) -> Counter[str]:
    """How often each subscriber stands in a chunk."""
    return Counter(one for chunk in fan.ledger.chunk_items.values() for one in chunk.recipients)
