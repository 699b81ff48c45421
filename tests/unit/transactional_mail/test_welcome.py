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
from convener.transactional_mail.welcome import WRITTEN_WITHIN
from tests.support.fakes import FakeMailer
from tests.support.people import OPENED, campaign, session
from tests.support.transactional import LINKS, NOW, Office, mark, part
from tests.support.welcoming import ANA, DONE, LETTER, answered, entries, office


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
    its = office(row, invite=invite, now=now)
    assert (its.carry_out(LETTER).mail, its.kinds) == ("welcome", ["welcome"])
    assert entries(its) == []
    assert answered(its)


def test_a_cancelled_conversation_welcomes_nobody() -> None:
    """Its invite stays where it is; the next one by the rule is what she hears of."""
    its = office(invite={}, sessions=[session(status="cancelled")])
    assert its.carry_out(LETTER).mail == "welcome"
    assert "16 May 2024" in part(its.sent[0])


def test_a_message_that_comes_again_sends_nothing_again() -> None:
    """Neither after the request says so, nor before it could be written down for an invite."""
    invites: tuple[dict[str, Any] | None, ...] = (None, {})
    for invite in invites:
        its = office(invite=invite)
        its.carry_out(LETTER)
        assert its.carry_out(LETTER).outcome is OutcomeType.DROPPED
        assert len(its.sent) == 1
    its.requests.kept[mark(1)] = replace(its.requests.kept[mark(1)], answered=False)
    assert its.carry_out(LETTER).why == "invited"
    assert len(its.sent) == 1
    assert answered(its)


@pytest.mark.parametrize("invite", [None, {}], ids=["welcome", "invite"])
def test_an_address_that_ses_refuses_for_good_ends_the_matter(invite: dict[str, Any] | None) -> None:
    """No message goes round until it lies in the dead-letter queue."""

    def refused(_mail: Any) -> None:
        raise Refused("no such address")

    its = office(invite=invite, mailer=FakeMailer(refused))
    assert its.carry_out(LETTER).outcome is OutcomeType.REFUSED
    assert answered(its)


@pytest.mark.parametrize("standing", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
def test_who_is_off_the_list_again_gets_no_welcome(standing: SubscriberStatus) -> None:
    """She left, bounced or was erased in the seconds between."""
    its = office(replace(ANA, status=standing), invite={})
    assert its.carry_out(LETTER).outcome is OutcomeType.NOTHING_DUE
    assert its.sent == []


def test_a_button_whose_writing_is_not_done_yet_is_waited_for() -> None:
    """For ten minutes; by then whoever pressed it was told that it did not work."""
    its = Office(now=DONE + WRITTEN_WITHIN - timedelta(seconds=1))
    assert isinstance(its.tried(LETTER), Unavailable)
    its.clock.sleep(1)
    assert its.carry_out(LETTER).why == "never-written"


def test_the_latest_recap_is_one_that_may_be_read() -> None:
    """Not a stopped one, and none from before anybody mailed."""
    past = [
        session(id=f"2024-0{n}", month=f"2024-0{n}", date=OPENED.replace(month=n, day=15).date()) for n in (1, 2, 3)
    ]
    its = office(sessions=[*past, session()])
    its.open(campaign(MailingType.RECAP, id="2024-02/recap", session="2024-02"))
    its.open(campaign(MailingType.RECAP, id="2024-03/recap", session="2024-03", stage=Stage.STOPPED))
    its.carry_out(LETTER)
    assert LINKS.view_url("2024-02/recap") in part(its.sent[0])
    assert LINKS.view_url("2024-03/recap") not in part(its.sent[0])
