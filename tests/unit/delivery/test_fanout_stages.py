"""Fan-out in every stage of a campaign, and with rows that can't be understood."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.consent_coverage import Coverage
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
def test_the_audience_is_complete_in_every_stage(stage: Stage, why: WaitReason | None) -> None:
    """Also in a campaign that waits or is stopped, accepted, failed, skipped and unknown add up to the audience."""
    rows = [subscriber(16 * n) for n in range(1, 120)]
    fan: Any = world(rows, stage=stage, why=why)
    assert fan.fan_out(ID, "0").finished
    assert recipients(fan) == {row.id: 1 for row in rows}
    assert len(fan.queues.chunks) == 3


def test_a_done_campaign_gets_no_more_recipients() -> None:
    """A late message finds the campaign closed."""
    fan: Any = world([subscriber(16)], stage=Stage.DONE)
    assert not fan.fan_out(ID, "0").finished
    assert (recipients(fan), fan.queues.chunks) == ({}, [])


class Damaged(FakeSubscribers):
    """Rows that a newer version wrote."""

    def page(self, shard: str, *, after: str = "", limit: int = 1000) -> Any:
        rows = super().page(shard, after=after, limit=limit)
        return [Unreadable(id=row.id) if row.address == "damaged" else row for row in rows]


@pytest.mark.parametrize("damaged", [1, 50, 400, 450, 499])
def test_an_unreadable_row_belongs_to_the_audience_and_stops_no_other(damaged: int) -> None:
    """If it were left out, the subscriber could be missed.

    Delivery reads the row again, and all others get into a chunk.
    """
    rows = [subscriber(16 * n, address="damaged" if n == damaged else "fine") for n in range(1, 500)]
    fan: Any = replace(world(rows), subscribers=Damaged(rows), clock=VirtualClock(OPENED))
    assert fan.fan_out(ID, "0").finished
    assert recipients(fan) == {row.id: 1 for row in rows}
    assert len(fan.ledger.chunk_items) == math.ceil(len(rows) / CHUNK_SIZE)


def test_an_unreadable_row_gets_a_follow_up_only_if_the_recap_reached_it() -> None:
    """The id alone decides."""
    known, reached = campaign(), EarlierAudience(ids=frozenset({"0b"}), at=OPENED)
    assert not belongs_to_audience(Unreadable(id="0a"), known, reached, Coverage())
    assert belongs_to_audience(Unreadable(id="0b"), known, reached, Coverage())
