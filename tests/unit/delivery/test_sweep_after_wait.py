"""Campaigns that wait: what makes each go on, when, and what does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import BadInput, Unavailable
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.people import OPENED
from tests.support.sweeping import ID, LATER, LOST, MORNING, NIGHT, PENDING, SENT, SOON, TOO_LATE, World, claimed, world

WAITING = Stage.WAITING
COMING = (WaitReason.QUOTA, WaitReason.SES_PAUSED, WaitReason.NIGHT, WaitReason.RESUMED)


@pytest.mark.parametrize("why", COMING)
def test_a_campaign_that_waits_for_a_time_goes_on_then(why: WaitReason) -> None:
    """It does not go on before; then its work is queued."""
    waiting = world([PENDING], stage=WAITING, why=why, until=LATER, lost=3)
    assert waiting.sweep(LATER - timedelta(seconds=1)).idle
    report = waiting.sweep(LATER)
    assert (report.brought_back, waiting.queued) == ([ID], ["0-00001"])
    now = waiting.campaign
    assert (now.stage, now.why, now.until, now.lost) == (Stage.SENDING, None, None, 0)


@pytest.mark.parametrize("why", COMING)
def test_at_night_a_campaign_waits_for_the_morning(why: WaitReason) -> None:
    """The stored time is the hour at which it really goes on."""
    waiting = world([PENDING], stage=WAITING, why=why, until=LATER)
    assert waiting.sweep(NIGHT).idle
    assert (waiting.campaign.why, waiting.campaign.until) == (why, MORNING)
    version = waiting.campaign.version
    assert waiting.sweep(NIGHT + timedelta(minutes=15)).idle
    assert waiting.campaign.version == version
    assert waiting.sweep(MORNING).brought_back == [ID]


def test_no_wait_for_the_morning_is_longer_than_the_campaign() -> None:
    """The rest is skipped as soon as it is too late, also at night, because no mail leaves for that."""
    early = MORNING - timedelta(hours=3)
    waiting = world([PENDING], stage=WAITING, why=WaitReason.QUOTA, until=LATER, too_late_at=early)
    waiting.sweep(NIGHT)
    assert waiting.campaign.until == early
    assert waiting.sweep(early).brought_back == [ID]


@pytest.mark.parametrize(
    "why", [WaitReason.PAUSED, WaitReason.SERIES, WaitReason.QUOTA, WaitReason.SES_PAUSED, WaitReason.LOST_ANSWERS]
)
def test_a_campaign_that_waits_until_it_is_too_late_is_skipped(why: WaitReason) -> None:
    """No campaign waits for ever: delivery skips the rest, and the sums are complete."""
    waiting = world([PENDING], stage=WAITING, why=why, until=TOO_LATE + timedelta(days=1))
    report = waiting.sweep(TOO_LATE)
    assert (report.brought_back, report.probes, waiting.queued) == ([ID], 0, ["0-00001"])


def test_a_paused_campaign_waits_for_the_operator() -> None:
    """No tick makes it go on before it is too late."""
    paused = world([PENDING], stage=WAITING, why=WaitReason.PAUSED)
    assert paused.sweep(LATER).idle
    assert paused.sweep(TOO_LATE - timedelta(seconds=1)).idle


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.SENDING])
def test_a_paused_series_makes_campaigns_wait_until_it_is_resumed(stage: Stage) -> None:
    """The report says that the series is paused. After the resume all work is queued, shards as well."""
    going = world([PENDING], stage=stage, finished=False)
    going.ledger.pause(OPENED)
    report = going.sweep(SOON)
    assert (report.paused, report.started, going.queued) == (True, [], [])
    assert (going.campaign.stage, going.campaign.why) == (WAITING, WaitReason.SERIES)
    assert going.sweep(LATER).brought_back == []
    going.ledger.resume()
    assert going.sweep(LATER).brought_back == [ID]
    assert len(going.queued) == 17


def test_a_series_resumed_at_night_goes_on_in_the_morning() -> None:
    """The campaign no longer waits for the series, but for the hour."""
    waiting = world([PENDING], stage=WAITING, why=WaitReason.SERIES)
    waiting.sweep(NIGHT)
    assert (waiting.campaign.why, waiting.campaign.until) == (WaitReason.RESUMED, MORNING)


@pytest.mark.parametrize("why", COMING)
def test_while_the_series_is_paused_no_campaign_goes_on(why: WaitReason) -> None:
    """It does not even when it is too late; its reason becomes the series' pause."""
    waiting = world([PENDING], stage=WAITING, why=why, until=LATER)
    waiting.ledger.pause(OPENED)
    assert waiting.sweep(SOON).idle
    assert waiting.campaign.why == why
    assert waiting.sweep(LATER).idle
    assert (waiting.campaign.stage, waiting.campaign.why, waiting.campaign.until) == (WAITING, WaitReason.SERIES, None)
    assert waiting.sweep(TOO_LATE).idle


