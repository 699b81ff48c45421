"""What every ledger promises, the fake one and DynamoDB's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict
from convener.mailing_types import RECAP
from convener.subscribers.models import SHARDS
from tests.support.people import campaign

ID = "2024-04/invite"


def test_a_campaign_comes_back_as_it_was_written(parts: Any) -> None:
    """Every field of a campaign survives the ledger."""
    written = campaign(RECAP, brings=frozenset({"insights"}), reached_by="2024-03/recap")
    parts.ledger.open(written)
    assert parts.ledger.campaign(written.id) == written
    assert list(parts.ledger.all()) == [written]
    assert parts.ledger.campaign("2024-05/invite") is None


def test_a_shard_is_read_together_with_its_campaign(parts: Any) -> None:
    """Either may not be there yet; the cursor is of that shard alone."""
    assert parts.ledger.shard(ID, "a") == (None, Cursor(shard="a"))
    parts.ledger.open(campaign())
    moved = Cursor(shard="a", last_id="a2", count=2, chunks=1)
    parts.ledger.move(ID, frm=Cursor(shard="a"), to=moved, chunk=new_chunk(ID, "a", 1, ["a1", "a2"]))
    assert parts.ledger.shard(ID, "a") == (campaign(), moved)
    assert parts.ledger.shard(ID, "b") == (campaign(), Cursor(shard="b"))


def test_a_campaign_is_opened_once(parts: Any) -> None:
    """The second to open a campaign is told, and changes nothing."""
    parts.ledger.open(campaign())
    with pytest.raises(Conflict):
        parts.ledger.open(replace(campaign(), opened_at=datetime(2025, 1, 1, tzinfo=UTC)))
    assert parts.ledger.campaign(ID) == campaign()


def test_chunk_and_cursor_move_together(parts: Any) -> None:
    """After a move both are there; before it the cursor stands at the beginning."""
    start = parts.ledger.cursor(ID, "a")
    assert start == Cursor(shard="a")
    moved = Cursor(shard="a", last_id="a2", count=2, chunks=1)
    chunk = new_chunk(ID, "a", 1, ["a1", "a2"])
    parts.ledger.move(ID, frm=start, to=moved, chunk=chunk)
    assert parts.ledger.cursor(ID, "a") == moved
    assert parts.ledger.chunk(ID, "a-00001") == chunk
    assert list(parts.ledger.of_shard(ID, "a")) == [chunk]


@pytest.mark.parametrize("known", [0, 1])
def test_a_cursor_moves_only_from_where_it_was_read(parts: Any, known: int) -> None:
    """Of two copies of a shard's message one writes the chunk; the other is told and writes nothing."""
    one = Cursor(shard="a", last_id="a1", count=1, chunks=1)
    two = Cursor(shard="a", last_id="a2", count=2, chunks=2)
    frm, to = [(Cursor(shard="a"), one), (one, two)][known]
    if known:
        parts.ledger.move(ID, frm=Cursor(shard="a"), to=one, chunk=new_chunk(ID, "a", 1, ["a1"]))
    parts.ledger.move(ID, frm=frm, to=to, chunk=new_chunk(ID, "a", to.chunks, [to.last_id]))
    with pytest.raises(Conflict):
        parts.ledger.move(ID, frm=frm, to=replace(to, count=9), chunk=new_chunk(ID, "a", to.chunks, ["zz"]))
    assert parts.ledger.cursor(ID, "a") == to
    assert parts.ledger.chunk(ID, f"a-{to.chunks:05d}").recipients == (to.last_id,)


def test_entries_are_saved_on_the_version_that_was_read(parts: Any) -> None:
    """Of two that claim from the same version, the second is told and the first one's claim stands."""
    chunk = new_chunk(ID, "a", 1, ["a1", "a2"])
    parts.ledger.move(ID, frm=Cursor(shard="a"), to=Cursor(shard="a", last_id="a2", count=2, chunks=1), chunk=chunk)
    mine = chunk.with_entries({0: RecipientState().claimed("mine", 5)})
    parts.ledger.save(mine, messages={})
    with pytest.raises(Conflict):
        parts.ledger.save(chunk.with_entries({0: RecipientState().claimed("theirs", 6)}), messages={})
    assert parts.ledger.chunk(ID, "a-00001") == mine


