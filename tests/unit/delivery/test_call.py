"""One call: each mail in its slot or not at all, and whom a call claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.address_changes import skipped_entry
from convener.delivery.chunks import new_chunk
from convener.delivery.deliver import MARGIN_SECONDS, BatchSender, plan_batch
from convener.delivery.expiry import elapsed_seconds
from convener.delivery.mail import Mail
from convener.delivery.pacing import MAX_LAPSE_SECONDS, Reservation, Tempo
from convener.delivery.ports import DeliverySnapshot
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.errors import LostAnswer, Throttled, Unavailable
from convener.subscribers.models import SubscriberStatus
from tests.support.delivering import BEGINS, Shift
from tests.support.fakes import FakeLinks, FakeMailer
from tests.support.people import OPENED, campaign, edition, subscriber

C = campaign()
MAIL: Any = Mail(sender="a@example.org", recipient="b@example.org", raw=b"", tags={})


def sending(fails: Callable[[Mail], None], *, left: float = 300) -> tuple[BatchSender, Shift]:
    """A sender with a mailer that does this to each mail."""
    clock = Shift(left=left)
    return BatchSender(mailer=FakeMailer(fails), clock=clock, tempo=Tempo()), clock


def send(sender: BatchSender, count: int, step: float) -> list[str]:
    """States and notes of so many mails, whose slots begin now."""
    chunk = new_chunk(C.id, "0", 1, [str(n) for n in range(count)])
    chunk = chunk.with_entries({n: RecipientState().claimed("ours", 60) for n in range(count)})
    sent = sender.send(C, chunk, dict.fromkeys(range(count), MAIL), Reservation(start=BEGINS, step=step, mails=count))
    assert all(entry.attempt == 1 for entry in sent.entries.values())
    return [f"{entry.state.name}:{entry.note}".rstrip(":") for entry in sent.entries.values()]


def test_each_mail_waits_for_its_slot() -> None:
    """Single sends are spread, not sent in a burst."""
    moments: list[float] = []
    sender, clock = sending(lambda _mail: moments.append((clock.now() - BEGINS).total_seconds()))
    assert send(sender, 4, 0.25) == ["ACCEPTED"] * 4
    assert moments == [0, 0.25, 0.5, 0.75]


def test_mails_slower_than_their_slots_leave_one_after_the_other_until_a_slot_lapses() -> None:
    """80 ms each, slots of a 500th of a second: what would leave more than a second after its moment is given back."""
    sender, clock = sending(lambda _mail: clock.sleep(0.08))
    notes = send(sender, 20, 1 / 500)
    assert notes == ["ACCEPTED"] * 13 + ["RETRY:slot-lapsed"] * 7


@pytest.mark.parametrize("late", [0.0, MAX_LAPSE_SECONDS, MAX_LAPSE_SECONDS + 0.001])
def test_a_slot_may_be_used_until_a_second_after_its_moment(late: float) -> None:
    """And not a moment longer."""
    sender, clock = sending(lambda _mail: None)
    clock.sleep(late)
    assert send(sender, 1, 1) == ["ACCEPTED" if late <= MAX_LAPSE_SECONDS else "RETRY:slot-lapsed"]


def test_an_answer_that_takes_twenty_seconds_lapses_the_rest_of_its_call() -> None:
    """The one is UNKNOWN; the others' slots are long over, so they are given back and take new ones."""

    def hangs(_mail: Mail) -> None:
        clock.sleep(20)
        raise LostAnswer("time-out")

    sender, clock = sending(hangs)
    assert send(sender, 3, 0.1) == ["UNKNOWN:answer-lost", "RETRY:slot-lapsed", "RETRY:slot-lapsed"]
    assert sender.tempo.seconds_per_mail == Tempo().seconds_per_mail


def test_no_mail_is_begun_that_the_invocation_may_not_outlive() -> None:
    """25 seconds of connecting and waiting, and its record, fit into what is kept back."""
    sender, clock = sending(lambda _mail: clock.sleep(0.5), left=MARGIN_SECONDS + 0.6)
    assert send(sender, 3, 0.5) == ["ACCEPTED", "ACCEPTED", "RETRY:given-back"]
    assert clock.time_left() >= MARGIN_SECONDS - 0.5


