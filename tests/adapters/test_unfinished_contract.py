"""What every ledger promises of the index by which unfinished and unknown chunks are found."""

from __future__ import annotations

from typing import Any

import pytest

from convener.delivery.chunks import Chunk, Cursor, new_chunk
from convener.delivery.states import RESEND, DeliveryState, RecipientState

ID = "2024-04/invite"
NOTHING = (False, False)
LEFT = (True, False)
UNKNOWN = (False, True)


def write(parts: Any, number: int, *, campaign: str = ID, shard: str = "a", people: int = 2) -> Chunk:
    """The shard's next chunk."""
    chunk = new_chunk(campaign, shard, number, [f"{shard}{number:03d}{place}" for place in range(people)])
    frm = Cursor(shard=shard, last_id=f"{number - 1}" if number > 1 else "", count=number - 1, chunks=number - 1)
    to = Cursor(shard=shard, last_id=f"{number}", count=number, chunks=number)
    parts.ledger.move(campaign, frm=frm, to=to, chunk=chunk)
    return chunk


def found(parts: Any, campaign: str = ID) -> tuple[list[Chunk], list[Chunk]]:
    """What is unfinished, and what is unknown."""
    return list(parts.ledger.unfinished(campaign)), list(parts.ledger.unknown(campaign))


ENTRIES = [
    (RecipientState(), LEFT),
    (RecipientState(DeliveryState.SENDING, 1, 5, "0123456789"), LEFT),
    (RecipientState(DeliveryState.RETRY, 1, 5, "throttled"), LEFT),
    (RecipientState(DeliveryState.UNKNOWN, 1, 5, RESEND), LEFT),
    (RecipientState(DeliveryState.UNKNOWN, 1, 5, f"{RESEND}+delayed"), LEFT),
    (RecipientState(DeliveryState.UNKNOWN, 1, 5, "lost-answer"), UNKNOWN),
    (RecipientState(DeliveryState.UNKNOWN, 2, 5, "not-resent"), UNKNOWN),
    *((RecipientState(state, 1, 5), NOTHING) for state in DeliveryState if state not in ("P", "S", "R", "U")),
]


@pytest.mark.parametrize(
    ("other", "its"),
    [
        (RecipientState(DeliveryState.ACCEPTED, 1), NOTHING),
        (RecipientState(DeliveryState.UNKNOWN, 1), UNKNOWN),
        (RecipientState(), LEFT),
    ],
)
def test_a_chunk_is_found_by_what_is_left_in_it(parts: Any, other: RecipientState, its: tuple[bool, bool]) -> None:
    """Anything to be done makes it unfinished; else anyone unknown makes it unknown; else nothing finds it."""
    unfinished, unknown = list[Chunk](), list[Chunk]()
    for number, (entry, expected) in enumerate(ENTRIES, start=1):
        chunk = write(parts, number).with_entries({0: entry, 1: other})
        parts.ledger.save(chunk, messages={})
        if LEFT in (expected, its):
            unfinished.append(chunk)
        elif UNKNOWN in (expected, its):
            unknown.append(chunk)
    assert found(parts) == (unfinished, unknown)
    assert parts.ledger.any_unfinished(ID)


def test_a_chunk_changes_its_place_as_often_as_it_changes(parts: Any) -> None:
    """Pending, on its way, unknown, to be sent again, on its way again, taken."""
    chunk = write(parts, 1, people=1)
    sending = RecipientState().claimed("first", 1)
    unknown = RecipientState(DeliveryState.UNKNOWN, 1, 9, "lease-over")
    again = unknown.with_reason(RESEND)
    steps = [(sending, LEFT), (unknown, UNKNOWN), (again, LEFT), (again.claimed("second", 20), LEFT)]
    assert found(parts) == ([chunk], [])
    for entry, (unfinished, listed) in [*steps, (RecipientState(DeliveryState.ACCEPTED, 2, 21), NOTHING)]:
        chunk = chunk.with_entries({0: entry})
        parts.ledger.save(chunk, messages={})
        assert found(parts) == ([chunk] * unfinished, [chunk] * listed)
        assert parts.ledger.any_unfinished(ID) == unfinished


def test_only_a_campaigns_own_chunks_are_found(parts: Any) -> None:
    """A second follow-up's id begins like the first one's."""
    first, second = "2024-04/follow-up", "2024-04/follow-up/2"
    chunks = {owner: write(parts, 1, campaign=owner) for owner in (first, second)}
    assert found(parts, first) == ([chunks[first]], [])
    assert found(parts, second) == ([chunks[second]], [])
    assert found(parts, "2024-04/follow") == ([], [])


def test_more_chunks_than_one_request_takes_come_in_order(parts: Any) -> None:
    """Over shards and over the 50 that BatchGetItem reads at once, each with the message ids that it has."""
    chunks = [
        write(parts, number, shard=shard, people=1)
        for shard, last in (("0", 50), ("f", 2))
        for number in range(1, last + 1)
    ]
    last = chunks[-1].with_entries({0: RecipientState(DeliveryState.SENDING, 1)})
    parts.ledger.save(last, messages={0: "m-1"})
    unfinished, unknown = found(parts)
    assert [chunk.ref for chunk in unfinished] == [chunk.ref for chunk in chunks]
    assert unfinished[-1].messages == {0: "m-1"}
    assert not unknown
