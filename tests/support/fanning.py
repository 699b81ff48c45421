"""A campaign before its fan-out, for tests."""

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
    """Return a fan-out over these rows, with an open invite."""
    ledger = ledger or FakeLedger()
    ledger.campaigns.setdefault(ID, campaign(**changes))
    return FanOut(ledger=ledger, subscribers=FakeSubscribers(rows), queues=FakeQueues(), clock=VirtualClock(OPENED))


def recipients(fan: Any) -> Counter[str]:
    """Count how often each subscriber is in a chunk."""
    return Counter(recipient for chunk in fan.ledger.chunk_items.values() for recipient in chunk.recipients)