def test_time_is_looked_at_again_for_each_mail_and_entries_tell_when() -> None:
    """`at` counts seconds since the campaign was opened, never below none where clocks differ."""
    assert elapsed_seconds(C, OPENED + timedelta(seconds=90.9)) == 90
    assert elapsed_seconds(C, OPENED - timedelta(seconds=3)) == 0


def test_after_a_refusal_nothing_more_is_tried() -> None:
    """The rest is given back; the refused one says by whom."""
    for error, note in ((Throttled("rate"), "throttled"), (Unavailable("no connection"), "unavailable")):

        def fails(_mail: Mail, error: Exception = error) -> None:
            raise error

        sender, _ = sending(fails)
        assert send(sender, 3, 0) == [f"RETRY:{note}", "RETRY:given-back", "RETRY:given-back"]
        assert sender.mailer.sent == []  # type: ignore[attr-defined]


def decided(entry: RecipientState, **changes: Any) -> tuple[RecipientState, int]:
    """What becomes of one entry whose reader is like this, and how many mails are made."""
    reader = subscriber(16, **changes)
    chunk = replace(new_chunk(C.id, "0", 1, [reader.id]), entries=(entry,))
    seen = DeliverySnapshot(campaign=C, subscribers={reader.id: reader})
    result = plan_batch(
        chunk, [0], campaign=C, snapshot=seen, edition=edition(), links=FakeLinks(), claim_id="ours", now=BEGINS
    )
    return result.entries[0], len(result.mails)


LEFT, NO_MAIL = {"status": SubscriberStatus.LEFT}, {"address": "a@\u2260\u0301-.example"}
RESENT = RecipientState(DeliveryState.UNKNOWN, 1, 9, f"{RESEND}+delayed")


@pytest.mark.parametrize(
    ("entry", "changes", "expected"),
    [
        (RecipientState(), {}, (RecipientState(DeliveryState.SENDING, 1, 60, "ours"), 1)),
        (
            RecipientState(DeliveryState.RETRY, 2, 9, "throttled"),
            {},
            (RecipientState(DeliveryState.SENDING, 3, 60, "ours"), 1),
        ),
        (RESENT, {}, (RecipientState(DeliveryState.SENDING, 2, 60, "ours"), 1)),
        (RecipientState(), LEFT, (RecipientState(DeliveryState.SKIPPED, 0, 60, "left"), 0)),
        (
            RecipientState(DeliveryState.RETRY, 2, 9, "throttled+earlier"),
            LEFT,
            (RecipientState(DeliveryState.SKIPPED, 2, 60, "left+earlier"), 0),
        ),
        (RESENT, LEFT, (RecipientState(DeliveryState.UNKNOWN, 1, 9, "not-resent+delayed"), 0)),
        (RecipientState(), NO_MAIL, (RecipientState(DeliveryState.FAILED, 0, 60, "unmailable"), 0)),
        (
            RecipientState(DeliveryState.RETRY, 2, 9, "x+earlier"),
            NO_MAIL,
            (RecipientState(DeliveryState.FAILED, 2, 60, "unmailable+earlier"), 0),
        ),
        (RESENT, NO_MAIL, (RecipientState(DeliveryState.UNKNOWN, 1, 9, "not-resent+delayed"), 0)),
    ],
)
def test_whom_a_call_claims_skips_or_fails(
    entry: RecipientState, changes: dict[str, Any], expected: tuple[RecipientState, int]
) -> None:
    """Remarks stay, and what may have left long ago stays UNKNOWN, whatever keeps it from leaving again."""
    assert decided(entry, **changes) == expected


def test_what_is_skipped_never_falls() -> None:
    """SKIPPED ranks above RETRY of the same attempt."""
    entry = skipped_entry(RecipientState(DeliveryState.RETRY, 3, 50, "given-back"), "too-late", 70)
    assert entry == RecipientState(DeliveryState.SKIPPED, 3, 70, "too-late")
