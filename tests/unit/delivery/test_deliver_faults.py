"""Each call of a delivery fails once, before or after it takes effect: nobody gets two mails, and nobody is missed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage
from convener.delivery.deliver import RETRY_DELAY_SECONDS, THROTTLED_DELAY_SECONDS, DeliveryOutcome
from convener.delivery.expiry import expired_claims
from convener.errors import ConvenerError, LostAnswer, Throttled, Unavailable
from tests.support.delivering import BATCH, ID, REF, put, states, wired, world

LEASE = timedelta(minutes=15)
PEOPLE = BATCH + 2
CALLS = [
    "work",
    "limits",
    *("take", "snapshot", "save", *["send"] * BATCH, "save"),
    *("take", "snapshot", "save", *["send"] * 2, "save"),
]
FAULTS = [(LostAnswer, False), (LostAnswer, True), (Unavailable, False), (Throttled, False)]
PARTS = {"take": "slots", "limits": "account", "snapshot": "lookup", "send": "mailer"}


def part(delivery: Any, name: str) -> Any:
    """Return the collaborator with that method."""
    where = delivery.pacing if name in ("take", "limits") else delivery
    return getattr(where, PARTS.get(name, "ledger"))


def to_the_end(delivery: Any) -> None:
    """Deliver again and again, as queue and tick would, until no work is left."""
    for _ in range(20):
        delivery.clock.ends = delivery.clock.now() + timedelta(minutes=5)
        try:
            delivery.deliver(ID, REF)
        except ConvenerError:
            delivery.clock.sleep(1800)  # the message is seen again
        campaign, chunk = delivery.ledger.campaigns[ID], delivery.ledger.chunk_items[ID, REF]
        if expired := expired_claims(campaign, chunk, now=delivery.clock.now(), lease=LEASE):
            put(delivery, dict(expired))
        if campaign.stage is Stage.WAITING:
            delivery.ledger.campaigns[ID] = campaign.turned(Stage.SENDING)
        if not delivery.ledger.chunk_items[ID, REF].unfinished:
            return
        delivery.clock.sleep(60)
    pytest.fail("it never ends")


@pytest.mark.parametrize("position", range(len(CALLS)))
@pytest.mark.parametrize(("error", "after"), FAULTS)
def test_a_single_fault_doubles_no_mail_and_misses_nobody(
    position: int, error: type[ConvenerError], *, after: bool
) -> None:
    """A sent mail is ACCEPTED, or UNKNOWN where the answer was lost. A mail that was not sent is UNKNOWN at most."""
    delivery, journal = wired(world(PEOPLE))
    name = CALLS[position]
    part(delivery, name).fail(name, error("fault"), on=CALLS[: position + 1].count(name), after=after)
    to_the_end(delivery)
    assert journal.count(name) >= 2
    sent = [mail.tags["recipient"] for mail in delivery.mailer.sent]
    chunk = delivery.ledger.chunk_items[ID, REF]
    assert len(sent) == len(set(sent))
    for person, state in zip(chunk.recipients, states(delivery), strict=True):
        assert state == "ACCEPTED" if person in sent and name != "send" else True
        assert state in ("ACCEPTED", "UNKNOWN:answer-lost")
        assert person in sent or state == "UNKNOWN:answer-lost"
    assert states(delivery).count("UNKNOWN:answer-lost") == (name == "send" and error is LostAnswer)


def test_the_list_of_calls_is_complete() -> None:
    """The list holds every call of a delivery, so that the test above leaves none out."""
    delivery, journal = wired(world(PEOPLE))
    delivery.deliver(ID, REF)
    assert journal == CALLS


@pytest.mark.parametrize("name", ["take", "limits", "snapshot"])
@pytest.mark.parametrize(
    ("error", "delay"),
    [
        (LostAnswer("x"), RETRY_DELAY_SECONDS),
        (Unavailable("x"), RETRY_DELAY_SECONDS),
        (Throttled("x"), THROTTLED_DELAY_SECONDS),
    ],
)
def test_a_failure_before_the_claim_queues_the_chunk_with_a_short_delay(
    name: str, error: Exception, delay: int
) -> None:
    """No recipient has been claimed, so the chunk is tried again within a minute."""
    delivery, _ = wired(world())
    part(delivery, name).fail(name, error)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.PUT_OFF
    assert delivery.queues.chunks == [(ID, REF, delay)]
    assert states(delivery) == ["PENDING"] * 3


def test_a_lost_claim_that_cannot_be_read_again_expires() -> None:
    """It is not known whether the claim was written, so nothing is sent and the rest of the chunk is queued again."""
    delivery, _ = wired(world(PEOPLE))
    delivery.ledger.fail("save", LostAnswer("x"), after=True)
    delivery.ledger.fail("chunk", Unavailable("x"))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.PUT_OFF
    assert [state.split(":")[0] for state in states(delivery)] == ["SENDING"] * BATCH + ["PENDING"] * 2
    assert delivery.mailer.sent == []
    to_the_end(delivery)
    assert states(delivery) == ["UNKNOWN:lease-over"] * BATCH + ["ACCEPTED"] * 2


def test_a_queue_that_takes_no_message_is_an_error() -> None:
    """The sent mails are recorded by then, and the error makes SQS deliver the present message again."""
    delivery, _ = wired(world())
    delivery.mailer.fail("send", Unavailable("x"), on=2)
    delivery.queues.fail("add_chunk", Unavailable("queue"))
    with pytest.raises(Unavailable, match="queue"):
        delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "RETRY:unavailable", "RETRY:given-back"]


def test_the_claims_of_an_unwritten_record_expire() -> None:
    """Their mails have left: the entries become UNKNOWN and nobody gets a second mail."""
    delivery, _ = wired(world())
    for n in range(4):
        delivery.ledger.fail("save", Unavailable("x"), on=n + 2)
    with pytest.raises(Unavailable):
        delivery.deliver(ID, REF)
    assert {state.split(":")[0] for state in states(delivery)} == {"SENDING"}
    delivery.clock.sleep(1800)
    to_the_end(delivery)
    assert states(delivery) == ["UNKNOWN:lease-over"] * 3
    assert len(delivery.mailer.sent) == 3


def test_a_slow_ledger_that_lets_every_slot_lapse_puts_the_chunk_off() -> None:
    """The chunk is queued again with a delay of a minute, which an alarm counts."""
    delivery = world(3)
    look = delivery.lookup.snapshot

    def slow(**asked: Any) -> Any:
        delivery.clock.sleep(3)
        return look(**asked)

    delivery.lookup.snapshot = slow
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.PUT_OFF
    assert delivery.queues.chunks == [(ID, REF, RETRY_DELAY_SECONDS)]
    assert set(states(delivery)) == {"RETRY:slot-lapsed"}
