"""Chunks: which entries may be claimed, whether work is left, and the sums of the entries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.delivery.chunks import CHUNK_SIZE, Chunk, chunk_ref, new_chunk, tally, totals
from convener.delivery.states import CLAIMABLE, RESEND, DeliveryState, RecipientState

ANY = st.builds(
    RecipientState,
    state=st.sampled_from(DeliveryState),
    attempt=st.integers(0, 3),
    note=st.sampled_from(["", "delayed", RESEND]),
)


def chunk_of(*entries: RecipientState) -> Chunk:
    """Return a chunk with these entries."""
    chunk = new_chunk("2024-04/invite", "a", 1, [f"a{n}" for n in range(len(entries))])
    return replace(chunk, entries=entries)


def test_a_new_chunk_is_pending() -> None:
    """Every entry may be claimed, in order, and the chunk is named after its shard and number."""
    chunk = new_chunk("2024-04/invite", "a", 12, (f"a{n}" for n in range(3)))
    assert (chunk.ref, chunk.version, dict(chunk.messages)) == (chunk_ref("a", 12), 0, {})
    assert chunk.ref == "a-00012"
    assert chunk.claimable() == [0, 1, 2]
    assert set(chunk.entries) == {RecipientState()}


@given(st.lists(ANY, min_size=1, max_size=CHUNK_SIZE))
def test_claimable_and_sending_entries_are_unfinished(entries: list[RecipientState]) -> None:
    """PENDING, RETRY and an UNKNOWN with an operator's request may be claimed; SENDING is unfinished as well."""
    chunk = chunk_of(*entries)
    asked = [entry.state is DeliveryState.UNKNOWN and entry.note == RESEND for entry in entries]
    assert chunk.claimable() == [n for n, entry in enumerate(entries) if entry.state in CLAIMABLE or asked[n]]
    assert chunk.unfinished is (bool(chunk.claimable()) or DeliveryState.SENDING in {entry.state for entry in entries})
    assert chunk.unknown is (DeliveryState.UNKNOWN in {entry.state for entry in entries})


@given(st.lists(st.lists(ANY, max_size=CHUNK_SIZE), max_size=4))
def test_the_sums_count_each_entry_once(parts: list[list[RecipientState]]) -> None:
    """Accepted, skipped, failed, unknown and unfinished make up the audience. A requested resend is unfinished."""
    sums = totals(parts)
    everybody = [entry for part in parts for entry in part]
    assert sums["audience"] == len(everybody) == sum(tally(parts).values())
    assert sum(sums.values()) == 2 * sums["audience"]
    assert sums["unfinished"] == sum(entry.unfinished for entry in everybody)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {0: RecipientState(DeliveryState.SENDING, 1, 5, "c")},
        {1: RecipientState(), 0: RecipientState(DeliveryState.SKIPPED)},
    ],
)
def test_a_change_raises_the_version_and_changes_no_other_entry(changed: dict[int, RecipientState]) -> None:
    """The version also rises where no entry changes."""
    before = chunk_of(RecipientState(DeliveryState.ACCEPTED, 1), RecipientState(DeliveryState.RETRY, 1))
    after = before.with_entries(changed)
    assert after.version == before.version + 1
    assert after.entries == tuple(changed.get(n, entry) for n, entry in enumerate(before.entries))
    assert (after.recipients, after.messages) == (before.recipients, before.messages)