def test_message_ids_are_kept_beside_each_other(parts: Any) -> None:
    """A later call's message ids do not push out an earlier one's."""
    chunk = new_chunk(ID, "a", 1, ["a1", "a2"])
    parts.ledger.move(ID, frm=Cursor(shard="a"), to=Cursor(shard="a", last_id="a2", count=2, chunks=1), chunk=chunk)
    one = chunk.with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 3)})
    parts.ledger.save(one, messages={0: "m-1"})
    parts.ledger.save(one.with_entries({1: RecipientState(DeliveryState.ACCEPTED, 1, 4)}), messages={1: "m-2"})
    found = parts.ledger.chunk(ID, "a-00001")
    assert found.messages == {0: "m-1", 1: "m-2"}
    assert [entry.state for entry in found.entries] == [DeliveryState.ACCEPTED, DeliveryState.ACCEPTED]


def test_a_chunk_that_is_not_there_is_none(parts: Any) -> None:
    """Asking for a chunk that was never written answers None."""
    assert parts.ledger.chunk(ID, "a-00001") is None
    with pytest.raises(Conflict):
        parts.ledger.save(new_chunk(ID, "a", 1, ["a1"]).with_entries({}), messages={})


def test_a_campaign_is_finished_when_every_shard_and_every_entry_is(parts: Any) -> None:
    """No sums as long as a shard is missing or one entry is on its way; then they add up to the audience."""
    for shard in SHARDS[:-1]:
        parts.ledger.move(ID, frm=Cursor(shard=shard), to=Cursor(shard=shard, finished=True), chunk=None)
    assert parts.ledger.finished_totals(ID) is None
    chunk = new_chunk(ID, "f", 1, ["f1", "f2", "f3"])
    end = Cursor(shard="f", last_id="f3", count=3, chunks=1, finished=True)
    parts.ledger.move(ID, frm=Cursor(shard="f"), to=end, chunk=chunk)
    assert parts.ledger.finished_totals(ID) is None
    assert parts.ledger.any_unfinished(ID)
    sending = chunk.with_entries(
        {
            0: RecipientState(DeliveryState.DELIVERED, 1),
            1: RecipientState(DeliveryState.SKIPPED),
            2: RecipientState(DeliveryState.SENDING, 1),
        }
    )
    parts.ledger.save(sending, messages={})
    assert parts.ledger.finished_totals(ID) is None
    parts.ledger.save(sending.with_entries({2: RecipientState(DeliveryState.UNKNOWN, 1)}), messages={})
    expected = {"audience": 3, "accepted": 1, "skipped": 1, "failed": 0, "unknown": 1, "unfinished": 0}
    assert parts.ledger.finished_totals(ID) == expected
    assert not parts.ledger.any_unfinished(ID)


def test_reached_are_those_who_have_it_or_may_have_it(parts: Any) -> None:
    """Accepted, delivered and unknown count as reached; skipped, failed and bounced do not."""
    states = [
        DeliveryState.ACCEPTED,
        DeliveryState.DELIVERED,
        DeliveryState.UNKNOWN,
        DeliveryState.SKIPPED,
        DeliveryState.FAILED,
        DeliveryState.BOUNCED,
    ]
    ids = [f"a{place}" for place in range(len(states))]
    chunk = new_chunk(ID, "a", 1, ids)
    parts.ledger.move(ID, frm=Cursor(shard="a"), to=Cursor(shard="a", last_id="a5", count=6, chunks=1), chunk=chunk)
    parts.ledger.save(chunk.with_entries({n: RecipientState(state, 1) for n, state in enumerate(states)}), messages={})
    assert parts.ledger.reached(ID, "a") == {"a0", "a1", "a2"}
    assert parts.ledger.reached(ID, "b") == frozenset()


def test_many_chunks_of_a_shard_come_in_order(parts: Any) -> None:
    """Chunks are read in the order of their numbers, across pages and past nine."""
    cursor = Cursor(shard="a")
    for number in range(1, 13):
        moved = Cursor(shard="a", last_id=f"a{number:03d}", count=number, chunks=number)
        parts.ledger.move(ID, frm=cursor, to=moved, chunk=new_chunk(ID, "a", number, [moved.last_id]))
        cursor = moved
    found = [chunk.recipients[0] for chunk in parts.ledger.of_shard(ID, "a")]
    assert found == [f"a{number:03d}" for number in range(1, 13)]
