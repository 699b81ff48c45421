"""Slots that an outage wastes do not count as mails: they never use up a day's quota."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.deliver import DeliveryOutcome
from convener.delivery.ports import SendingLimits
from convener.errors import LostAnswer, QuotaUsedUp, Unavailable
from tests.support.delivering import ID, REF, raising, world
from tests.support.fakes import FakeMailer
from tests.support.quota import HOUR, send, stack, waste


def test_slots_wasted_by_an_outage_use_up_no_quota() -> None:
    """SES counted no mail, so every mail leaves when the outage is over, whatever the stack's own count is."""
    process = stack(50_000, per_second=14)
    for _ in range(6 * 60):
        for _ in range(60):
            process.reserve(10, within=60)
        process.clock.sleep(60)
    assert sum(process.slots.hours["bulk"].values()) > 45_000
    send(process, 1000)


@pytest.mark.parametrize("error", [Unavailable("no"), LostAnswer("time-out")])
def test_slots_wasted_while_ses_does_not_answer_cost_an_hour_at_most(error: Exception) -> None:
    """The stack's own count may be nothing but wasted slots, so the quota is tried again after an hour, not a day."""
    process = stack(50_000, per_second=14)
    send(process, 1)
    process.account.error = error
    process.clock.sleep(61)
    with pytest.raises(QuotaUsedUp) as caught:
        waste(process, seconds=6 * 60 * 60)
    assert caught.value.until == process.clock.now() + HOUR
    process.account.error = None
    process.clock.move_to(caught.value.until)
    send(process, 1000)


def test_a_long_refusal_of_ses_is_not_taken_for_a_used_up_quota() -> None:
    """The chunk wastes more slots than the day has mails, and goes on within a minute once SES takes mails."""
    limits = SendingLimits(per_second=14, per_day=200, sent_in_24_hours=0)
    delivery = world(12, limits=limits, mailer=FakeMailer(raising(Unavailable("no connection"), on=1, times=20)))
    delivery.clock.time_left = lambda: 300.0
    for _ in range(20):
        assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.PUT_OFF
        delivery.clock.sleep(60)
    assert sum(delivery.pacing.slots.hours["bulk"].values()) > 180
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DONE
    assert len({mail.recipient for mail in delivery.mailer.sent}) == len(delivery.mailer.sent) == 12


def test_a_campaign_beyond_the_quota_ends_after_days_without_an_operator() -> None:
    """This holds even where a day's quota is used up within a second: each recipient gets one mail."""
    sandbox = SendingLimits(per_second=100, per_day=22, sent_in_24_hours=0)
    delivery = world(50, limits=sandbox)
    delivery.clock.time_left = lambda: 300.0
    waited = 0
    while delivery.deliver(ID, REF).outcome is not DeliveryOutcome.DONE:
        campaign = delivery.ledger.campaigns[ID]
        assert (campaign.why, delivery.queues.chunks) == (WaitReason.QUOTA, [])
        delivery.pacing.account.granted = replace(sandbox, sent_in_24_hours=0)
        delivery.clock.move_to(campaign.until)
        delivery.ledger.campaigns[ID] = campaign.turned(Stage.SENDING)
        waited += 1
    assert waited == 2
    assert len({mail.recipient for mail in delivery.mailer.sent}) == len(delivery.mailer.sent) == 50
