"""The welcome: the invite itself if it is already being sent, else which mails come when; one of the two, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.errors import Refused, Unavailable
from convener.mailing_types import RECAP
from convener.subscribers.models import SubscriberStatus
from convener.transactional_mail.outcomes import OutcomeType
from convener.transactional_mail.welcome import MAX_CONFIRMING_TIME
from tests.support.fakes import FakeMailer
from tests.support.people import OPENED, campaign, session
from tests.support.transactional import LINKS, NOW, TransactionalMail, mark, part
from tests.support.welcoming import ANA, DONE, JOIN_CONFIRMED, answered, confirmed_scene, entries


@pytest.mark.parametrize(
    ("row", "invite", "now"),
    [
        (ANA, None, NOW),
        (ANA, {"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}, NOW),
        (ANA, {"stage": Stage.WAITING, "why": WaitReason.PAUSED}, NOW),
        (ANA, {"stage": Stage.WAITING, "why": WaitReason.SERIES}, NOW),
        (ANA, {}, datetime.fromisoformat("2024-04-18T17:00:00+00:00")),
        (ANA, {"opened_at": DONE}, NOW),
        (replace(ANA, kinds=frozenset({"recap"})), {}, NOW),
        (replace(ANA, paused_until=NOW + timedelta(days=9)), {}, NOW),
    ],
    ids=["not-open", "stopped", "paused", "series-paused", "begun", "joined-first", "not-wanted", "pausing"],
)
def test_without_an_invite_a_welcome_says_what_comes_when(
    row: Any, invite: dict[str, Any] | None, now: datetime
) -> None:
    """Nothing is written to the ledger."""
    scene = confirmed_scene(row, invite=invite, now=now)
    assert (scene.carry_out(JOIN_CONFIRMED).mail, scene.mail_names) == ("welcome", ["welcome"])
    assert entries(scene) == []
    assert answered(scene)


def test_the_invite_of_a_cancelled_session_welcomes_nobody() -> None:
    """The welcome names the next session by the rule."""
    scene = confirmed_scene(invite={}, sessions=[session(status="cancelled")])
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"
    assert "16 May 2024" in part(scene.sent[0])


def test_a_repeated_message_sends_nothing() -> None:
    """Neither if the request is marked as answered, nor if marking it failed after an invite."""
    invites: tuple[dict[str, Any] | None, ...] = (None, {})
    for invite in invites:
        scene = confirmed_scene(invite=invite)
        scene.carry_out(JOIN_CONFIRMED)
        assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.DROPPED
        assert len(scene.sent) == 1
    scene.requests.kept[mark(1)] = replace(scene.requests.kept[mark(1)], answered=False)
    assert scene.carry_out(JOIN_CONFIRMED).reason == "invited"
    assert len(scene.sent) == 1
    assert answered(scene)


@pytest.mark.parametrize("invite", [None, {}], ids=["welcome", "invite"])
def test_a_refused_address_ends_the_request(invite: dict[str, Any] | None) -> None:
    """The message is not repeated until it reaches the dead-letter queue."""

    def refused(_mail: Any) -> None:
        raise Refused("no such address")

    scene = confirmed_scene(invite=invite, mailer=FakeMailer(refused))
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.REFUSED
    assert answered(scene)


@pytest.mark.parametrize(
    "subscriber_status", [status for status in SubscriberStatus if status is not SubscriberStatus.CONFIRMED]
)
def test_who_left_meanwhile_gets_no_welcome(subscriber_status: SubscriberStatus) -> None:
    """The subscriber left, bounced or was erased in the seconds between."""
    scene = confirmed_scene(replace(ANA, status=subscriber_status), invite={})
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.NOTHING_DUE
    assert scene.sent == []


def test_a_confirmation_may_be_stored_later_than_its_message() -> None:
    """Within ten minutes; after that, the page has told the reader that it failed."""
    scene = TransactionalMail(now=DONE + MAX_CONFIRMING_TIME - timedelta(seconds=1))
    assert isinstance(scene.try_to_carry_out(JOIN_CONFIRMED), Unavailable)
    scene.clock.sleep(1)
    assert scene.carry_out(JOIN_CONFIRMED).reason == "never-written"


def test_the_welcome_links_to_the_latest_readable_recap() -> None:
    """Not to a stopped one, and not to one before the first mailing."""
    past = [
        session(id=f"2024-0{n}", month=f"2024-0{n}", date=OPENED.replace(month=n, day=15).date()) for n in (1, 2, 3)
    ]
    scene = confirmed_scene(sessions=[*past, session()])
    scene.open(campaign(RECAP, id="2024-02/recap", session="2024-02"))
    scene.open(campaign(RECAP, id="2024-03/recap", session="2024-03", stage=Stage.STOPPED))
    scene.carry_out(JOIN_CONFIRMED)
    assert LINKS.view_url("2024-02/recap") in part(scene.sent[0])
    assert LINKS.view_url("2024-03/recap") not in part(scene.sent[0])
