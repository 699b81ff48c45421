"""The states of one mail: only claims raise the attempt, and within an attempt states only rise."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.campaigns import campaign_id, campaign_of_tag, campaign_tag
from convener.delivery.chunks import CHUNK_SIZE, Chunk, totals
from convener.delivery.states import CLAIMABLE, EARLIER, REMARKS, RESEND, DeliveryState, RecipientState
from convener.mailing_types import MailingType, mailing_types
from tests.support.delivering import BATCH

entries = st.builds(
    RecipientState,
    state=st.sampled_from(DeliveryState),
    attempt=st.integers(0, 99),
    at=st.integers(0, 10**7),
    note=st.from_regex(r"[a-z0-9.-]{0,12}", fullmatch=True),
)


@given(entries)
def test_a_stored_entry_is_read_as_it_was(entry: RecipientState) -> None:
    """This holds whatever the note is."""
    assert RecipientState.decode(entry.encode()) == entry


@given(st.lists(entries, min_size=2, max_size=4))
def test_the_order_of_merging_does_not_matter(entries: list[RecipientState]) -> None:
    """The same attempt and rank result from every order."""
    results = set()
    for order in permutations(entries):
        entry = RecipientState()
        for other in order:
            entry = entry.merged(other)
        results.add((entry.attempt, entry.state.rank))
    assert len(results) == 1


@given(entries, entries)
def test_a_state_never_falls(one: RecipientState, other: RecipientState) -> None:
    """After any merge, attempt and rank are at least what they were."""
    merged = one.merged(other)
    assert (merged.attempt, merged.state.rank) >= (one.attempt, one.state.rank)


@pytest.mark.parametrize("state", [state for state in DeliveryState if state not in CLAIMABLE])
@pytest.mark.parametrize("note", ["", "answer-lost", "not-resent", "delayed"])
def test_only_pending_and_retry_can_be_claimed(state: DeliveryState, note: str) -> None:
    """UNKNOWN can't be claimed, because its mail may have been sent."""
    with pytest.raises(ValueError, match="claimed"):
        RecipientState(state, 1, 0, note).claimed("c", 0)


@pytest.mark.parametrize("state", list(DeliveryState))
@pytest.mark.parametrize("remark", ["", *sorted(REMARKS)])
def test_an_operators_request_makes_only_unknown_claimable(state: DeliveryState, remark: str) -> None:
    """Remarks make no difference, and a claimable entry is unfinished."""
    entry = RecipientState(state, 1, 5, remark).with_reason(RESEND)
    assert entry.claimable is (state in (*CLAIMABLE, DeliveryState.UNKNOWN))
    assert entry.unfinished is (state in (*CLAIMABLE, DeliveryState.UNKNOWN, DeliveryState.SENDING))
    assert entry.remarks == ({remark} if remark else set())


def test_an_event_takes_back_the_request_to_send_again() -> None:
    """The result of the first mail is known now."""
    settled = RecipientState(DeliveryState.UNKNOWN, 1, 5, RESEND).merged(RecipientState(DeliveryState.ACCEPTED, 1, 9))
    assert not settled.claimable


def test_an_accepted_earlier_attempt_does_not_settle_a_newer_one() -> None:
    """It becomes a remark of the newer one."""
    newer = RecipientState(DeliveryState.SENDING, 2, 50, "claim")
    assert newer.merged(RecipientState(DeliveryState.DELIVERED, 1, 60)) == RecipientState(
        DeliveryState.SENDING, 2, 50, f"claim+{EARLIER}"
    )


def test_a_claim_raises_the_attempt() -> None:
    """Each claim is a new attempt in SENDING."""
    assert RecipientState(DeliveryState.RETRY, 2, 5, "throttled").claimed("c1", 9) == RecipientState(
        DeliveryState.SENDING, 3, 9, "c1"
    )


@given(st.lists(entries, max_size=CHUNK_SIZE))
def test_the_sums_add_up_to_the_audience(given_entries: list[RecipientState]) -> None:
    """Accepted, skipped, failed, unknown and unfinished count each recipient once."""
    chunk = Chunk(campaign="c", ref="a-00001", recipients=("x",) * len(given_entries), entries=tuple(given_entries))
    sums = totals([chunk.entries])
    assert sum(sums.values()) - sums["audience"] == sums["audience"] == len(given_entries)


def test_the_entries_of_a_full_chunk_cost_one_write_unit() -> None:
    """The claims of a batch beside 36 mails that were delivered a month ago are below 1 KB by DynamoDB's own sizes."""
    claimed = [RecipientState(DeliveryState.RETRY, 1).claimed("0123456789", 2_600_000) for _ in range(BATCH)]
    others = [RecipientState(DeliveryState.DELIVERED, 1, 2_600_000) for _ in range(CHUNK_SIZE - BATCH)]
    entries = " ".join(entry.encode() for entry in claimed + others)
    names = "campaign2024-04/follow-up/2#aitemstate#12345entriesversion12345unfinishedunfinishedwriter"
    assert len(names) + len("0" * 32) + len(entries) < 1024


@pytest.mark.parametrize("number", [1, 2, 11])
@pytest.mark.parametrize("kind", mailing_types())
def test_a_campaigns_tag_leads_back_to_its_id(kind: MailingType, number: int) -> None:
    """The tag has only characters that SES allows, and no two campaigns share a tag."""
    name = campaign_id("2024-04b", kind, number)
    tag = campaign_tag(name)
    assert campaign_of_tag(tag) == name
    assert tag.replace("_", "").replace("-", "").isalnum()
