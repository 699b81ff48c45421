"""What several requests, or a BatchGetItem, read: each part at a moment of its own, and others write in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from convener.delivery.chunks import totals
from convener.delivery.ports import DeliverySnapshot, Work
from convener.delivery.states import DeliveryState
from convener.subscribers.models import SHARDS
from tests.faults.loop import Loop
from tests.support.fake_pacing import FakeRecipientLookup
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeLedger

BETWEEN = 0.002
"""Seconds between two parts."""


class PiecemealLedger(FakeLedger):
    """The fake ledger, whose longer readings take time."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def work(self, campaign: str, ref: str) -> Work:
        """BatchGetItem: consistent in each item, and in no two."""
        known = self.campaign(campaign)
        self._loop.pause(BETWEEN)
        return replace(super().work(campaign, ref), campaign=known)

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Cursors first, then the index, then shard by shard."""
        cursors = self.cursors(campaign)
        if len(cursors) < len(SHARDS) or not all(cursor.finished for cursor in cursors):
            return None
        self._loop.pause(BETWEEN)
        if self.any_unfinished(campaign):
            return None
        parts = []
        for place, shard in enumerate(SHARDS):
            if place % 5 == 0:
                self._loop.pause(BETWEEN)
            parts += list(self.entries(campaign, shard))
        sums = totals(parts)
        return None if sums["unfinished"] else sums

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        """Some chunks before, some after."""
        count: Counter[DeliveryState] = Counter()
        for place, shard in enumerate(SHARDS):
            if place == len(SHARDS) // 2:
                self._loop.pause(BETWEEN)
            for entries in self.entries(campaign, shard):
                count.update(entry.state for entry in entries)
        return count


class PiecemealLook(FakeRecipientLookup):
    """The second look: one BatchGetItem over two tables."""

    def __init__(self, ledger: FakeLedger, subscribers: FakeSubscribers, loop: Loop) -> None:
        super().__init__(ledger, subscribers)
        self._loop = loop

    def snapshot(self, *, campaign: str, ids: Sequence[str]) -> DeliverySnapshot:
        """The campaign before, the readers after; or the other way round."""
        one = super().snapshot(campaign=campaign, ids=ids)
        self._loop.pause(BETWEEN)
        other = super().snapshot(campaign=campaign, ids=ids)
        early = self._loop.chance.random() < 0.5
        return replace(one, subscribers=other.subscribers) if early else replace(other, subscribers=one.subscribers)
