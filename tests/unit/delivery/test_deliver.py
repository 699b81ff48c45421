"""Delivery: which recipients get the mail, why the others do not, and how an invocation leaves a chunk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.deliver import BATCH_SECONDS, RETRY_DELAY_SECONDS, THROTTLED_DELAY_SECONDS, DeliveryOutcome
from convener.delivery.states import DeliveryState
from convener.errors import BadInput, LostAnswer, Refused, Throttled, Unavailable
from convener.subscribers.models import SubscriberStatus
from tests.support.delivering import BATCH, ID, REF, Shift, raising, states, wired, world
from tests.support.fakes import FakeMailer
from tests.support.people import OPENED, subscriber


def test_each_recipient_gets_one_mail_and_it_is_recorded() -> None:
    """With more recipients than a batch takes, each is accepted on the first attempt, with its message id."""
    delivery = world(2 * BATCH + 3)
    done = delivery.deliver(ID, REF)
    assert done.outcome is DeliveryOutcome.DONE
    assert [mail.recipient for mail in delivery.mailer.sent] == [
        subscriber(16 * n).address for n in range(1, 2 * BATCH + 4)
    ]
    assert {(entry.state, entry.attempt) for entry in done.chunk.entries} == {(DeliveryState.ACCEPTED, 1)}
    assert delivery.ledger.chunk_items[ID, REF].messages == {n: f"message-{n + 1}" for n in range(2 * BATCH + 3)}
    assert delivery.queues.chunks == []


def test_a_second_copy_of_the_message_sends_nothing() -> None:
    """The chunk is done, so it is read and nothing else is requested or written."""
    delivery, journal = wired(world())
    delivery.deliver(ID, REF)
    before = delivery.ledger.chunk_items[ID, REF]
    journal.clear()
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DONE
    assert journal == ["work"]
    assert delivery.ledger.chunk_items[ID, REF] == before


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"status": SubscriberStatus.LEFT}, "left"),
        ({"status": SubscriberStatus.BOUNCED}, "bounced"),
        ({"status": SubscriberStatus.COMPLAINED}, "complained"),
        ({"status": SubscriberStatus.MOVED, "address": ""}, "moved"),
        ({"status": SubscriberStatus.ERASED, "address": ""}, "erased"),
        ({"kinds": frozenset({"recap"})}, "not-wanted"),
    ],
)
def test_a_subscriber_who_has_left_gets_no_mail(change: dict[str, Any], note: str) -> None:
    """The row is read just before the claim, and the entry is skipped with the reason."""
    delivery = world(rows=[subscriber(16), subscriber(32, **change), subscriber(48)])
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", f"SKIPPED:{note}", "ACCEPTED"]
    assert len(delivery.mailer.sent) == 2


def test_a_recipient_without_a_row_is_skipped() -> None:
    """The other recipients get their mails."""
    delivery = world()
    del delivery.lookup.subscribers.rows[subscriber(32).id]
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "SKIPPED:gone", "ACCEPTED"]


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"too_late_at": OPENED + timedelta(minutes=1)}, "too-late"),
        ({"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}, "stopped-operator"),
        ({"stage": Stage.STOPPED, "why": WaitReason.COMPLAINTS}, "stopped-complaints"),
        ({"stage": Stage.STOPPED, "why": WaitReason.BOUNCES}, "stopped-bounces"),
        ({"stage": Stage.STOPPED}, "stopped"),
    ],
)
def test_a_chunk_that_may_not_leave_any_more_is_skipped_without_slots(changes: dict[str, Any], note: str) -> None:
    """The chunk is written once; no slots are taken, no recipients are read and SES is not called."""
    delivery, journal = wired(world(60, **changes))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DONE
    assert states(delivery) == [f"SKIPPED:{note}"] * 60
    assert journal == ["work", "save"]


def test_a_stopped_campaign_is_skipped_while_the_series_is_paused() -> None:
    """Skipping need not wait for the end of the pause."""
    delivery = world(stage=Stage.STOPPED, why=WaitReason.OPERATOR)
    delivery.ledger.pause(OPENED)
    delivery.deliver(ID, REF)
    assert states(delivery) == ["SKIPPED:stopped-operator"] * 3


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (LostAnswer("time-out"), "UNKNOWN:answer-lost"),
        (Refused("MessageRejected"), "FAILED:refused"),
    ],
)
def test_one_failed_mail_does_not_stop_the_others(error: Exception, state: str) -> None:
    """A lost answer becomes UNKNOWN and is never repeated, and a refusal becomes FAILED."""
    delivery = world(mailer=FakeMailer(raising(error, on=2)))
    delivery.deliver(ID, REF)
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", state, "ACCEPTED"]
    assert len(delivery.mailer.sent) == 2


@pytest.mark.parametrize(
    ("error", "delay"),
    [(Throttled("rate"), THROTTLED_DELAY_SECONDS), (Unavailable("no connection"), RETRY_DELAY_SECONDS)],
)
def test_mails_that_certainly_did_not_leave_are_sent_later(error: Exception, delay: int) -> None:
    """The batch ends, the rest of it is given back and the chunk is queued; then every recipient gets one mail."""
    delivery = world(mailer=FakeMailer(raising(error, on=2)))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.PUT_OFF
    assert states(delivery) == ["ACCEPTED", f"RETRY:{type(error).__name__.lower()}", "RETRY:given-back"]
    assert delivery.queues.chunks == [(ID, REF, delay)]
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"] * 3
    assert [entry.attempt for entry in delivery.ledger.chunk_items[ID, REF].entries] == [1, 2, 2]
    assert len({mail.recipient for mail in delivery.mailer.sent}) == len(delivery.mailer.sent) == 3


def test_an_open_campaign_is_delivered() -> None:
    """Fan-out may be faster than the tick, which writes the stage after it has queued the shards."""
    delivery = world(stage=Stage.OPEN)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DONE
    assert len(delivery.mailer.sent) == 3


@pytest.mark.parametrize("changes", [{"stage": Stage.DONE}, {"stage": Stage.WAITING, "why": WaitReason.PAUSED}])
def test_messages_of_a_waiting_or_done_campaign_are_dropped(changes: dict[str, Any]) -> None:
    """Nothing is written or queued. The tick goes on with the campaign."""
    delivery, journal = wired(world(**changes))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DROPPED
    assert journal == ["work"]


@pytest.mark.parametrize("left", [0.0, 29.0, 30.0 + BATCH_SECONDS - 0.1])
def test_nothing_is_claimed_near_the_end_of_the_invocation(left: float) -> None:
    """The chunk is queued again at once, unchanged, and no slot is taken."""
    delivery, journal = wired(world(clock=Shift(left=left)))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.HANDED_ON
    assert journal == ["work", "add_chunk"]
    assert delivery.queues.chunks == [(ID, REF, 0)]


def test_a_chunk_that_takes_longer_than_an_invocation_is_handed_on() -> None:
    """At 18 mails a minute, fifty mails take three minutes: each is sent once, in two invocations."""
    slow = world(
        50, limits=world().pacing.account.granted.__class__(per_second=1 / 3, per_day=None, sent_in_24_hours=0)
    )
    slow.clock.ends = slow.clock.now() + timedelta(seconds=120)
    assert slow.deliver(ID, REF).outcome is DeliveryOutcome.HANDED_ON
    ((_, _, delay),) = slow.queues.chunks
    assert 0 < len(slow.mailer.sent) < 50
    assert slow.clock.time_left() > 30
    slow.clock.sleep(delay)
    slow.clock.ends = slow.clock.now() + timedelta(seconds=300)
    assert slow.deliver(ID, REF).outcome is DeliveryOutcome.DONE
    assert len({mail.recipient for mail in slow.mailer.sent}) == len(slow.mailer.sent) == 50


@pytest.mark.parametrize(("campaign_id", "ref"), [("2030-01/invite", REF), (ID, "0-00009")])
def test_a_message_for_a_missing_campaign_or_chunk_is_bad_input(campaign_id: str, ref: str) -> None:
    """The error names the chunk and the campaign."""
    with pytest.raises(BadInput, match=f"{ref} of {campaign_id}"):
        world().deliver(campaign_id, ref)


def test_a_campaign_that_is_gone_at_the_second_read_is_bad_input() -> None:
    """No recipient has been claimed by then."""
    delivery = world()
    take = delivery.pacing.slots.take

    def taken(*args: Any, **kwargs: Any) -> Any:
        delivery.ledger.campaigns.clear()
        return take(*args, **kwargs)

    delivery.pacing.slots.take = taken
    with pytest.raises(BadInput, match=f"campaign {ID} is gone"):
        delivery.deliver(ID, REF)
    assert states(delivery) == ["PENDING"] * 3
