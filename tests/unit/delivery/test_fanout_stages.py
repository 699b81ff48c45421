"""Fan-out under every stage of a campaign, and with what it can't understand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from convener.campaigns import Stage, Why
from convener.delivery.chunks import CHUNK_SIZE
from convener.errors import BadInput
from convener.subscribers.models import Subscriber
from local.virtual_clock import VirtualClock
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fanning import ID, recipients, world
from tests.support.people import OPENED, subscriber


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.OPEN, None),
        (Stage.SENDING, None),
        (Stage.WAITING, Why.PAUSED),
        (Stage.WAITING, Why.LOST_ANSWERS),
        (Stage.STOPPED, Why.OPERATOR),
    ],
)
def test_an_audience_is_complete_whatever_becomes_of_the_campaign(stage: Stage, why: Why | None) -> None:
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
    """Behind the first page lies a row that a newer version wrote."""

    def page(self, shard: str, *, after: str = "", limit: int = 1000) -> list[Subscriber]:
        rows: Sequence[Subscriber] = super().page(shard, after=after, limit=limit)
        if any(row.address == "damaged" for row in rows):
            raise BadInput("A subscriber can't be read: a newer version wrote it, or it is damaged.")
        return list(rows)


def test_a_row_that_cant_be_read_stops_its_shard_and_loses_nobody() -> None:
    """Leaving her out would miss her silently. What was written stays, and it goes on once the row is mended."""
    rows = [subscriber(16 * n, address="damaged" if n == 450 else "fine") for n in range(1, 500)]
    people = Damaged(rows)
    fan: Any = replace(world(rows), subscribers=people, clock=VirtualClock(OPENED))
    with pytest.raises(BadInput, match="can't be read"):
        fan.fan_out(ID, "0")
    assert sum(recipients(fan).values()) == 400 == 8 * CHUNK_SIZE
    people.rows = {row.id: replace(row, address="fine") for row in rows}
    assert fan.fan_out(ID, "0").finished
    assert recipients(fan) == {row.id: 1 for row in rows}
