"""Fan-out under every stage of a campaign, and with what it can't understand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import CHUNK_SIZE
from convener.delivery.fanout import EarlierAudience, belongs_to_audience
from convener.subscribers.models import Unreadable
from local.virtual_clock import VirtualClock
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fanning import ID, recipients, world
from tests.support.people import OPENED, campaign, subscriber


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.OPEN, None),
        (Stage.SENDING, None),
        (Stage.WAITING, WaitReason.PAUSED),
        (Stage.WAITING, WaitReason.LOST_ANSWERS),
        (Stage.STOPPED, WaitReason.OPERATOR),
    ],
)
def test_an_audience_is_complete_whatever_becomes_of_the_campaign(stage: Stage, why: WaitReason | None) -> None:
    """Also of one that waits or was stopped: accepted, failed, skipped and unknown add up to it in the end."""
    rows = [subscriber(16 * n) for n in range(1, 120)]
    fan: Any = world(rows, stage=stage, why=why)
    assert fan.fan_out(ID, "0").finished
    assert recipients(fan) == {row.id: 1 for row in rows}
    assert len(fan.queues.chunks) == 3


def test_a_campaign_that_is_done_gets_nobody_more() -> None:
    """A message that comes late finds it closed."""
    fan: Any = world([subscriber(16)], stage=Stage.DONE)
    assert not fan.fan_out(ID, "0").finished
    assert (recipients(fan), fan.queues.chunks) == ({}, [])


class Damaged(FakeSubscribers):
    """Rows that a newer version wrote."""

    def page(self, shard: str, *, after: str = "", limit: int = 1000) -> Any:
        rows = super().page(shard, after=after, limit=limit)
        return [Unreadable(id=row.id) if row.address == "damaged" else row for row in rows]


@pytest.mark.parametrize("damaged", [1, 50, 400, 450, 499])
def test_a_row_that_cant_be_read_is_intended_and_stops_nobody(damaged: int) -> None:
    """Leaving her out would miss her silently; delivery looks again. Everybody else gets into a chunk."""
    rows = [subscriber(16 * n, address="damaged" if n == damaged else "fine") for n in range(1, 500)]
    fan: Any = replace(world(rows), subscribers=Damaged(rows), clock=VirtualClock(OPENED))
    assert fan.fan_out(ID, "0").finished
    assert recipients(fan) == {row.id: 1 for row in rows}
    assert len(fan.ledger.chunk_items) == math.ceil(len(rows) / CHUNK_SIZE)


def test_a_row_that_cant_be_read_gets_no_follow_up_unless_the_recap_reached_it() -> None:
    """That is known by the id alone."""
    known, reached = campaign(), EarlierAudience(ids=frozenset({"0b"}), at=OPENED)
    assert not belongs_to_audience(Unreadable(id="0a"), known, reached)
    assert belongs_to_audience(Unreadable(id="0b"), known, reached)
