"""What makes a campaign wait while it is delivered. A wait or an end that others wrote stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import MAX_LOST_IN_A_ROW, QUOTA_WAIT, SES_PAUSED_WAIT, CampaignWaits
from convener.delivery.deliver import DeliveryOutcome
from convener.delivery.ports import SendingLimits
from convener.errors import LostAnswer, QuotaUsedUp, SendingPaused, Throttled, Unavailable
from tests.support.delivering import BEGINS, ID, REF, raising, states, world
from tests.support.fakes import FakeMailer
from tests.support.people import OPENED

LOST = LostAnswer("time-out")
UNTIL = BEGINS + timedelta(hours=7)


def stored(delivery: Any) -> Campaign:
    """Return the campaign in the ledger."""
    found = delivery.ledger.campaigns[ID]
    assert isinstance(found, Campaign)
    return found


def turned(delivery: Any, stage: Stage, why: WaitReason | None = None, **changes: Any) -> None:
    """Write the campaign in that stage as another writer."""
    delivery.ledger.campaigns[ID] = replace(stored(delivery).turned(stage, why=why), **changes)


@pytest.mark.parametrize(
    ("error", "why", "until"),
    [
        (QuotaUsedUp("day", until=UNTIL), WaitReason.QUOTA, UNTIL),
        (QuotaUsedUp("day"), WaitReason.QUOTA, BEGINS + QUOTA_WAIT),
        (SendingPaused("account"), WaitReason.SES_PAUSED, BEGINS + SES_PAUSED_WAIT),
    ],
)
def test_a_long_refusal_of_ses_makes_the_campaign_wait(error: Exception, why: WaitReason, until: datetime) -> None:
    """It has the reason and the time; the rest of the batch is given back, and no message is queued."""
    delivery = world(mailer=FakeMailer(raising(error, on=1)))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.WAITS
    assert (stored(delivery).stage, stored(delivery).why, stored(delivery).until) == (Stage.WAITING, why, until)
    assert [state.split(":")[0] for state in states(delivery)] == ["RETRY"] * 3
    assert delivery.queues.chunks == []
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DROPPED


def test_an_account_that_may_not_send_makes_the_campaign_wait_before_any_claim() -> None:
    """GetAccount says so, and no mail is handed over."""
    delivery = world(limits=SendingLimits(per_second=14, per_day=None, sent_in_24_hours=0, sending=False))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.WAITS
    assert (stored(delivery).why, states(delivery)) == (WaitReason.SES_PAUSED, ["PENDING"] * 3)


def test_an_open_campaign_waits_like_a_sending_one() -> None:
    """Fan-out may be faster than the tick."""
    delivery = world(stage=Stage.OPEN, mailer=FakeMailer(raising(QuotaUsedUp("day"), on=1)))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.WAITS
    assert (stored(delivery).stage, stored(delivery).why) == (Stage.WAITING, WaitReason.QUOTA)


def test_a_paused_series_makes_its_campaigns_wait_for_an_operator() -> None:
    """The message is dropped, no recipient is claimed, and the campaign has the reason."""
    delivery = world()
    delivery.ledger.pause(OPENED)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DROPPED
    assert (stored(delivery).stage, stored(delivery).why, stored(delivery).until) == (
        Stage.WAITING,
        WaitReason.SERIES,
        None,
    )
    assert states(delivery) == ["PENDING"] * 3


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.WAITING, WaitReason.PAUSED),
        (Stage.WAITING, WaitReason.RESUMED),
        (Stage.STOPPED, WaitReason.OPERATOR),
        (Stage.DONE, None),
    ],
)
def test_a_stage_that_others_wrote_is_never_overwritten(stage: Stage, why: WaitReason | None) -> None:
    """A late refusal, lost answer or pause changes neither stage nor reason."""
    delivery = world()
    before = stored(delivery)
    turned(delivery, stage, why)
    before_it = stored(delivery)
    waiting = CampaignWaits(ledger=delivery.ledger, clock=delivery.clock)
    assert waiting.for_ses(ID, QuotaUsedUp("day"))
    assert waiting.for_ses(ID, SendingPaused("account"))
    waiting.for_series(ID)
    waiting.end_probe(ID)
    delivery.mailer.fails = raising(LOST, on=1, times=9)
    assert waiting.count_lost(before, lost=MAX_LOST_IN_A_ROW, answered=False) is (stage is Stage.WAITING)
    assert stored(delivery) == before_it


@pytest.mark.parametrize("error", [Throttled("rate"), Unavailable("no connection"), LOST])
def test_a_short_trouble_makes_no_campaign_wait(error: Any) -> None:
    """The chunk is queued again, and the campaign goes on."""
    delivery = world()
    assert not CampaignWaits(ledger=delivery.ledger, clock=delivery.clock).for_ses(ID, error)
    assert stored(delivery).stage is Stage.SENDING
