"""Fan-out: each subscriber of the audience is in one chunk, whatever is repeated or changes meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.campaigns import Stage
from convener.consent_coverage import Coverage
from convener.delivery.chunks import CHUNK_SIZE, Chunk, Cursor
from convener.delivery.fanout import PAGE_SIZE, belongs_to_audience
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import BadInput, Unavailable
from convener.mailing_types import FOLLOW_UP, RECAP
from convener.subscribers.models import SHARDS, SubscriberStatus
from local.virtual_clock import VirtualClock
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.fanning import ID, recipients, world
from tests.support.people import OPENED, campaign, subscriber


@given(st.sets(st.integers(1, 5000), max_size=160), st.sampled_from(SHARDS))
def test_each_subscriber_of_a_shard_is_in_one_chunk(numbers: set[int], shard: str) -> None:
    """A chunk has 50 recipients at most, and each chunk is queued once."""
    rows = [subscriber(number) for number in numbers]
    fan = world(rows)
    cursor = fan.fan_out(ID, shard)
    assert recipients(fan) == {row.id: 1 for row in rows if row.shard == shard}
    assert cursor.finished
    assert cursor.count == len(recipients(fan))
    sizes = [len(chunk.recipients) for chunk in fan.ledger.of_shard(ID, shard)]
    assert all(size == CHUNK_SIZE for size in sizes[:-1])
    assert len(fan.queues.chunks) == len(set(fan.queues.chunks)) == len(sizes)  # type: ignore[attr-defined]


def test_a_shard_of_several_pages_is_read_to_its_end() -> None:
    """The shard has more rows than a page, and subscribers in between who are not in the audience."""
    rows = [
        subscriber(16 * n, status=SubscriberStatus.LEFT if n % 3 == 0 else SubscriberStatus.CONFIRMED)
        for n in range(1, 2 * PAGE_SIZE + 9)
    ]
    fan = world(rows)
    fan.fan_out(ID, "0")
    assert recipients(fan) == {row.id: 1 for row in rows if row.status == SubscriberStatus.CONFIRMED}


def test_a_second_copy_of_the_message_changes_nothing() -> None:
    """Chunks, cursor and queue stay as they are."""
    fan: Any = world([subscriber(16 * n) for n in range(1, 120)])
    fan.fan_out(ID, "0")
    before = dict(fan.ledger.chunk_items), list(fan.queues.chunks)
    fan.fan_out(ID, "0")
    assert (dict(fan.ledger.chunk_items), list(fan.queues.chunks)) == before


class Dies(FakeQueues):
    """A queue at which fan-out dies, once, after a number of chunks."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        self.after -= 1
        if self.after == 0:
            raise Unavailable("SQS")
        super().add_chunk(campaign, ref, delay=delay)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_rerun_goes_on_where_it_died_although_subscribers_join_and_leave(after: int) -> None:
    """A subscriber of both runs is in one chunk, and a subscriber who joined after the opening is in none."""
    rows = [subscriber(16 * n) for n in range(2, 140)]
    fan: Any = replace(world(rows), queues=Dies(after))
    with pytest.raises(Unavailable):
        fan.fan_out(ID, "0")
    gone, late = rows[-1], subscriber(16, confirmed_at=OPENED + timedelta(seconds=1))
    del fan.subscribers.rows[gone.id]
    fan.subscribers.rows[late.id] = late
    fan.fan_out(ID, "0")
    found = recipients(fan)
    assert set(found.values()) == {1}
    assert {row.id for row in rows[:-1]} <= set(found)
    assert late.id not in found


class Faster(FakeLedger):
    """A ledger in which another copy of the message makes the first step just before this one."""

    rival: Any = None

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        if self.rival:
            rival, self.rival = self.rival, None
            rival.fan_out(campaign, to.shard)
        super().move(campaign, frm=frm, to=to, chunk=chunk)


def test_two_copies_of_a_message_write_each_recipient_once() -> None:
    """The slower one finds the cursor moved, and goes on behind it."""
    ledger = Faster()
    fan = world([subscriber(16 * n) for n in range(1, 130)], ledger=ledger)
    ledger.rival = replace(fan, queues=FakeQueues())
    fan.fan_out(ID, "0")
    assert set(recipients(fan).values()) == {1}
    assert sum(recipients(fan).values()) == 129


class Running(VirtualClock):
    """A clock whose invocation has less time left at each call."""

    def time_left(self) -> float:
        self.left -= 10
        return self.left


def test_a_shard_that_takes_too_long_is_handed_on() -> None:
    """Near the end of the invocation the shard is queued again, and the next invocation finishes it."""
    fan: Any = replace(world([subscriber(16 * n) for n in range(1, 300)]), clock=Running(OPENED, left=45))
    assert not fan.fan_out(ID, "0").finished
    assert fan.queues.shards == [(ID, "0")]
    fan = replace(fan, clock=VirtualClock(OPENED))
    assert fan.fan_out(ID, "0").finished
    assert sum(recipients(fan).values()) == 299


def test_a_message_for_a_missing_campaign_is_bad_input() -> None:
    """The error names the campaign."""
    with pytest.raises(BadInput, match="2030-01/invite"):
        world([]).fan_out("2030-01/invite", "0")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"confirmed_at": OPENED}, True),
        ({"confirmed_at": OPENED + timedelta(seconds=1)}, False),
        ({"confirmed_at": None, "status": SubscriberStatus.LEFT}, False),
        ({"status": SubscriberStatus.LEFT}, False),
        ({"status": SubscriberStatus.BOUNCED}, False),
        ({"status": SubscriberStatus.COMPLAINED}, False),
        ({"status": SubscriberStatus.ERASED}, False),
        ({"kinds": frozenset({"recap"})}, False),
        ({"kinds": frozenset({"invite"})}, True),
    ],
)
def test_the_audience_is_confirmed_at_the_opening_and_wants_the_type(changes: dict[str, Any], expected: bool) -> None:
    """These subscribers confirmed at or before the opening, are still on the list, and chose the mailing type."""
    assert belongs_to_audience(subscriber(1, **changes), campaign(), None, Coverage()) is expected


def test_a_follow_up_goes_only_to_those_whom_the_recap_reached() -> None:
    """Subscribers who joined since, or whose recap failed, are not in the audience."""
    rows = [subscriber(16 * n) for n in range(1, 5)]
    fan: Any = world(rows)
    recap = fan.ledger.campaigns["2024-04/recap"] = campaign(RECAP, stage=Stage.DONE)
    states = [DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.FAILED]
    entries = tuple(RecipientState(state, 1) for state in states)
    ids = tuple(row.id for row in rows[:3])
    fan.ledger.chunk_items[recap.id, "0-00001"] = Chunk(
        campaign=recap.id, ref="0-00001", recipients=ids, entries=entries
    )
    fan.ledger.campaigns["2024-04/follow-up"] = campaign(FOLLOW_UP, reached_by=recap.id)
    fan.fan_out("2024-04/follow-up", "0")
    assert set(fan.ledger.chunk_items["2024-04/follow-up", "0-00001"].recipients) == {rows[0].id, rows[1].id}
