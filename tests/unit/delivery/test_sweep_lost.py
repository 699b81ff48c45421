"""Dead workers and lost messages: claims nobody answers for become UNKNOWN, and work that stands still is queued."""

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
def test_a_claim_whose_lease_is_over_is_unknown(stage: Stage) -> None:
    """Never to be tried by itself: the mail may have left. The attempt stays, and what events remarked."""
    why = WaitReason.PAUSED if stage is Stage.WAITING else None
    dead = world([claimed(60, "0123456789+earlier"), claimed(61), SENT], stage=stage, why=why)
    if stage is Stage.OPEN:
        dead.sweep(SOON)
    now = OPENED + timedelta(seconds=60) + LEASE
    report = dead.sweep(now)
    assert report.expired == 1
    assert dead.entries() == (RecipientState(DeliveryState.UNKNOWN, 1, 960, "lease-over+earlier"), claimed(61), SENT)


def test_a_claim_within_its_lease_is_left_alone() -> None:
    """To the second: its worker may be at it."""
    busy = world([claimed(60), PENDING])
    report = busy.sweep(OPENED + LEASE + timedelta(seconds=59))
    assert (report.expired, busy.entries()) == (0, (claimed(60), PENDING))


class Rival(FakeLedger):
    """An event settles the claim just before us."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        mine = self.chunk_items[ID, chunk.ref]
        super().save(mine.with_entries({0: SENT}), messages={})
        super().save(chunk, messages=messages)


def test_an_event_that_comes_at_the_same_moment_wins() -> None:
    """The chunk is left to the next tick, which finds nothing to do there."""
    settled = world([claimed(), SENT], world=World(ledger=Rival()))
    assert (settled.sweep().expired, settled.entries()) == (0, (SENT, SENT))
    assert settled.sweep().done == [ID]


def test_what_a_dead_worker_left_is_queued_with_its_claims() -> None:
    """Expiring them is a change too: it must not make the chunk look busy for another while."""
    dead = world([claimed(60), PENDING])
    dead.sweep(OPENED + timedelta(seconds=60) + LEASE)
    assert dead.queued == ["0-00001"]


@pytest.mark.parametrize("stage", [Stage.SENDING, Stage.STOPPED])
@pytest.mark.parametrize(
    "left", [PENDING, RecipientState(DeliveryState.RETRY, 1, 55), RecipientState(DeliveryState.UNKNOWN, 1, 30, RESEND)]
)
def test_work_without_progress_for_twenty_minutes_is_queued_again(stage: Stage, left: RecipientState) -> None:
    """Its message may be lost; what moved since, and what has nothing to send, is not."""
    moved = RecipientState(DeliveryState.DELIVERED, 1, 200)
    still = world([SENT, left], [moved, left], [SENT, LOST], [LOST, claimed(199)], stage=stage)
    at = OPENED + timedelta(minutes=21)
    assert still.sweep(at - timedelta(seconds=1)).requeued == 0
    assert still.sweep(at).requeued == 1
    assert still.queued == ["0-00001"]


def test_a_waiting_campaign_gets_no_messages() -> None:
    """Neither chunks nor shards: delivery would only drop them."""
    waiting = world([PENDING], stage=Stage.WAITING, why=WaitReason.PAUSED, finished=False)
    assert waiting.sweep(LATER).idle
    assert waiting.queued == []


def test_shards_that_fan_out_did_not_finish_are_queued_again() -> None:
    """Those without a cursor and those on the way, once fan-out has had its time."""
    lost = world(finished=False)
    for shard in SHARDS[2:]:
        lost.ledger.cursor_items[ID, shard] = Cursor(shard=shard, finished=True)
    lost.ledger.cursor_items[ID, "1"] = Cursor(shard="1", last_id="1", count=1, chunks=1)
    assert lost.sweep(OPENED + 19 * MINUTE).idle
    assert lost.sweep(OPENED + 20 * MINUTE).requeued == 2
    assert lost.queued == ["0", "1"]


def test_a_long_campaign_is_not_queued_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last chunks stand still behind the first ones: a tick queues so many of them, in batches, and no more."""
    monkeypatch.setattr(sweep, "QUEUE_BATCH", 2)
    monkeypatch.setattr(sweep, "MAX_REQUEUED_CHUNKS", 5)
    long = world(*[[PENDING]] * 7)
    assert long.sweep().requeued == 5
    assert long.queued == [f"0-0000{number}" for number in range(1, 6)]


def test_what_was_brought_back_is_queued_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of it was queued while it waited; also chunks that moved just now, and shards."""
    monkeypatch.setattr(sweep, "QUEUE_BATCH", 3)
    monkeypatch.setattr(sweep, "MAX_REQUEUED_CHUNKS", 1)
    back = world(
        *[[PENDING, RecipientState(DeliveryState.RETRY, 1, 299)]] * 7, [SENT], finished=False, stage=Stage.WAITING
    )
    assert back.sweep(SOON).requeued == 7 + len(SHARDS)
    assert len(set(back.queued)) == 7 + len(SHARDS)


class Draining(VirtualClock):
    """Each look at the time left takes some of it."""

    def time_left(self) -> float:
        self.left -= 10
        return self.left


def test_a_tick_whose_time_is_over_ends_between_two_chunks() -> None:
    """What was done stays done, what was found is queued, and nothing is concluded from half a look."""
    long = world(*[[claimed(), PENDING]] * 20)
    report = TickReport()
    sweeper = replace(long.sweeper(LATER), clock=Draining(LATER, left=120))
    sweeper.sweep(long.ledger.all(), report)
    assert (report.postponed, report.expired, report.requeued) == ([ID], 5, 5)
    assert long.sweep().expired == 15
