"""Dead workers and lost messages: expired claims become UNKNOWN, and work that stands still is queued again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery import sweep
from convener.delivery.chunks import Chunk, Cursor
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.scheduling.tick import TickReport
from convener.subscribers.models import SHARDS
from local.virtual_clock import VirtualClock
from tests.support.fakes import FakeLedger
from tests.support.people import OPENED
from tests.support.sweeping import ID, LATER, LEASE, LOST, PENDING, SENT, SOON, World, claimed, world

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.SENDING, Stage.WAITING, Stage.STOPPED])
def test_an_expired_claim_becomes_unknown(stage: Stage) -> None:
    """The mail may have left, so it is never tried again by itself. The attempt and the remarks stay."""
    why = WaitReason.PAUSED if stage is Stage.WAITING else None
    swept = world([claimed(60, "0123456789+earlier"), claimed(61), SENT], stage=stage, why=why)
    if stage is Stage.OPEN:
        swept.sweep(SOON)
    now = OPENED + timedelta(seconds=60) + LEASE
    report = swept.sweep(now)
    assert report.expired == 1
    assert swept.entries() == (RecipientState(DeliveryState.UNKNOWN, 1, 960, "lease-over+earlier"), claimed(61), SENT)


def test_a_claim_within_its_lease_is_left_alone() -> None:
    """This holds to the second, because its worker may be at work."""
    busy = world([claimed(60), PENDING])
    report = busy.sweep(OPENED + LEASE + timedelta(seconds=59))
    assert (report.expired, busy.entries()) == (0, (claimed(60), PENDING))


class Rival(FakeLedger):
    """A ledger in which an event settles the claim just before the sweep writes."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        stored = self.chunk_items[ID, chunk.ref]
        super().save(stored.with_entries({0: SENT}), messages={})
        super().save(chunk, messages=messages)


def test_an_event_at_the_same_moment_wins() -> None:
    """The chunk is left to the next tick, which finds no work in it."""
    settled = world([claimed(), SENT], world=World(ledger=Rival()))
    assert (settled.sweep().expired, settled.entries()) == (0, (SENT, SENT))
    assert settled.sweep().done == [ID]


def test_the_rest_of_a_dead_workers_chunk_is_queued_at_once() -> None:
    """Expiring the claims is a change too, which must not make the chunk look busy."""
    swept = world([claimed(60), PENDING])
    swept.sweep(OPENED + timedelta(seconds=60) + LEASE)
    assert swept.queued == ["0-00001"]


@pytest.mark.parametrize("stage", [Stage.SENDING, Stage.STOPPED])
@pytest.mark.parametrize(
    "left", [PENDING, RecipientState(DeliveryState.RETRY, 1, 55), RecipientState(DeliveryState.UNKNOWN, 1, 30, RESEND)]
)
def test_work_that_stands_still_for_twenty_minutes_is_queued_again(stage: Stage, left: RecipientState) -> None:
    """Its message may be lost. A chunk that has changed since, or has no mail to send, is not queued."""
    moved = RecipientState(DeliveryState.DELIVERED, 1, 200)
    still = world([SENT, left], [moved, left], [SENT, LOST], [LOST, claimed(199)], stage=stage)
    at = OPENED + timedelta(minutes=21)
    assert still.sweep(at - timedelta(seconds=1)).requeued == 0
    assert still.sweep(at).requeued == 1
    assert still.queued == ["0-00001"]


def test_a_waiting_campaign_gets_no_messages() -> None:
    """Neither chunks nor shards are queued, because delivery would drop the messages."""
    waiting = world([PENDING], stage=Stage.WAITING, why=WaitReason.PAUSED, finished=False)
    assert waiting.sweep(LATER).idle
    assert waiting.queued == []


def test_shards_that_fan_out_did_not_finish_are_queued_again() -> None:
    """Shards without a cursor and unfinished shards are queued, once fan-out has had its time."""
    lost = world(finished=False)
    for shard in SHARDS[2:]:
        lost.ledger.cursor_items[ID, shard] = Cursor(shard=shard, finished=True)
    lost.ledger.cursor_items[ID, "1"] = Cursor(shard="1", last_id="1", count=1, chunks=1)
    assert lost.sweep(OPENED + 19 * MINUTE).idle
    assert lost.sweep(OPENED + 20 * MINUTE).requeued == 2
    assert lost.queued == ["0", "1"]


def test_a_tick_queues_a_limited_number_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last chunks of a long campaign stand still behind the first ones. They are queued in batches."""
    monkeypatch.setattr(sweep, "QUEUE_BATCH", 2)
    monkeypatch.setattr(sweep, "MAX_REQUEUED_CHUNKS", 5)
    long = world(*[[PENDING]] * 7)
    assert long.sweep().requeued == 5
    assert long.queued == [f"0-0000{number}" for number in range(1, 6)]


def test_all_work_of_a_campaign_that_goes_on_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of it was queued during the wait; chunks that changed just now and shards are queued as well."""
    monkeypatch.setattr(sweep, "QUEUE_BATCH", 3)
    monkeypatch.setattr(sweep, "MAX_REQUEUED_CHUNKS", 1)
    back = world(
        *[[PENDING, RecipientState(DeliveryState.RETRY, 1, 299)]] * 7, [SENT], finished=False, stage=Stage.WAITING
    )
    assert back.sweep(SOON).requeued == 7 + len(SHARDS)
    assert len(set(back.queued)) == 7 + len(SHARDS)


class Draining(VirtualClock):
    """A clock on which each reading of the time left takes some of it."""

    def time_left(self) -> float:
        self.left -= 10
        return self.left


def test_a_tick_whose_time_is_over_ends_between_two_chunks() -> None:
    """Written changes stay, found work is queued, and no conclusion is drawn from a part of the chunks."""
    long = world(*[[claimed(), PENDING]] * 20)
    report = TickReport()
    sweeper = replace(long.sweeper(LATER), clock=Draining(LATER, left=120))
    sweeper.sweep(long.ledger.all(), report)
    assert (report.postponed, report.expired, report.requeued) == ([ID], 5, 5)
    assert long.sweep().expired == 15
