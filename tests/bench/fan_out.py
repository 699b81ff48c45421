"""What fan-out costs where a list is ten times as long: per reader in time, and at its peak in memory.

Of fan-out itself: readers are made page by page, and neither ledger nor queue keeps anything.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk, Cursor
from convener.delivery.fanout import FanOut
from convener.subscribers.models import SHARDS, Subscriber, SubscriberStatus
from local.virtual_clock import VirtualClock
from tests.bench.numbers import Number
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.people import LONG_AGO, OPENED, campaign

SMALL, LARGE = 10_000, 100_000
TIMES, PEAKS = 10, 3


class Made(FakeSubscribers):
    """Readers that don't exist until their page is read. `spent` is what making them took, in seconds of CPU."""

    def __init__(self, count: int) -> None:
        super().__init__([])
        self.each, self.spent = count // len(SHARDS), 0.0

    def page(self, shard: str, *, after: str = "", limit: int = 1000) -> list[Subscriber]:
        began = time.process_time()
        first = int(after[1:], 16) if after else 0
        rows = [_reader(shard, number) for number in range(first + 1, min(first + limit, self.each) + 1)]
        self.spent += time.process_time() - began
        return rows


def _reader(shard: str, number: int) -> Subscriber:
    return Subscriber(
        id=f"{shard}{number:031x}",
        address=f"reader{number}@example.org",
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=LONG_AGO,
        version=1,
    )


class Forgetful(FakeLedger):
    """A ledger that keeps cursors only."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__()
        self._campaign, self.moved = campaign, dict[str, Cursor]()

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        return self._campaign, self.cursor(campaign, shard)

    def cursor(self, campaign: str, shard: str) -> Cursor:
        del campaign
        return self.moved.get(shard, Cursor(shard=shard))

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        assert self.cursor(campaign, to.shard) == frm
        self.moved[to.shard] = to
        del chunk

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        raise NotImplementedError


class Counting(FakeQueues):
    """Queues that count their chunks and keep nothing."""

    queued = 0

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        del campaign, ref, delay
        self.queued += 1

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        raise NotImplementedError


def _run(count: int) -> float:
    """Fan out to so many readers; the seconds of CPU it took, without the making of readers."""
    people, ledger, queues = Made(count), Forgetful(campaign()), Counting()
    fan_out = FanOut(ledger=ledger, subscribers=people, queues=queues, clock=VirtualClock(datetime.now(UTC)))
    began = time.process_time()
    for shard in SHARDS:
        fan_out.fan_out("2024-04/invite", shard)
    spent = time.process_time() - began - people.spent
    assert sum(cursor.count for cursor in ledger.moved.values()) == count, "fan-out left somebody out"
    assert queues.queued == sum(cursor.chunks for cursor in ledger.moved.values())
    return spent


def _per_reader(count: int, repeats: int) -> float:
    gc.collect()
    return sum(_run(count) for _ in range(repeats)) / (count * repeats)


def _peak(count: int) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        _run(count)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def numbers() -> Iterator[Number]:
    """Both ratios. In time the quickest of either: what else a machine does only ever makes a run slower.

    Ten small runs are one measuring, as long as a large one, so that neither meets a shorter quick moment.
    """
    assert campaign().opened_at == OPENED > LONG_AGO, "the readers are in the audience"
    _run(SMALL)
    pairs = [(_per_reader(LARGE, 1), _per_reader(SMALL, LARGE // SMALL)) for _ in range(TIMES)]
    large, small = map(min, zip(*pairs, strict=True))
    yield Number(name=f"time per reader at {LARGE:,} over {SMALL:,}", measured=[large / small], at_most=1.2)
    peaks = [_peak(LARGE) / _peak(SMALL) for _ in range(PEAKS)]
    yield Number(name=f"peak memory at {LARGE:,} over {SMALL:,}", measured=peaks, at_most=1.1)
