"""The rehearsal lives through campaigns that wait, and comes to an end with those that only a person can help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import turn
from convener.errors import LostAnswer
from local.rehearsal.month import TICK, rehearse
from local.rehearsal.timeline_events import TimelineEvents
from tests.support.people import session, subscriber
from tests.support.small_world import small_world

BEGINS = datetime(2024, 4, 3, 23, tzinfo=UTC)
UNTIL = datetime(2024, 4, 5, 22, 59, tzinfo=UTC)
INVITE = "2024-04/invite"


def a_world() -> Any:
    """The eve of the invite, with 30 readers."""
    return small_world([session()], [subscriber(n) for n in range(1, 31)], BEGINS)


def lived(world: Any) -> dict[str, datetime]:
    """What is told of the invite's days, and when."""
    moments = rehearse(world, [], until=UNTIL, progress=lambda _: None, telling=TimelineEvents())
    return {one.text: one.at for one in moments}


def invite(world: Any) -> Campaign:
    """As the ledger has it."""
    found = world.ledger.campaign(INVITE)
    assert isinstance(found, Campaign)
    return found


def once_open(world: Any, change: Callable[[Campaign], Campaign]) -> None:
    """Somebody, or SES, turns the campaign just after it was opened, before a mail leaves."""
    drain = world.pump.drain

    def first() -> int:
        if world.ledger.campaign(INVITE):
            world.pump.drain = drain
            turn(world.ledger, INVITE, change)
        return int(drain())

    world.pump.drain = first


@pytest.mark.parametrize("why", [WaitReason.QUOTA, WaitReason.SES_PAUSED, WaitReason.RESUMED])
@pytest.mark.parametrize("hours", [0.1, 5, 70])
def test_what_waits_for_a_moment_goes_on_then(why: WaitReason, hours: float) -> None:
    """Also after the last day of the rehearsal; it is told that it waits, and that it goes on."""
    world = a_world()
    until = datetime(2024, 4, 4, 8, tzinfo=UTC) + timedelta(hours=hours)
    once_open(world, lambda known: known.turned(Stage.WAITING, why=why, until=until))
    told = lived(world)
    assert invite(world).stage is Stage.DONE
    assert len(world.pump.mailer.sent) == 30
    assert until <= told[f"{INVITE} goes on."] < until + TICK + timedelta(hours=16)  # by day
    assert any("waits" in text for text in told) == (why is not WaitReason.RESUMED)


@pytest.mark.parametrize("why", [WaitReason.PAUSED, WaitReason.SERIES])
def test_what_waits_for_a_person_is_left_until_it_is_too_late(why: WaitReason) -> None:
    """No tick after tick for nothing: the next thing that happens to it is that it is too late."""
    world = a_world()

    def wait(known: Campaign) -> Campaign:
        if why is WaitReason.SERIES:
            world.ledger.pause(world.clock.now())
        return known.turned(Stage.WAITING, why=why)

    once_open(world, wait)
    told = lived(world)
    assert world.pump.mailer.sent == []
    assert len(world.pump.ticks) < 12
    expected = (Stage.WAITING, None) if why is WaitReason.SERIES else (Stage.DONE, 30)
    assert (invite(world).stage, invite(world).totals.get("skipped")) == expected
    assert next(text for text in told if "waits" in text).startswith(f"{INVITE} waits: ")


def losing(world: Any, answers: int) -> Any:
    """The mailer, whose first so many answers are lost."""
    mailer, lost = world.pump.mailer, iter([True] * answers)
    send = mailer.send

    def lossy(mail: Any) -> Any:
        if next(lost, False):
            raise LostAnswer("the connection ended")
        return send(mail)

    mailer.send = lossy
    return mailer


def test_a_run_of_lost_answers_is_probed_until_they_come() -> None:
    """One mail a tick; then the rest leaves, and the moments tell of the mails nobody knows of."""
    world = a_world()
    mailer = losing(world, 7)
    told = lived(world)
    assert (invite(world).stage, invite(world).totals["unknown"]) == (Stage.DONE, 7)
    assert len(mailer.sent) == 23
    assert [text for text in told if "answers" in text][-1].startswith(f"{INVITE}: the answers to 7 mails are lost")


def test_a_campaign_that_was_stopped_is_swept_to_its_end() -> None:
    """Everything that had not left is skipped."""
    world = a_world()
    once_open(world, lambda known: known.turned(Stage.STOPPED, why=WaitReason.OPERATOR))
    told = lived(world)
    assert (invite(world).ended, invite(world).totals["skipped"], world.pump.mailer.sent) == (True, 30, [])
    assert any(text.startswith(f"{INVITE} stopped by an operator") for text in told)


def test_mails_nobody_knows_of_are_told_half_an_hour_later() -> None:
    """Although the campaign is done, and nothing else happens then."""
    world = a_world()
    losing(world, 2)
    told = lived(world)
    (at,) = [at for text, at in told.items() if text.startswith(f"{INVITE}: the answers to 2 mails are lost")]
    assert datetime(2024, 4, 4, 8, 30, tzinfo=UTC) <= at <= datetime(2024, 4, 4, 8, 45, tzinfo=UTC)
