"""What becomes of a late addition after its message: the sweep, delivery and an operator know it."""

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

HER = subscriber(16, confirmed_at=OPENED + timedelta(hours=1))
TOTALS = {"audience": 1, "accepted": 1, "skipped": 0, "failed": 0, "unknown": 0, "unfinished": 0}


def done(entry: RecipientState) -> tuple[World, Chunk]:
    """An invite that is done, and one who was added since."""
    ended = world([SENT], stage=Stage.DONE, totals=TOTALS)
    chunk = late_chunk(ID, HER.id, entry)
    ended.ledger.add(chunk)
    # What fan-out counted: without it nobody could tell that the sums lack somebody.
    cursor = ended.ledger.cursor_items[ID, "0"]
    ended.ledger.cursor_items[ID, "0"] = type(cursor)(shard="0", count=1, chunks=1, finished=True)
    return ended, chunk


def test_a_dead_workers_claim_becomes_unknown_without_waking_the_campaign() -> None:
    """And the sums hold her from then on."""
    ended, chunk = done(claimed())
    report = ended.sweep(LATER)
    assert (report.expired, ended.queued, ended.campaign.stage) == (1, [], Stage.DONE)
    assert ended.entries(chunk.ref)[0].state is DeliveryState.UNKNOWN
    assert dict(ended.campaign.totals) == {**TOTALS, "audience": 2, "unknown": 1}


def test_one_on_its_way_is_left_alone_and_summed_up_afterwards() -> None:
    """No sums hold what is unfinished."""
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


def test_one_that_ses_would_not_take_is_delivered_although_the_campaign_is_done() -> None:
    """Once its own message has had its time; the others stay at rest."""
    ended, chunk = done(RecipientState(DeliveryState.RETRY, 1, 60, "throttled"))
    ended.sweep(LATER)
    assert (ended.queued, ended.campaign.stage) == ([chunk.ref], Stage.DONE)


@pytest.mark.parametrize(
    ("stage", "standing", "told"),
    [
        (Stage.DONE, SubscriberStatus.CONFIRMED, "ACCEPTED"),
        (Stage.SENDING, SubscriberStatus.CONFIRMED, "ACCEPTED"),
        (Stage.SENDING, SubscriberStatus.LEFT, "SKIPPED:left"),
    ],
)
def test_delivery_sends_it_to_who_joined_later(stage: Stage, standing: SubscriberStatus, told: str) -> None:
    """For it is hers, as no other entry would be; not once she left."""
    delivery = delivering.world(rows=[subscriber(16, confirmed_at=HER.confirmed_at, status=standing)], stage=stage)
    late = late_chunk(ID, HER.id, RecipientState(DeliveryState.RETRY, 1, 60, "throttled"))
    delivery.ledger.add(late)
    delivery.deliver(ID, late.ref)
    assert delivering.states(delivery, late.ref) == [told]
    if stage is Stage.SENDING and standing is SubscriberStatus.CONFIRMED:
        delivery.deliver(ID, delivering.REF)
        assert delivering.states(delivery) == ["SKIPPED:joined-later"]


def test_an_operator_may_have_it_sent_again() -> None:
    """Marked like any UNKNOWN: the campaign is brought back for it."""
    ended, chunk = done(RecipientState(DeliveryState.UNKNOWN, 1, 60, "answer-lost"))
    told = CampaignControl(ledger=ended.ledger, clock=VirtualClock(LATER)).resend_unknown(ID)
    assert told.asked == 1
    assert ended.entries(chunk.ref)[0].reason == RESEND
    ended.sweep(LATER)
    assert (ended.queued, ended.campaign.stage) == ([chunk.ref], Stage.SENDING)


def test_who_paused_is_skipped_until_her_pause_is_over() -> None:
    """At the moment of the claim."""
    for until, told in ((LATER, ["SKIPPED:paused"]), (OPENED, ["ACCEPTED"])):
        delivery = delivering.world(rows=[subscriber(16, paused_until=until)])
        delivery.deliver(ID, delivering.REF)
        assert delivering.states(delivery) == told
