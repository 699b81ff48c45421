"""The sweep's stages: open campaigns are started, campaigns without work are closed, and no campaign harms another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.expiry import UNKNOWN_REPORTED_FOR
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.delivery.sweep import LATE_UNTIL
from convener.errors import BadInput, Conflict, ConvenerError, LostAnswer, Refused, Throttled, Unavailable
from convener.subscribers.models import SHARDS
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.people import OPENED, campaign
from tests.support.sweeping import ID, LOST, PENDING, SENT, SOON, TOO_LATE, World, add_chunks, claimed, world


def test_an_open_campaign_is_queued_and_then_sending() -> None:
    """Every shard is queued once."""
    opened = world(finished=False, stage=Stage.OPEN)
    assert opened.sweep(SOON).started == [ID]
    assert (opened.campaign.stage, opened.queued) == (Stage.SENDING, list(SHARDS))
    assert opened.sweep(SOON).idle


class NoTurn(FakeLedger):
    """A ledger in which another writer always changes the campaign first."""

    def turn(self, campaign: Campaign) -> None:
        raise Conflict(campaign.id)


def test_a_campaign_that_another_writer_changes_is_left_to_the_next_tick() -> None:
    """A shard that is queued twice does no harm, and the report has only changes that were made."""
    report = world(finished=False, stage=Stage.OPEN, world=World(ledger=NoTurn())).sweep(SOON)
    assert (report.started, report.blocked) == ([], {})


def test_a_campaign_is_done_once_no_work_is_left() -> None:
    """It has its sums. UNKNOWN is an end, and one of the sums."""
    done = world(
        [SENT, LOST],
        [RecipientState(DeliveryState.SKIPPED, 0, 9, "left"), RecipientState(DeliveryState.FAILED, 1, 9, "refused")],
    )
    assert done.sweep().done == [ID]
    sums = {"audience": 4, "accepted": 1, "skipped": 1, "failed": 1, "unknown": 1, "unfinished": 0}
    assert (done.campaign.stage, done.campaign.totals, done.campaign.version) == (Stage.DONE, sums, 1)
    assert done.sweep().idle


@pytest.mark.parametrize(
    "left", [PENDING, claimed(7000), RecipientState(DeliveryState.RETRY, 1, 60), LOST.with_reason(RESEND)]
)
@pytest.mark.parametrize("stage", [Stage.SENDING, Stage.WAITING, Stage.STOPPED])
def test_a_campaign_with_work_left_is_not_done(left: RecipientState, stage: Stage) -> None:
    """Work are mails to be sent, mails on their way, and mails to be sent again on an operator's request."""
    going = world([SENT, left], stage=stage, why=WaitReason.PAUSED if stage is Stage.WAITING else None)
    assert going.sweep().done == []
    assert (going.campaign.stage, going.campaign.ended) == (stage, False)


def test_a_campaign_with_an_unfinished_shard_is_not_done() -> None:
    """The shard's recipients would be missing from the sums."""
    assert world([SENT], finished=False).sweep(SOON).done == []


def test_a_waiting_campaign_without_work_is_done() -> None:
    """The reason for its wait does not matter any more."""
    paused = world([SENT, LOST], stage=Stage.WAITING, why=WaitReason.PAUSED)
    assert paused.sweep().done == [ID]
    assert (paused.campaign.stage, paused.campaign.why) == (Stage.DONE, None)


def test_a_stopped_campaign_stays_stopped_and_gets_its_sums() -> None:
    """Its work is queued so that delivery skips it; then it has ended, and the tick leaves it alone."""
    stopped = world([SENT, PENDING], stage=Stage.STOPPED, why=WaitReason.OPERATOR)
    assert stopped.sweep().done == []
    assert stopped.queued == ["0-00001"]
    assert not stopped.campaign.ended
    chunk = stopped.ledger.chunk_items[ID, "0-00001"]
    stopped.ledger.save(chunk.with_entries({1: RecipientState(DeliveryState.SKIPPED, 0, 80, "stopped")}), messages={})
    assert stopped.sweep().done == [ID]
    assert (stopped.campaign.stage, stopped.campaign.why) == (Stage.STOPPED, WaitReason.OPERATOR)
    assert (stopped.campaign.ended, stopped.campaign.totals["skipped"]) == (True, 1)
    assert stopped.sweep().idle


@pytest.mark.parametrize(
    ("bad", "why", "stage"),
    [
        (RecipientState(DeliveryState.COMPLAINED, 1, 90), WaitReason.COMPLAINTS, Stage.SENDING),
        (RecipientState(DeliveryState.BOUNCED, 1, 90), WaitReason.BOUNCES, Stage.WAITING),
        (RecipientState(DeliveryState.BOUNCED, 1, 90), WaitReason.BOUNCES, Stage.OPEN),
    ],
)
def test_a_campaign_with_high_rates_is_stopped(bad: RecipientState, why: WaitReason, stage: Stage) -> None:
    """A waiting campaign is stopped as well, instead of going on, and the report has the numbers."""
    waits = WaitReason.RESUMED if stage is Stage.WAITING else None
    going = world([bad] * 5 + [SENT] * 45, [PENDING], stage=stage, why=waits)
    report = going.sweep(SOON)
    assert (going.campaign.stage, going.campaign.why) == (Stage.STOPPED, why)
    assert list(report.stopped) == [ID]
    assert report.stopped[ID].endswith("of mails that SES took: 50")
    assert report.brought_back == report.started == []


