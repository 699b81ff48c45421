"""A tick may be missed, repeated, late, or crash: the same campaigns are opened, once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from convener.campaigns import Campaign, Stage
from convener.delivery.chunks import Cursor
from convener.editions.models import Edition
from convener.errors import Blocked, Unavailable
from convener.scheduling.due import DueMailing
from convener.sessions.models import Session
from convener.subscribers.models import SHARDS
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.people import edition, session
from tests.support.ticking import COMPOSER, NINE, World


def test_a_tick_freezes_opens_and_queues_due_mailings() -> None:
    """The campaign has the digest of its frozen edition, and each shard is queued."""
    world = World()
    report = world.tick(NINE)
    assert (report.opened, report.started) == (["2024-04/invite"], ["2024-04/invite"])
    opened = world.ledger.campaigns["2024-04/invite"]
    assert opened.stage == Stage.SENDING
    assert "Kindness under pressure" in world.editions.get(opened.edition).variants["full"].subject
    assert sorted(world.queues.shards) == [("2024-04/invite", shard) for shard in SHARDS]


def test_a_second_tick_does_nothing() -> None:
    """A tick at the same moment, or 15 minutes later, does nothing."""
    world = World()
    world.tick(NINE)
    assert world.tick(NINE).idle
    assert world.tick(NINE + timedelta(minutes=15)).idle
    assert len(world.queues.shards) == len(SHARDS)


def test_the_next_tick_makes_up_for_a_missed_tick() -> None:
    """Hours without a tick only delay the mailing."""
    late, punctual = World(), World()
    late.tick(NINE + timedelta(hours=5))
    punctual.tick(NINE)
    assert list(late.ledger.campaigns) == list(punctual.ledger.campaigns) == ["2024-04/invite"]


def test_a_late_tick_opens_the_mailings_of_its_time() -> None:
    """A tick for nine that runs at noon opens the mailings that were due at nine."""
    world = World()
    assert world.tick(NINE, now=NINE + timedelta(hours=3)).opened == ["2024-04/invite"]
    assert world.tick(NINE - timedelta(hours=1), now=NINE + timedelta(hours=3)).idle


def test_a_late_tick_at_night_opens_nothing() -> None:
    """Whether it is night follows from the clock, not from the event."""
    world = World()
    assert world.tick(NINE, now=NINE + timedelta(hours=13)).idle
    assert world.tick(NINE + timedelta(days=1)).opened == ["2024-04/invite"]


def test_a_tick_that_is_too_late_opens_nothing() -> None:
    """A reminder is not sent once the session has begun, even if the tick was asked for in time."""
    world = World()
    begins = datetime(2024, 4, 18, 17, tzinfo=UTC)
    assert world.tick(begins - timedelta(hours=1), now=begins).idle
    assert world.ledger.campaigns == {}


class TwoAtOnce(FakeLedger):
    """A ledger in which another tick opens the campaign between this tick's read and write."""

    def open(self, campaign: Campaign) -> None:
        self.campaigns.setdefault(campaign.id, campaign)
        super().open(campaign)


def test_of_two_ticks_at_once_one_opens_the_campaign() -> None:
    """The second tick finds the campaign open. One campaign is being sent."""
    world = World(ledger=TwoAtOnce())
    report = world.tick(NINE)
    assert report.opened == []
    assert [campaign.stage for campaign in world.ledger.all()] == [Stage.SENDING]


class FailingQueues(FakeQueues):
    """Takes ten shards and then fails, `failures` times."""

    failures = 1

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        super().add_shards(campaign, shards[:10])
        if self.failures:
            self.failures -= 1
            raise Unavailable("SQS")
        super().add_shards(campaign, shards[10:])


def test_a_queue_failure_for_one_campaign_does_not_hold_up_another() -> None:
    """The failing campaign is reported and waits for the next tick. The other is started."""
    both = (session(), session(id="2024-04b", title="A second one"))
    world = World(sessions=both, queues=FailingQueues())
    report = world.tick(NINE)
    assert report.started == ["2024-04b/invite"]
    assert report.blocked == {"2024-04/invite": "SQS; the next tick tries again"}
    assert world.tick(NINE + timedelta(minutes=15)).started == ["2024-04/invite"]


def test_the_next_tick_starts_a_campaign_that_a_crashed_tick_opened() -> None:
    """The next tick queues every shard of an open campaign, and reports the campaign as started only then."""
    world = World(queues=FailingQueues())
    assert world.tick(NINE).started == []
    assert world.ledger.campaigns["2024-04/invite"].stage == Stage.OPEN
    assert world.tick(NINE + timedelta(minutes=15)).started == ["2024-04/invite"]
    assert {shard for _, shard in world.queues.shards} == set(SHARDS)


@dataclass
class RefusingComposer:
    """A composer that refuses some campaigns."""

    refuses: Callable[[str], bool]
    series: Any = COMPOSER.series

    def edition(self, mailing: DueMailing, _sessions: Sequence[Session]) -> Edition:
        if self.refuses(mailing.campaign):
            raise Blocked("the picture has no words")
        return edition()


def test_one_blocked_campaign_does_not_hold_up_another() -> None:
    """The blocked campaign is reported with its reason. The other leaves."""
    both = (session(), session(id="2024-04b", title="A second one"))
    world = World(sessions=both, composer=RefusingComposer(lambda name: name == "2024-04/invite"))
    report = world.tick(NINE)
    assert report.opened == ["2024-04b/invite"]
    assert report.blocked == {"2024-04/invite": "the picture has no words"}


def test_a_finished_campaign_is_closed_with_its_sums() -> None:
    """When every shard is finished and no work is left, the next tick stores the totals."""
    world = World()
    world.tick(NINE)
    for shard in SHARDS:
        world.ledger.move("2024-04/invite", frm=Cursor(shard=shard), to=Cursor(shard=shard, finished=True), chunk=None)
    assert world.tick(NINE + timedelta(minutes=15)).done == ["2024-04/invite"]
    closed = world.ledger.campaigns["2024-04/invite"]
    assert (closed.stage, closed.totals["audience"]) == (Stage.DONE, 0)


def test_an_unreadable_session_is_reported_and_the_others_leave() -> None:
    """The report names the unreadable record. Mailings of other sessions leave."""
    world = World(unreadable={"2024-06": "its record can't be read: title"})
    report = world.tick(NINE)
    assert report.opened == ["2024-04/invite"]
    assert report.blocked == {"2024-06": "its record can't be read: title"}
