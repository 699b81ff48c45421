"""Claims and records, when the ledger's answers are lost or somebody else writes: no mail without a claim of ours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from convener.delivery.chunk_writes import MAX_ATTEMPTS, claim, new_claim, record
from convener.delivery.chunks import Chunk, new_chunk
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.errors import BadInput, Conflict, LostAnswer, Throttled, Unavailable
from tests.support.delivering import Wire
from tests.support.fakes import FakeLedger

C, REF = "2024-04/invite", "0-00001"
MAILS: Any = {0: "mail 0", 1: "mail 1"}


def ledger_with(*entries: RecipientState) -> tuple[Any, Any, Chunk]:
    """A ledger behind a wire, the ledger itself, and its one chunk."""
    ledger = FakeLedger()
    chunk = replace(new_chunk(C, "0", 1, [str(n) for n in range(len(entries))]), entries=entries)
    ledger.chunk_items[C, REF] = chunk
    return Wire(ledger, []), ledger, chunk


def claims(chunk: Chunk, mark: str = "ours") -> dict[int, RecipientState]:
    """Of all entries."""
    return {place: entry.claimed(mark, 60) for place, entry in enumerate(chunk.entries)}


def rival(ledger: Any, changed: dict[int, RecipientState]) -> None:
    """Somebody else writes."""
    ledger.save(ledger.chunk_items[C, REF].with_entries(changed), messages={})


def test_a_claim_that_was_written_is_ours() -> None:
    """All its mails may be sent."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    assert claim(wire, chunk, claims(chunk), MAILS) == (ledger.chunk_items[C, REF], MAILS)


def test_a_claim_that_somebody_else_was_faster_with_is_not() -> None:
    """Though the states look the same: the claim's own mark decides."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    rival(ledger, claims(chunk, "theirs"))
    after, mails = claim(wire, chunk, claims(chunk), MAILS)
    assert (after, mails) == (ledger.chunk_items[C, REF], {})


def test_a_claim_whose_answer_was_lost_is_looked_up() -> None:
    """Done: ours. Not done: nobody's."""
    for after, mine in ((True, MAILS), (False, {})):
        wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
        wire.fail("save", LostAnswer("time-out"), after=after)
        assert claim(wire, chunk, claims(chunk), MAILS) == (ledger.chunk_items[C, REF], mine)


def test_of_a_claim_that_others_went_on_from_only_what_is_untouched_is_sent() -> None:
    """An event or the sweep has written one of the two since: that one is settled, or nobody knows."""
    for theirs in (
        RecipientState(DeliveryState.UNKNOWN, 1, 960, "lease-over"),
        RecipientState(DeliveryState.SENDING, 1, 60, "ours+earlier"),
    ):
        wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
        save = ledger.save

        def repeated(written: Chunk, *, messages: Any, save: Any = save, theirs: RecipientState = theirs) -> None:
            save(written, messages=messages)
            save(written.with_entries({1: theirs}), messages={})
            raise Conflict(REF)  # boto3 repeated it

        ledger.save = repeated
        assert dict(claim(wire, chunk, claims(chunk), MAILS)[1]) == {0: MAILS[0]}


@pytest.mark.parametrize("error", [Unavailable("no"), Throttled("rate")])
def test_a_claim_that_was_certainly_not_written_is_the_callers_to_try_again(error: Exception) -> None:
    """Nothing is sent, nothing has changed."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    wire.fail("save", error)
    with pytest.raises(type(error)):
        claim(wire, chunk, claims(chunk), MAILS)
    assert ledger.chunk_items[C, REF] == chunk


def test_a_chunk_that_is_gone_is_said_so() -> None:
    """Nothing can be claimed or recorded there."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    ledger.chunk_items.clear()
    with pytest.raises(BadInput, match=REF):
        claim(wire, chunk, claims(chunk), MAILS)
    with pytest.raises(BadInput, match=REF):
        record(wire, chunk, {}, {})


SENDING, ACCEPTED = RecipientState(DeliveryState.SENDING, 1, 60, "ours"), RecipientState(DeliveryState.ACCEPTED, 1, 61)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [LostAnswer("time-out"), Unavailable("no")])
@pytest.mark.parametrize("times", range(1, MAX_ATTEMPTS))
def test_a_record_is_tried_until_it_stands(error: Exception, times: int, *, after: bool) -> None:
    """States only rise, so writing twice what was written changes nothing; the message ids come along."""
    wire, ledger, chunk = ledger_with(SENDING)
    for n in range(times):
        wire.fail("save", error, on=n + 1, after=after)
    assert record(wire, chunk, {0: ACCEPTED}, {0: "m"}).entries == (ACCEPTED,)
    assert ledger.chunk_items[C, REF].entries == (ACCEPTED,)
    assert ledger.chunk_items[C, REF].messages == {0: "m"}


def test_a_record_that_the_ledger_never_takes_is_given_up_aloud() -> None:
    """The claim's lease will end, and the sweep makes it UNKNOWN."""
    wire, ledger, chunk = ledger_with(SENDING)
    for n in range(MAX_ATTEMPTS):
        wire.fail("save", Unavailable("no"), on=n + 1)
    with pytest.raises(Unavailable):
        record(wire, chunk, {0: ACCEPTED}, {})
    assert ledger.chunk_items[C, REF].entries == (SENDING,)


def test_rivals_never_wear_a_record_out() -> None:
    """However many write meanwhile: each of them did get on, and what they wrote stays."""
    wire, ledger, chunk = ledger_with(SENDING, SENDING)
    left = [3 * MAX_ATTEMPTS]
    save = ledger.save

    def busy(written: Chunk, *, messages: Any) -> None:
        if left[0]:
            left[0] -= 1
            known = ledger.chunk_items[C, REF]
            save(known.with_entries({1: replace(known.entries[1], at=60 + left[0])}), messages={})
        save(written, messages=messages)

    ledger.save = busy
    record(wire, chunk, {0: ACCEPTED}, {})
    assert ledger.chunk_items[C, REF].entries == (ACCEPTED, SENDING)


@pytest.mark.parametrize(
    ("known", "heard", "stands"),
    [
        (RecipientState(DeliveryState.DELIVERED, 1, 62), ACCEPTED, RecipientState(DeliveryState.DELIVERED, 1, 62)),
        (RecipientState(DeliveryState.UNKNOWN, 1, 960, "lease-over"), ACCEPTED, ACCEPTED),
        (
            RecipientState(DeliveryState.UNKNOWN, 1, 960, "lease-over"),
            RecipientState(DeliveryState.RETRY, 1, 61, "given-back"),
            None,
        ),
        (RecipientState(DeliveryState.UNKNOWN, 1, 960, RESEND), ACCEPTED, ACCEPTED),
        (
            RecipientState(DeliveryState.SENDING, 2, 999, "again"),
            ACCEPTED,
            RecipientState(DeliveryState.SENDING, 2, 999, "again+earlier"),
        ),
    ],
)
def test_a_record_rises_over_what_was_written_meanwhile(
    known: RecipientState, heard: RecipientState, stands: RecipientState | None
) -> None:
    """An event knows more than we; we know more than the sweep; a newer attempt is never settled by an older one."""
    wire, ledger, chunk = ledger_with(SENDING)
    rival(ledger, {0: known})
    record(wire, chunk, {0: heard}, {})
    assert ledger.chunk_items[C, REF].entries == (stands or heard,)


def test_no_two_claims_have_the_same_mark() -> None:
    """Ten characters, so that a full chunk stays under one write unit."""
    marks = {new_claim() for _ in range(1000)}
    assert len(marks) == 1000
    assert {len(mark) for mark in marks} == {10}
