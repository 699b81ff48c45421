"""One batch: each mail is sent in its slot or not at all, and the plan decides which entries are claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.consent_coverage import Coverage
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
    """Return a sender whose mailer does this to each mail, and its clock."""
    clock = Shift(left=left)
    return BatchSender(mailer=FakeMailer(fails), clock=clock, tempo=Tempo()), clock


def send(sender: BatchSender, count: int, step: float) -> list[str]:
    """Send a number of mails whose slots begin now, and return the states with their notes."""
    chunk = new_chunk(C.id, "0", 1, [str(n) for n in range(count)])
    chunk = chunk.with_entries({n: RecipientState().claimed("ours", 60) for n in range(count)})
    sent = sender.send(C, chunk, dict.fromkeys(range(count), MAIL), Reservation(start=BEGINS, step=step, mails=count))
    assert all(entry.attempt == 1 for entry in sent.entries.values())
    return [f"{entry.state.name}:{entry.note}".rstrip(":") for entry in sent.entries.values()]


def test_each_mail_waits_for_its_slot() -> None:
    """The mails of a batch are spread over its slots."""
    moments: list[float] = []
    sender, clock = sending(lambda _mail: moments.append((clock.now() - BEGINS).total_seconds()))
    assert send(sender, 4, 0.25) == ["ACCEPTED"] * 4
    assert moments == [0, 0.25, 0.5, 0.75]


def test_slow_mails_leave_one_after_the_other_until_a_slot_lapses() -> None:
    """With 80 ms per mail and 500 slots a second, a mail is given back where its slot began more than a second ago."""
    sender, clock = sending(lambda _mail: clock.sleep(0.08))
    notes = send(sender, 20, 1 / 500)
    assert notes == ["ACCEPTED"] * 13 + ["RETRY:slot-lapsed"] * 7


@pytest.mark.parametrize("late", [0.0, MAX_LAPSE_SECONDS, MAX_LAPSE_SECONDS + 0.001])
def test_a_slot_may_be_used_for_a_second(late: float) -> None:
    """A slot that began longer ago is not used."""
    sender, clock = sending(lambda _mail: None)
    clock.sleep(late)
    assert send(sender, 1, 1) == ["ACCEPTED" if late <= MAX_LAPSE_SECONDS else "RETRY:slot-lapsed"]


def test_after_an_answer_of_twenty_seconds_the_other_slots_have_lapsed() -> None:
    """The slow mail is UNKNOWN. The other mails are given back and take new slots."""

    def hangs(_mail: Mail) -> None:
        clock.sleep(20)
        raise LostAnswer("time-out")

    sender, clock = sending(hangs)
    assert send(sender, 3, 0.1) == ["UNKNOWN:answer-lost", "RETRY:slot-lapsed", "RETRY:slot-lapsed"]
    assert sender.tempo.seconds_per_mail == Tempo().seconds_per_mail


def test_no_mail_is_begun_within_the_margin_of_the_invocation() -> None:
    """The margin is long enough for 25 seconds of connecting and waiting, and for the record of the batch."""
    sender, clock = sending(lambda _mail: clock.sleep(0.5), left=MARGIN_SECONDS + 0.6)
    assert send(sender, 3, 0.5) == ["ACCEPTED", "ACCEPTED", "RETRY:given-back"]
    assert clock.time_left() >= MARGIN_SECONDS - 0.5


def test_an_entry_has_the_seconds_since_the_campaign_was_opened() -> None:
    """The number is never negative, also where two clocks differ."""
    assert elapsed_seconds(C, OPENED + timedelta(seconds=90.9)) == 90
    assert elapsed_seconds(C, OPENED - timedelta(seconds=3)) == 0


def test_after_a_refusal_no_more_mails_are_tried() -> None:
    """The other mails are given back, and the refused mail has the reason."""
    for error, note in ((Throttled("rate"), "throttled"), (Unavailable("no connection"), "unavailable")):

        def fails(_mail: Mail, error: Exception = error) -> None:
            raise error

        sender, _ = sending(fails)
        assert send(sender, 3, 0) == [f"RETRY:{note}", "RETRY:given-back", "RETRY:given-back"]
        assert sender.mailer.sent == []  # type: ignore[attr-defined]


def planned(entry: RecipientState, **changes: Any) -> tuple[RecipientState, int]:
    """Return the planned entry of one recipient with these changes, and the number of mails."""
    reader = subscriber(16, **changes)
    chunk = replace(new_chunk(C.id, "0", 1, [reader.id]), entries=(entry,))
    seen = DeliverySnapshot(campaign=C, subscribers={reader.id: reader})
    result = plan_batch(
        chunk,
        [0],
        campaign=C,
        snapshot=seen,
        edition=edition(),
        links=FakeLinks(),
        coverage=Coverage(),
        claim_id="ours",
        now=BEGINS,
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
def test_an_entry_is_claimed_skipped_or_failed(
    entry: RecipientState, changes: dict[str, Any], expected: tuple[RecipientState, int]
) -> None:
    """Remarks stay, and an UNKNOWN stays UNKNOWN where its mail may not be sent again."""
    assert planned(entry, **changes) == expected


def test_skipping_never_lowers_a_state() -> None:
    """SKIPPED ranks above RETRY of the same attempt."""
    entry = skipped_entry(RecipientState(DeliveryState.RETRY, 3, 50, "given-back"), "too-late", 70)
    assert entry == RecipientState(DeliveryState.SKIPPED, 3, 70, "too-late")
