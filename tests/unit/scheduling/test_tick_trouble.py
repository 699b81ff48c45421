"""A tick with trouble: a paused series, S3 failing, unreadable records, campaigns to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.states import DeliveryState, RecipientState
from convener.editions.models import Edition
from convener.errors import ConvenerError, LostAnswer, Refused, Unavailable
from tests.support.fakes import FakeEditions, FakeLedger
from tests.support.people import OPENED, campaign, material, session
from tests.support.sweeping import add_chunks
from tests.support.ticking import NINE, World

INVITE = "2024-04/invite"


def test_while_the_series_is_paused_nothing_is_opened() -> None:
    """The report says that the series is paused. After the pause the next tick opens the mailings that were due."""
    world = World()
    world.ledger.pause(OPENED)
    report = world.tick(NINE)
    assert (report.paused, report.opened, world.ledger.campaigns, world.editions.objects) == (True, [], {}, {})
    world.ledger.resume()
    report = world.tick(NINE + timedelta(hours=1))
    assert (report.paused, report.opened) == (False, [INVITE])


class FailingEditions(FakeEditions):
    """An edition store that fails for one campaign."""

    error: ConvenerError = Unavailable("S3")

    def put(self, edition: Edition) -> str:
        if edition.campaign == INVITE:
            raise self.error
        return super().put(edition)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unavailable("ConditionalRequestConflict"), "ConditionalRequestConflict; the next tick tries again"),
        (LostAnswer("dropped"), "dropped; the next tick tries again"),
        (Refused("no such bucket"), "no such bucket"),
    ],
)
def test_an_edition_that_cant_be_stored_does_not_hold_up_another(error: ConvenerError, words: str) -> None:
    """The campaign is reported and not opened. The next tick opens it."""
    both = (session(), session(id="2024-04b", title="A second one"))
    world = World(sessions=both, editions=FailingEditions())
    world.editions.error = error
    report = world.tick(NINE)
    assert (report.opened, report.started) == (["2024-04b/invite"], ["2024-04b/invite"])
    assert report.blocked == {INVITE: words}
    world.editions = FakeEditions()
    assert world.tick(NINE + timedelta(minutes=15)).opened == [INVITE]


@pytest.mark.parametrize("unopened", [Unavailable("DynamoDB"), LostAnswer("dropped")])
def test_a_campaign_that_cant_be_stored_is_reported(unopened: ConvenerError) -> None:
    """The report names a campaign whose write failed. If the write succeeded after all, the campaign is started."""

    class FailingLedger(FakeLedger):
        def open(self, campaign: Any) -> None:
            if isinstance(unopened, LostAnswer):
                super().open(campaign)
            raise unopened

    world = World(ledger=FailingLedger())
    report = world.tick(NINE)
    assert (report.opened, list(report.blocked)) == ([], [INVITE])
    assert report.started == ([INVITE] if isinstance(unopened, LostAnswer) else [])


class DamagedLedger(FakeLedger):
    """A ledger with one unreadable campaign, and an unreadable chunk of another."""

    def all(self) -> Any:
        self.unreadable = {"2024-03/recap": "Campaign 2024-03/recap can't be read."}
        return super().all()

    def unfinished(self, campaign: str) -> Any:
        self.unreadable[f"{campaign} 0-00001"] = "It can't be read."
        return super().unfinished(campaign)


def test_unreadable_items_are_reported_and_the_others_leave() -> None:
    """The report names unreadable campaigns and chunks; other campaigns are opened."""
    world = World(ledger=DamagedLedger())
    world.ledger.campaigns["2024-02/recap"] = campaign(id="2024-02/recap")
    report = world.tick(NINE)
    assert report.opened == [INVITE]
    assert set(report.blocked) == {"2024-03/recap", "2024-02/recap 0-00001"}


@pytest.mark.parametrize(
    ("stage", "why", "troubled"),
    [
        (Stage.WAITING, WaitReason.LOST_ANSWERS, True),
        (Stage.WAITING, WaitReason.SES_PAUSED, True),
        (Stage.WAITING, WaitReason.QUOTA, False),
        (Stage.WAITING, WaitReason.PAUSED, False),
        (Stage.STOPPED, WaitReason.COMPLAINTS, False),
        (Stage.STOPPED, WaitReason.BOUNCES, False),
        (Stage.STOPPED, WaitReason.OPERATOR, False),
    ],
)
def test_campaigns_that_wait_for_an_operator_are_trouble_until_it_is_too_late(
    stage: Stage, why: WaitReason, troubled: bool
) -> None:
    """Only campaigns that wait for an operator count as trouble, and only until it is too late for them."""
    world = World(sessions=())
    late = NINE + timedelta(days=2)
    world.ledger.campaigns[INVITE] = campaign(
        stage=stage, why=why, until=late, too_late_at=late, totals={"audience": 1}
    )
    assert set(world.tick(NINE).trouble) == ({INVITE} if troubled else set())
    assert world.tick(late).trouble == {}


def test_a_campaign_that_stops_itself_is_reported_until_it_has_ended() -> None:
    """Each tick reports the campaign until it has ended, because the tick that stopped it may have crashed."""
    world = World(sessions=())
    world.ledger.campaigns[INVITE] = campaign()
    add_chunks(world.ledger, INVITE, [[RecipientState(DeliveryState.COMPLAINED, 1, 60)] * 3, [RecipientState()]])
    report = world.tick(NINE)
    assert (list(report.stopped), report.trouble) == ([INVITE], {})
    assert not report.idle
    assert list(world.tick(NINE + timedelta(minutes=15)).stopped) == [INVITE]
    add_chunks(
        world.ledger,
        INVITE,
        [[RecipientState(DeliveryState.COMPLAINED, 1, 60)] * 3, [RecipientState(DeliveryState.SKIPPED)]],
    )
    world.ledger.campaigns[INVITE] = replace(world.ledger.campaigns[INVITE], totals={"audience": 4})
    assert world.tick(NINE + timedelta(minutes=30)).stopped == {}


def test_a_follow_up_leaves_only_once_the_recap_has_ended() -> None:
    """A follow-up waits until the recap has ended, and does not follow a stopped recap."""
    done = session(insights=material("insights"), recording=material("recording"))
    recap = campaign(id="2024-04/recap", stage=Stage.SENDING, brings=frozenset({"insights"}))
    world = World(sessions=(done,))
    later = recap.too_late_at + timedelta(days=10)
    world.ledger.campaigns[recap.id] = recap
    report = world.tick(later)
    assert report.opened == []
    assert report.waiting["2024-04/follow-up"] == "waits until the mailing before it has ended"
    ended = replace(recap, totals={"audience": 0})
    world.ledger.campaigns[recap.id] = replace(ended, stage=Stage.STOPPED, why=WaitReason.OPERATOR)
    assert world.tick(later).opened == []
    world.ledger.campaigns[recap.id] = replace(ended, stage=Stage.DONE)
    assert world.tick(later).opened == ["2024-04/follow-up"]
