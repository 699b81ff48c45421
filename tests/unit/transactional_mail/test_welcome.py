"""The welcome: the invite itself where it is out already, else what comes when; one of the two, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.errors import Refused, Unavailable
from convener.mailing_types import MailingType
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
def test_otherwise_she_hears_what_comes_when(row: Any, invite: dict[str, Any] | None, now: datetime) -> None:
    """And nothing is written into the ledger."""
    scene = confirmed_scene(row, invite=invite, now=now)
    assert (scene.carry_out(JOIN_CONFIRMED).mail, scene.kinds) == ("welcome", ["welcome"])
    assert entries(scene) == []
    assert answered(scene)


def test_a_cancelled_conversation_welcomes_nobody() -> None:
    """Its invite stays where it is; the next one by the rule is what she hears of."""
    scene = confirmed_scene(invite={}, sessions=[session(status="cancelled")])
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"
    assert "16 May 2024" in part(scene.sent[0])


def test_a_message_that_comes_again_sends_nothing_again() -> None:
    """Neither after the request says so, nor before it could be written down for an invite."""
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
def test_an_address_that_ses_refuses_for_good_ends_the_matter(invite: dict[str, Any] | None) -> None:
    """No message goes round until it lies in the dead-letter queue."""

    def refused(_mail: Any) -> None:
        raise Refused("no such address")

    scene = confirmed_scene(invite=invite, mailer=FakeMailer(refused))
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.REFUSED
    assert answered(scene)


@pytest.mark.parametrize("standing", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
def test_who_is_off_the_list_again_gets_no_welcome(standing: SubscriberStatus) -> None:
    """She left, bounced or was erased in the seconds between."""
    scene = confirmed_scene(replace(ANA, status=standing), invite={})
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.NOTHING_DUE
    assert scene.sent == []


def test_a_button_whose_writing_is_not_done_yet_is_waited_for() -> None:
    """For ten minutes; by then whoever pressed it was told that it did not work."""
    scene = TransactionalMail(now=DONE + MAX_CONFIRMING_TIME - timedelta(seconds=1))
    assert isinstance(scene.try_to_carry_out(JOIN_CONFIRMED), Unavailable)
    scene.clock.sleep(1)
    assert scene.carry_out(JOIN_CONFIRMED).reason == "never-written"


def test_the_latest_recap_is_one_that_may_be_read() -> None:
    """Not a stopped one, and none from before anybody mailed."""
    past = [
        session(id=f"2024-0{n}", month=f"2024-0{n}", date=OPENED.replace(month=n, day=15).date()) for n in (1, 2, 3)
    ]
    scene = confirmed_scene(sessions=[*past, session()])
    scene.open(campaign(MailingType.RECAP, id="2024-02/recap", session="2024-02"))
    scene.open(campaign(MailingType.RECAP, id="2024-03/recap", session="2024-03", stage=Stage.STOPPED))
    scene.carry_out(JOIN_CONFIRMED)
    assert LINKS.view_url("2024-02/recap") in part(scene.sent[0])
    assert LINKS.view_url("2024-03/recap") not in part(scene.sent[0])