@pytest.mark.parametrize("why", [WaitReason.PAUSED, WaitReason.LOST_ANSWERS])
def test_a_paused_series_keeps_lasting_reasons(why: WaitReason) -> None:
    """After it, an operator's pause and lost answers of SES still hold."""
    waiting = world([PENDING], stage=WAITING, why=why, until=OPENED)
    waiting.ledger.pause(OPENED)
    assert waiting.sweep(LATER).idle
    assert waiting.campaign.why == why


def test_a_stopped_campaign_is_swept_while_the_series_is_paused() -> None:
    """Skipping sends nothing."""
    stopped = world([PENDING], stage=Stage.STOPPED, why=WaitReason.OPERATOR)
    stopped.ledger.pause(OPENED)
    stopped.sweep(LATER)
    assert (stopped.campaign.stage, stopped.queued) == (Stage.STOPPED, ["0-00001"])


def test_lost_answers_are_probed_with_one_mail_a_quarter_of_an_hour() -> None:
    """The probe is from the first chunk with a mail to send, and the campaign goes on waiting."""
    waiting = world(
        [LOST], [claimed(7000), PENDING], [PENDING], stage=WAITING, why=WaitReason.LOST_ANSWERS, until=LATER
    )
    assert waiting.sweep(LATER - timedelta(seconds=1)).probes == 0
    report = waiting.sweep(LATER)
    assert (report.probes, report.brought_back, waiting.queued) == (1, [], [])
    assert waiting.queues.probes == [(ID, "0-00002")]
    assert LATER < (waiting.campaign.until or OPENED) < LATER + timedelta(minutes=15)
    assert waiting.sweep(LATER + timedelta(seconds=5)).probes == 0
    assert waiting.sweep(LATER + timedelta(minutes=14, seconds=55)).probes == 1


def test_no_probe_leaves_at_night() -> None:
    """A probe is a mail like every other."""
    waiting = world([PENDING], stage=WAITING, why=WaitReason.LOST_ANSWERS, until=LATER)
    assert waiting.sweep(NIGHT).probes == 0
    assert (waiting.campaign.why, waiting.campaign.until) == (WaitReason.LOST_ANSWERS, MORNING)
    assert waiting.sweep(MORNING).probes == 1


@pytest.mark.parametrize("last", [LOST, claimed(7000), SENT])
def test_a_campaign_without_a_mail_to_probe_goes_on(last: RecipientState) -> None:
    """Its last mails may be on their way or lost, and no wait would help."""
    waiting = world([last], stage=WAITING, why=WaitReason.LOST_ANSWERS, until=OPENED)
    assert waiting.sweep(LATER).brought_back == [ID]
    assert waiting.campaign.stage == (Stage.SENDING if last.state is DeliveryState.SENDING else Stage.DONE)


class Dying(FakeQueues):
    """Queues at which the tick dies, once, while it queues the work of a campaign that goes on."""

    left = 1

    def add_chunks(self, campaign: str, refs: object) -> None:
        if self.left:
            self.left -= 1
            raise Unavailable("SQS")
        self.chunks += [(campaign, str(ref), 0) for ref in refs]  # type: ignore[attr-defined]


def test_work_that_a_dying_tick_did_not_queue_is_found_later() -> None:
    """The stage is written first and the work is queued then; a later tick finds the work that stands still."""
    back = world([PENDING], stage=WAITING, why=WaitReason.RESUMED, until=LATER, world=World(queues=Dying()))
    assert list(back.sweep(LATER).blocked) == [ID]
    assert (back.campaign.stage, back.queued) == (Stage.SENDING, [])
    back.sweep(LATER + timedelta(minutes=15))
    assert back.queued == ["0-00001"]


def test_a_campaign_never_waits_without_a_reason() -> None:
    """This holds for every wait that the sweep starts."""
    for why in WaitReason:
        for now in (SOON, NIGHT, LATER):
            for paused in (False, True):
                waiting = world([PENDING], stage=WAITING, why=why, until=_until(why))
                waiting.ledger.series_paused_since = OPENED if paused else None
                waiting.sweep(now)
                found: Campaign = waiting.campaign
                assert found.stage is not WAITING or found.why, (why, now, paused)


def _until(why: WaitReason) -> datetime | None:
    return None if why in (WaitReason.PAUSED, WaitReason.SERIES) else OPENED


class Unclear(FakeLedger):
    """A ledger in which a newer version paused the series."""

    def paused_since(self) -> datetime | None:
        raise BadInput("The series' pause can't be read.")


def test_an_unreadable_pause_is_a_pause_and_is_reported() -> None:
    """Expired claims are swept all the same, and no campaign goes on."""
    paused = world([claimed(), PENDING], stage=Stage.SENDING, world=World(ledger=Unclear()))
    report = paused.sweep()
    assert (report.paused, report.blocked) == (True, {"series": "The series' pause can't be read."})
    assert (paused.campaign.stage, paused.campaign.why, report.expired) == (WAITING, WaitReason.SERIES, 1)
