"""Claims and records while answers of the ledger are lost or others write: no mail is sent without our own claim."""

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
    """Return a ledger behind a Wire, the ledger itself, and its only chunk."""
    ledger = FakeLedger()
    chunk = replace(new_chunk(C, "0", 1, [str(n) for n in range(len(entries))]), entries=entries)
    ledger.chunk_items[C, REF] = chunk
    return Wire(ledger, []), ledger, chunk


def claims(chunk: Chunk, mark: str = "ours") -> dict[int, RecipientState]:
    """Return the claims of all entries."""
    return {place: entry.claimed(mark, 60) for place, entry in enumerate(chunk.entries)}


def rival(ledger: Any, changed: dict[int, RecipientState]) -> None:
    """Write these entries as another worker."""
    ledger.save(ledger.chunk_items[C, REF].with_entries(changed), messages={})


def test_a_written_claim_may_be_sent() -> None:
    """All mails of the claim may be sent."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    assert claim(wire, chunk, claims(chunk), MAILS) == (ledger.chunk_items[C, REF], MAILS)


def test_a_claim_after_a_faster_worker_may_not_be_sent() -> None:
    """The states look the same, but the entries hold the other worker's claim id."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    rival(ledger, claims(chunk, "theirs"))
    after, mails = claim(wire, chunk, claims(chunk), MAILS)
    assert (after, mails) == (ledger.chunk_items[C, REF], {})


def test_a_claim_whose_answer_was_lost_is_read_again() -> None:
    """The mails may be sent if the claim was written, and not otherwise."""
    for after, claimed in ((True, MAILS), (False, {})):
        wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
        wire.fail("save", LostAnswer("time-out"), after=after)
        assert claim(wire, chunk, claims(chunk), MAILS) == (ledger.chunk_items[C, REF], claimed)


def test_only_the_unchanged_part_of_a_claim_is_sent() -> None:
    """Where an event or the sweep has changed an entry since the claim, its mail is not sent."""
    for changed in (
        RecipientState(DeliveryState.UNKNOWN, 1, 960, "lease-over"),
        RecipientState(DeliveryState.SENDING, 1, 60, "ours+earlier"),
    ):
        wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
        save = ledger.save

        def repeated(written: Chunk, *, messages: Any, save: Any = save, changed: RecipientState = changed) -> None:
            save(written, messages=messages)
            save(written.with_entries({1: changed}), messages={})
            raise Conflict(REF)  # boto3 repeated it

        ledger.save = repeated
        assert dict(claim(wire, chunk, claims(chunk), MAILS)[1]) == {0: MAILS[0]}


@pytest.mark.parametrize("error", [Unavailable("no"), Throttled("rate")])
def test_a_claim_that_was_certainly_not_written_raises_the_error(error: Exception) -> None:
    """Nothing is sent and nothing has changed."""
    wire, ledger, chunk = ledger_with(RecipientState(), RecipientState())
    wire.fail("save", error)
    with pytest.raises(type(error)):
        claim(wire, chunk, claims(chunk), MAILS)
    assert ledger.chunk_items[C, REF] == chunk


def test_a_chunk_that_does_not_exist_any_more_is_bad_input() -> None:
    """Neither a claim nor a record can be written to it."""
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
def test_a_record_is_repeated_until_it_is_written(error: Exception, times: int, *, after: bool) -> None:
    """States only rise, so a second write changes nothing. The message ids are written as well."""
    wire, ledger, chunk = ledger_with(SENDING)
    for n in range(times):
        wire.fail("save", error, on=n + 1, after=after)
    assert record(wire, chunk, {0: ACCEPTED}, {0: "m"}).entries == (ACCEPTED,)
    assert ledger.chunk_items[C, REF].entries == (ACCEPTED,)
    assert ledger.chunk_items[C, REF].messages == {0: "m"}


def test_a_record_that_is_never_written_raises_the_error() -> None:
    """The claim expires later, and the sweep makes it UNKNOWN."""
    wire, ledger, chunk = ledger_with(SENDING)
    for n in range(MAX_ATTEMPTS):
        wire.fail("save", Unavailable("no"), on=n + 1)
    with pytest.raises(Unavailable):
        record(wire, chunk, {0: ACCEPTED}, {})
    assert ledger.chunk_items[C, REF].entries == (SENDING,)


def test_other_writers_never_prevent_a_record() -> None:
    """The record is merged with every other write, however many there are."""
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
    ("known", "recorded", "expected"),
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
def test_a_record_is_merged_with_other_writes(
    known: RecipientState, recorded: RecipientState, expected: RecipientState | None
) -> None:
    """An event outranks the record, the record outranks the sweep, and an older attempt never settles a newer one."""
    wire, ledger, chunk = ledger_with(SENDING)
    rival(ledger, {0: known})
    record(wire, chunk, {0: recorded}, {})
    assert ledger.chunk_items[C, REF].entries == (expected or recorded,)


def test_no_two_claims_have_the_same_id() -> None:
    """An id has ten characters, so that a full chunk costs one write unit."""
    marks = {new_claim() for _ in range(1000)}
    assert len(marks) == 1000
    assert {len(mark) for mark in marks} == {10}