class Failing(FakeLedger):
    """A ledger in which one campaign can't be tallied."""

    error: ConvenerError = Unavailable("down")

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        if campaign == ID:
            raise self.error
        return super().tally(campaign)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unavailable("down"), "down; the next tick tries again"),
        (Throttled("slow"), "slow; the next tick tries again"),
        (LostAnswer("dropped"), "dropped; the next tick tries again"),
        (BadInput("can't be read"), "can't be read"),
        (Refused("never"), "never"),
    ],
)
def test_a_failing_campaign_never_holds_up_another(error: ConvenerError, words: str) -> None:
    """It is reported with its reason, and the others are swept."""
    both = world([PENDING], world=World(ledger=Failing()))
    both.ledger.error = error
    both.ledger.campaigns["2024-05/invite"] = campaign(id="2024-05/invite", stage=Stage.OPEN)
    report = both.sweep()
    assert (report.blocked, report.started) == ({ID: words}, ["2024-05/invite"])


class FullQueues(FakeQueues):
    """Queues that take no message."""

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        raise Unavailable(f"{campaign} {len(refs)}")


def test_a_queue_that_takes_nothing_is_reported() -> None:
    """The work stays in the ledger, for the next tick."""
    assert world([PENDING], world=World(queues=FullQueues())).sweep().blocked


def test_a_tick_without_time_leaves_the_rest_to_the_next() -> None:
    """Nothing is begun that might not be completed, and the report has the campaigns that were left."""
    busy = world([PENDING])
    report = busy.sweep(left=59)
    assert (report.postponed, busy.queued) == ([ID], [])


def test_every_quarter_of_an_hour_begins_with_another_campaign() -> None:
    """A long campaign does not take the time of all others again and again."""
    begun = set()
    for quarter in range(3):
        several = World()
        for name in ("2024-03/recap", ID, "2024-05/invite"):
            several.ledger.campaigns[name] = campaign(id=name, stage=Stage.OPEN)
        begun.add(several.sweep(SOON + quarter * timedelta(minutes=15)).started[0])
    assert len(begun) == 3


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.SENDING, Stage.WAITING])
def test_unknown_mails_are_reported_after_half_an_hour(stage: Stage) -> None:
    """This holds whether the campaign goes on or not. Mails that an operator sends again are not reported."""
    why = WaitReason.PAUSED if stage is Stage.WAITING else None
    more = [LOST, LOST.with_reason(RESEND), PENDING] if stage is not Stage.DONE else [LOST]
    lost = world([LOST, LOST, SENT], [LOST], more, stage=stage, why=why)
    assert lost.sweep(OPENED + timedelta(minutes=30)).unknown == {}
    assert lost.sweep(OPENED + timedelta(minutes=31)).unknown == {ID: 4}
    assert lost.sweep(TOO_LATE + UNKNOWN_REPORTED_FOR).unknown == {}


def test_an_answer_lost_in_the_last_minute_is_reported() -> None:
    """The worker died. It takes a lease, the time of the events and the ticks between, until the mail is reported."""
    last = int((TOO_LATE - OPENED).total_seconds()) - 1
    lost = world([claimed(at=last), SENT])
    ticks = [lost.sweep(TOO_LATE + number * timedelta(minutes=15)) for number in range(9)]
    assert [report.expired for report in ticks[:2]] == [0, 1]
    assert [bool(report.unknown) for report in ticks] == [False] * 3 + [True] * 5 + [False]


def test_old_ended_campaigns_are_not_swept() -> None:
    """A tick costs the same after years of campaigns."""
    old = world([LOST], stage=Stage.DONE, world=World(ledger=Failing()))
    add_chunks(old.ledger, ID, [[LOST]])
    assert old.sweep(TOO_LATE + LATE_UNTIL, left=0).postponed == []


@pytest.mark.parametrize(("stage", "becomes"), [(Stage.DONE, Stage.SENDING), (Stage.STOPPED, Stage.STOPPED)])
def test_marked_mails_of_an_ended_campaign_are_sent(stage: Stage, becomes: Stage) -> None:
    """An operator may be interrupted between marking the mails and reopening the campaign.

    A stopped one only closes them.
    """
    ended = world([SENT, LOST.with_reason(RESEND)], stage=stage, totals={"audience": 2})
    report = ended.sweep()
    assert ended.queued == ["0-00001"]
    assert (ended.campaign.stage, dict(ended.campaign.totals), report.done) == (becomes, {}, [])
