"""What every ledger promises of late additions, the fake one and DynamoDB's."""

from __future__ import annotations

from typing import Any

import pytest

from convener.delivery.chunks import FIRST_LATE, Chunk, Cursor, late_chunk, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict
from convener.subscribers.models import SHARDS
from tests.support.people import campaign

ID = "2024-04/invite"
HER = "a" + "0" * 30 + "7"
SENDING = RecipientState().claimed("c0ffee1234", 5)


def ranged(parts: Any, number: int, *ids: str) -> Chunk:
    """The next chunk of fan-out's in shard a."""
    before = Cursor(shard="a", last_id=f"a{number - 1}", count=number - 1, chunks=number - 1)
    moved = Cursor(shard="a", last_id=f"a{number}", count=number, chunks=number)
    chunk = new_chunk(ID, "a", number, ids)
    parts.ledger.move(ID, frm=before if number > 1 else Cursor(shard="a"), to=moved, chunk=chunk)
    return chunk


def test_a_late_addition_is_written_once_and_claimed_already(parts: Any) -> None:
    """Of two that write it the second is told; it can be saved, and is unfinished, like any chunk."""
    late = late_chunk(ID, HER, SENDING)
    parts.ledger.add(late)
    with pytest.raises(Conflict):
        parts.ledger.add(late_chunk(ID, HER, RecipientState().claimed("another", 6)))
    assert parts.ledger.chunk(ID, late.ref) == late
    assert list(parts.ledger.unfinished(ID)) == [late]
    after = late.with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 7)})
    parts.ledger.save(after, messages={0: "m-1"})
    found = parts.ledger.chunk(ID, late.ref)
    assert (found.entries, found.messages, found.late) == (after.entries, {0: "m-1"}, True)


def test_late_additions_lie_beside_the_ranges(parts: Any) -> None:
    """Each is read with its shard, and counted apart, also where fan-out counts far."""
    first = ranged(parts, 1, "a1", "a2")
    late = [late_chunk(ID, HER, SENDING)]
    late.append(late_chunk(ID, HER, SENDING, taken={late[0].ref}))
    for chunk in late:
        parts.ledger.add(chunk)
    far = new_chunk(ID, "a", 10_001, ["a9"])
    cursor = Cursor(shard="a", last_id="a9", count=3, chunks=10_001)
    parts.ledger.move(ID, frm=parts.ledger.cursor(ID, "a"), to=cursor, chunk=far)
    found = {chunk.ref: chunk for chunk in parts.ledger.of_shard(ID, "a")}
    assert found == {chunk.ref: chunk for chunk in (first, far, *late)}
    assert parts.ledger.late(ID) == 2
    assert {chunk.ref: chunk.late for chunk in found.values()} == {
        first.ref: False,
        far.ref: False,
        late[0].ref: True,
        late[1].ref: True,
    }


def test_sums_hold_late_additions(parts: Any) -> None:
    """Also in a shard to which fan-out brought nobody; those whom they reached count as reached."""
    parts.ledger.open(campaign())
    for shard in SHARDS:
        parts.ledger.move(ID, frm=Cursor(shard=shard), to=Cursor(shard=shard, finished=True), chunk=None)
    late = late_chunk(ID, HER, SENDING)
    parts.ledger.add(late)
    assert parts.ledger.finished_totals(ID) is None
    parts.ledger.save(late.with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 7)}), messages={})
    expected = {"audience": 1, "accepted": 1, "skipped": 0, "failed": 0, "unknown": 0, "unfinished": 0}
    assert parts.ledger.finished_totals(ID) == expected
    assert parts.ledger.tally(ID) == {DeliveryState.ACCEPTED: 1}
    assert parts.ledger.reached(ID, "a") == {HER}


def test_a_name_comes_from_the_id_and_goes_round() -> None:
    """Two ids may share a number: the next is free, also after the last."""
    top = f"{0xA:x}{899_999_998 % 16**31:031x}"
    chunk = late_chunk(ID, HER, SENDING)
    number = int(chunk.ref.partition("-")[2])
    assert chunk.ref.startswith("a-")
    assert len(chunk.ref) == len("a-123456789")
    assert late_chunk(ID, HER, SENDING, taken={chunk.ref}).ref == f"a-{number + 1}"
    for her in (HER, top):
        taken = {f"a-{one}" for one in range(number, number + 5)}
        assert int(late_chunk(ID, her, SENDING, taken=taken).ref.partition("-")[2]) >= FIRST_LATE
