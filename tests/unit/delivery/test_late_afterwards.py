"""What happens to a late addition after its message: in the sweep, in delivery, and at an operator's command."""

from __future__ import annotations

from datetime import timedelta

import pytest

from convener.campaigns import Stage
from convener.delivery.campaign_control import CampaignControl
from convener.delivery.chunks import Chunk, late_chunk
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.subscribers.models import SubscriberStatus
from local.virtual_clock import VirtualClock
from tests.support import delivering
from tests.support.people import OPENED, subscriber
from tests.support.sweeping import ID, LATER, SENT, World, claimed, world

SUBSCRIBER = subscriber(16, confirmed_at=OPENED + timedelta(hours=1))
TOTALS = {"audience": 1, "accepted": 1, "skipped": 0, "failed": 0, "unknown": 0, "unfinished": 0}


def done(entry: RecipientState) -> tuple[World, Chunk]:
    """Return a world with an invite that is done, and a late addition since."""
    ended = world([SENT], stage=Stage.DONE, totals=TOTALS)
    chunk = late_chunk(ID, SUBSCRIBER.id, entry)
    ended.ledger.add(chunk)
    # What fan-out counted: without it nobody could tell that the sums lack somebody.
    cursor = ended.ledger.cursor_items[ID, "0"]
    ended.ledger.cursor_items[ID, "0"] = type(cursor)(shard="0", count=1, chunks=1, finished=True)
    return ended, chunk


def test_an_expired_claim_becomes_unknown_and_the_campaign_stays_done() -> None:
    """The campaign's sums contain the addition from then on."""
    ended, chunk = done(claimed())
    report = ended.sweep(LATER)
    assert (report.expired, ended.queued, ended.campaign.stage) == (1, [], Stage.DONE)
    assert ended.entries(chunk.ref)[0].state is DeliveryState.UNKNOWN
    assert dict(ended.campaign.totals) == {**TOTALS, "audience": 2, "unknown": 1}


def test_a_sending_addition_is_summed_up_once_it_has_ended() -> None:
    """The sums never contain an unfinished entry."""
    ended, chunk = done(claimed(at=int((LATER - OPENED).total_seconds())))
    ended.sweep(LATER)
    assert (ended.entries(chunk.ref), dict(ended.campaign.totals)) == (chunk.entries, TOTALS)
    ended.ledger.save(chunk.with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 9000)}), messages={})
    ended.sweep(LATER)
    summed = {**TOTALS, "audience": 2, "accepted": 2}
    assert (dict(ended.campaign.totals), ended.campaign.stage) == (summed, Stage.DONE)
    version = ended.campaign.version
    ended.sweep(LATER)
    assert ended.campaign.version == version, "once is enough"


def test_an_addition_that_ses_did_not_take_is_delivered_in_a_done_campaign() -> None:
    """It is queued once its own message has had its time; the other entries stay as they are."""
    ended, chunk = done(RecipientState(DeliveryState.RETRY, 1, 60, "throttled"))
    ended.sweep(LATER)
    assert (ended.queued, ended.campaign.stage) == ([chunk.ref], Stage.DONE)


@pytest.mark.parametrize(
    ("stage", "status", "expected"),
    [
        (Stage.DONE, SubscriberStatus.CONFIRMED, "ACCEPTED"),
        (Stage.SENDING, SubscriberStatus.CONFIRMED, "ACCEPTED"),
        (Stage.SENDING, SubscriberStatus.LEFT, "SKIPPED:left"),
    ],
)
def test_delivery_sends_it_to_a_subscriber_who_joined_later(
    stage: Stage, status: SubscriberStatus, expected: str
) -> None:
    """No other entry would be sent to such a subscriber. A subscriber who has left gets none."""
    delivery = delivering.world(rows=[subscriber(16, confirmed_at=SUBSCRIBER.confirmed_at, status=status)], stage=stage)
    late = late_chunk(ID, SUBSCRIBER.id, RecipientState(DeliveryState.RETRY, 1, 60, "throttled"))
    delivery.ledger.add(late)
    delivery.deliver(ID, late.ref)
    assert delivering.states(delivery, late.ref) == [expected]
    if stage is Stage.SENDING and status is SubscriberStatus.CONFIRMED:
        delivery.deliver(ID, delivering.REF)
        assert delivering.states(delivery) == ["SKIPPED:joined-later"]


def test_an_operator_may_send_it_again() -> None:
    """It is marked like any UNKNOWN, and the campaign is reopened for it."""
    ended, chunk = done(RecipientState(DeliveryState.UNKNOWN, 1, 60, "answer-lost"))
    result = CampaignControl(ledger=ended.ledger, clock=VirtualClock(LATER)).resend_unknown(ID)
    assert result.asked == 1
    assert ended.entries(chunk.ref)[0].reason == RESEND
    ended.sweep(LATER)
    assert (ended.queued, ended.campaign.stage) == ([chunk.ref], Stage.SENDING)


def test_a_paused_subscriber_is_skipped_until_the_pause_is_over() -> None:
    """The moment of the claim decides."""
    for until, expected in ((LATER, ["SKIPPED:paused"]), (OPENED, ["ACCEPTED"])):
        delivery = delivering.world(rows=[subscriber(16, paused_until=until)])
        delivery.deliver(ID, delivering.REF)
        assert delivering.states(delivery) == expected
