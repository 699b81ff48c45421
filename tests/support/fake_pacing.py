"""In-memory slots, SES account and recipient lookup. The contract suite compares slots and lookup with the adapters."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from convener.delivery.address_changes import snapshot_of
from convener.delivery.ports import DeliverySnapshot, SendingLimits, SlotReservation
from convener.subscribers.models import Subscriber, Unreadable
from tests.support.fake_ledger import FakeLedger
from tests.support.fake_subscribers import FakeSubscribers

HOURS = 25
"""A mail of this hour or of the 24 before it may count for SES's 24 hours."""


class FakeSlots:
    """The next free slot and the mails of the last hours, by lane."""

    def __init__(self) -> None:
        self.next: dict[str, datetime] = {}
        self.hours: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def take(self, lane: str, *, mails: int, step: float, now: datetime, within: float) -> SlotReservation | float:
        start = max(self.next.get(lane, now), now).astimezone(UTC)
        wait = (start - now).total_seconds()
        if wait > max(within, 0):
            return wait
        self.next[lane] = start + timedelta(microseconds=math.ceil(round(step * mails * 1_000_000, 3)))
        hour = int(now.timestamp()) // 3600
        kept = {one: count for one, count in self.hours[lane].items() if one > hour - HOURS}
        self.hours[lane] = {**kept, hour: kept.get(hour, 0) + mails}
        return SlotReservation(start=start, spent=dict(self.hours[lane]))


class FakeAccount:
    """An account with the given limits."""

    def __init__(self, limits: SendingLimits | None = None) -> None:
        self.asked = 0
        self.granted = limits or SendingLimits(per_second=14, per_day=50_000, sent_in_24_hours=0)

    def limits(self) -> SendingLimits:
        self.asked += 1
        return self.granted


class FakeRecipientLookup:
    """A lookup in both tables. The rows of the ids in `unreadable` can't be understood."""

    def __init__(self, ledger: FakeLedger, subscribers: FakeSubscribers) -> None:
        self.ledger, self.subscribers = ledger, subscribers
        self.unreadable: set[str] = set()

    def snapshot(self, *, campaign: str, ids: Sequence[str]) -> DeliverySnapshot:
        paused = self.ledger.paused_since() is not None
        known = self.ledger.campaign(campaign)
        return snapshot_of(ids, self.rows(list(dict.fromkeys(ids))), self.rows, campaign=known, paused=paused)

    def rows(self, ids: Sequence[str]) -> Mapping[str, Subscriber | Unreadable]:
        """Read the rows of one request. A test may let subscribers move between two requests."""
        found: dict[str, Subscriber | Unreadable] = dict(self.subscribers.get(ids=ids))
        return found | {one: Unreadable(id=one) for one in self.unreadable.intersection(ids)}
