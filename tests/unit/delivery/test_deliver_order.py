"""The order of a batch: slots, second read, claim, send, record. Each step protects the next one."""

from __future__ import annotations

from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.deliver import MAX_WAIT_SECONDS, DeliveryOutcome
from convener.delivery.pacing import CAMPAIGNS
from convener.delivery.ports import SendingLimits
from convener.delivery.states import DeliveryState
from convener.subscribers.models import SubscriberStatus
from tests.support.delivering import BATCH, BEGINS, ID, REF, Shift, states, wired, world
from tests.support.fakes import FakeMailer
from tests.support.people import OPENED, campaign, subscriber


def test_each_batch_takes_slots_reads_claims_sends_and_records() -> None:
    """Nothing else is requested, and SES's limits only once."""
    delivery, journal = wired(world(BATCH + 2))
    delivery.deliver(ID, REF)
    assert journal == [
        *("work", "limits"),
        *("take", "snapshot", "save", *["send"] * BATCH, "save"),
        *("take", "snapshot", "save", *["send"] * 2, "save"),
    ]


def test_only_the_mails_of_this_batch_are_claimed() -> None:
    """While a mail leaves, the entries of its batch are SENDING in the ledger, and no others."""
    seen: list[list[DeliveryState]] = []
    delivery = world(BATCH + 2)
    delivery.mailer.fails = lambda _mail: seen.append(
        [entry.state for entry in delivery.ledger.chunk_items[ID, REF].entries]
    )
    delivery.deliver(ID, REF)
    assert seen[0] == [DeliveryState.SENDING] * BATCH + [DeliveryState.PENDING] * 2
    assert seen[-1] == [DeliveryState.ACCEPTED] * BATCH + [DeliveryState.SENDING] * 2


def test_recipients_are_read_and_claimed_after_the_wait_for_a_slot() -> None:
    """A subscriber who leaves during the wait gets no mail, and no claim ages during the wait."""
    delivery = world(2)
    rows = delivery.lookup.subscribers.rows
    delivery.pacing.slots.take(CAMPAIGNS.name, mails=1, step=40, now=BEGINS, within=0)
    sleep = delivery.clock.sleep

    def leaves(seconds: float) -> None:
        assert states(delivery)[0] == "PENDING"
        rows[subscriber(16).id] = subscriber(16, status=SubscriberStatus.LEFT)
        delivery.clock.sleep = sleep
        sleep(seconds)

    delivery.clock.sleep = leaves
    delivery.deliver(ID, REF)
    assert states(delivery) == ["SKIPPED:left", "ACCEPTED"]
    assert (delivery.clock.now() - BEGINS).total_seconds() >= 40


@pytest.mark.parametrize(
    ("stage", "why", "how", "expected"),
    [
        (Stage.WAITING, WaitReason.PAUSED, DeliveryOutcome.DROPPED, "PENDING"),
        (Stage.WAITING, WaitReason.QUOTA, DeliveryOutcome.DROPPED, "PENDING"),
        (Stage.STOPPED, WaitReason.OPERATOR, DeliveryOutcome.DONE, "SKIPPED:stopped-operator"),
        (Stage.DONE, None, DeliveryOutcome.DROPPED, "PENDING"),
    ],
)
def test_an_operators_command_takes_effect_with_the_next_batch(
    stage: Stage, why: WaitReason, how: DeliveryOutcome, expected: str
) -> None:
    """The present batch is completed; the next one reads the campaign's new stage and sends nothing."""
    delivery = world(BATCH + 2)

    def command(_mail: Any) -> None:
        delivery.ledger.campaigns[ID] = campaign(
            edition=delivery.ledger.campaigns[ID].edition, stage=stage, why=why, version=1
        )

    delivery.mailer.fails = command
    assert delivery.deliver(ID, REF).outcome is how
    assert states(delivery) == ["ACCEPTED"] * BATCH + [expected] * 2
    assert len(delivery.mailer.sent) == BATCH
    assert delivery.queues.chunks == []


def test_a_series_paused_while_a_chunk_is_sent_makes_its_campaign_wait() -> None:
    """No further batch begins, and the campaign has the reason."""
    delivery = world(BATCH + 2)
    delivery.mailer.fails = lambda _mail: delivery.ledger.pause(OPENED)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DROPPED
    assert len(delivery.mailer.sent) == BATCH
    assert (delivery.ledger.campaigns[ID].stage, delivery.ledger.campaigns[ID].why) == (
        Stage.WAITING,
        WaitReason.SERIES,
    )


def test_a_campaign_may_become_too_late_while_a_chunk_is_sent() -> None:
    """The second read uses the present time, not the time at which the message came."""
    delivery = world(BATCH + 2, too_late_at=Shift().now().replace(microsecond=1))
    delivery.deliver(ID, REF)
    assert states(delivery)[BATCH:] == ["SKIPPED:too-late"] * 2


def test_a_wait_of_a_minute_is_slept_and_a_longer_one_is_queued() -> None:
    """The chunk is visible again half a minute before its slot, and no slot was taken for it."""
    for wait, how in ((MAX_WAIT_SECONDS, DeliveryOutcome.DONE), (MAX_WAIT_SECONDS + 20, DeliveryOutcome.HANDED_ON)):
        delivery = world(1)
        delivery.pacing.slots.take(CAMPAIGNS.name, mails=1, step=wait, now=BEGINS, within=0)
        assert delivery.deliver(ID, REF).outcome is how
        if how is DeliveryOutcome.HANDED_ON:
            assert delivery.queues.chunks == [(ID, REF, 50)]
            assert states(delivery) == ["PENDING"]
            assert sum(delivery.pacing.slots.hours[CAMPAIGNS.name].values()) == 1


@pytest.mark.parametrize("wait", [61, 1000, 10**6])
def test_a_message_is_never_delayed_for_longer_than_sqs_allows(wait: int) -> None:
    """SQS allows 15 minutes. A slot further off means that a clock was wrong, and an alarm counts it."""
    delivery = world(1)
    delivery.pacing.slots.take(CAMPAIGNS.name, mails=1, step=wait, now=BEGINS, within=0)
    assert delivery.deliver(ID, REF).outcome is (DeliveryOutcome.HANDED_ON if wait == 61 else DeliveryOutcome.PUT_OFF)
    ((_, _, delay),) = delivery.queues.chunks
    assert 1 <= delay <= 900


def test_no_wait_for_a_slot_is_longer_than_the_invocation() -> None:
    """With 40 seconds left and a wait of 20, the chunk goes to the next invocation."""
    delivery = world(1, clock=Shift(left=40))
    delivery.pacing.slots.take(CAMPAIGNS.name, mails=1, step=20, now=BEGINS, within=0)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.HANDED_ON
    assert delivery.clock.now() == BEGINS


def test_skipped_entries_leave_the_last_slots_unused() -> None:
    """The mails of a batch take its first slots, one step apart."""
    rows = [subscriber(16, status=SubscriberStatus.LEFT), *(subscriber(16 * n) for n in range(2, 5))]
    clock, moments = Shift(), list[float]()
    mailer = FakeMailer(lambda _mail: moments.append((clock.now() - BEGINS).total_seconds()))
    limits = SendingLimits(per_second=10, per_day=None, sent_in_24_hours=0)
    delivery = world(rows=rows, limits=limits, clock=clock, mailer=mailer)
    delivery.deliver(ID, REF)
    assert moments == pytest.approx([0, 1 / 9, 2 / 9], abs=1e-5)
