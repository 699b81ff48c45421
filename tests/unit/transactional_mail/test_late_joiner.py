"""The invite that welcomes who joins late: one mail, recorded as both, and never repeated."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import LostAnswer, Unavailable
from convener.transactional_mail.outcomes import OutcomeType
from tests.support.fakes import FakeMailer
from tests.support.people import edition, session
from tests.support.transactional import NOW, opened, part
from tests.support.welcoming import ANA, DONE, ID, LETTER, answered, entries, office


def test_who_joins_between_invite_and_session_is_welcomed_by_the_invite() -> None:
    """One mail, the frozen edition, recorded as both: in the ledger beside the ranges, and at the request."""
    its = office(invite={})
    assert (its.carry_out(LETTER).mail, its.kinds) == ("invite", ["invite"])
    (mail,) = its.sent
    assert opened(mail)["Subject"] == edition().variants["full"].subject
    assert {name: mail.tags[name] for name in ("campaign", "recipient", "attempt")} == {
        "campaign": "2024-04_invite",
        "recipient": ANA.id,
        "attempt": "1",
    }
    assert entries(its) == [(ANA.id, DeliveryState.ACCEPTED, "")]
    (chunk,) = its.ledger.chunk_items.values()
    assert chunk.late
    assert mail.tags["chunk"] == chunk.ref
    assert answered(its)


def test_it_comes_in_a_slot_of_the_letters_lane() -> None:
    """Campaigns' slots and count are left alone."""
    its = office(invite={})
    its.carry_out(LETTER)
    assert {lane: sum(hours.values()) for lane, hours in its.slots.hours.items()} == {"transactional": 1}


@pytest.mark.parametrize("changed", [{"date": date(2024, 4, 25)}, {"start": time(19)}], ids=["date", "start"])
def test_an_invite_that_is_not_true_any_more_welcomes_nobody(changed: dict[str, Any]) -> None:
    """The conversation was moved after its invite had left: her welcome has the date that holds, the ledger nothing."""
    its = office(invite={}, sessions=[session(**changed)])
    assert its.carry_out(LETTER).mail == "welcome"
    assert entries(its) == []
    assert ("25 April" if "date" in changed else "19:00–20:30") in part(its.sent[0])


@pytest.mark.parametrize(
    ("cursor", "mail"),
    [({"finished": True}, "invite"), ({"last_id": ANA.id}, "invite"), ({"last_id": "0" * 32}, "welcome")],
    ids=["finished", "further", "before"],
)
def test_whose_row_came_when_fan_out_had_passed_is_not_missed(cursor: dict[str, Any], mail: str) -> None:
    """She pressed her button just before the invite was opened, and it was written just after: nobody else has her."""
    its = office(invite={"opened_at": DONE})
    its.ledger.cursor_items[ID, ANA.shard] = Cursor(shard=ANA.shard, **cursor)
    assert its.carry_out(LETTER).mail == mail
    its = office(invite={"opened_at": DONE})
    its.ledger.cursor_items[ID, ANA.shard] = Cursor(shard=ANA.shard, **cursor)
    chunk = new_chunk(ID, ANA.shard, 1, [ANA.id])
    its.ledger.chunk_items[ID, chunk.ref] = chunk
    assert its.carry_out(LETTER).mail == "welcome", "fan-out has her"


def test_a_paused_series_sends_no_invite() -> None:
    """Nor to who joins late: she is welcomed in words."""
    its = office(invite={})
    its.ledger.pause(NOW)
    assert its.carry_out(LETTER).mail == "welcome"


@pytest.mark.parametrize("why", [WaitReason.QUOTA, WaitReason.NIGHT, WaitReason.SES_PAUSED])
def test_a_campaign_that_waits_for_a_moment_keeps_no_late_joiner_waiting(why: WaitReason) -> None:
    """Letters have a lane and a quota of their own."""
    its = office(invite={"stage": Stage.WAITING, "why": why})
    assert its.carry_out(LETTER).mail == "invite"


def test_who_had_the_invite_before_she_left_is_welcomed_in_words() -> None:
    """It reached her: twice would be once too many."""
    its = office(invite={})
    chunk = new_chunk(ID, ANA.id[0], 1, [ANA.id]).with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 60)})
    its.ledger.chunk_items[ID, chunk.ref] = chunk
    assert its.carry_out(LETTER).mail == "welcome"


def test_a_lost_answer_to_an_invite_is_recorded_and_never_repeated() -> None:
    """As for any mail of a campaign; events settle it."""

    def lost(_mail: Any) -> None:
        raise LostAnswer("time-out")

    its = office(invite={}, mailer=FakeMailer(lost))
    assert its.carry_out(LETTER).outcome is OutcomeType.UNKNOWN
    assert entries(its) == [(ANA.id, DeliveryState.UNKNOWN, "answer-lost")]
    its.mailer.fails = lambda _mail: None
    its.carry_out(LETTER)
    assert its.sent == []


def test_an_invite_that_ses_would_not_take_is_claimed_again() -> None:
    """Certainly not sent: the message comes again, and so does the mail, as a second attempt."""

    def no(_mail: Any) -> None:
        raise Unavailable("not now")

    its = office(invite={}, mailer=FakeMailer(no))
    assert isinstance(its.tried(LETTER), Unavailable)
    assert not answered(its)
    its.mailer.fails = lambda _mail: None
    assert its.carry_out(LETTER).mail == "invite"
    assert its.sent[0].tags["attempt"] == "2"


def test_a_worker_that_died_with_its_claim_is_waited_for_and_never_repeated() -> None:
    """While the lease lasts the message comes again; then the mail may have left, and nobody knows."""
    its = office(invite={})
    late = its.secretary().welcome.late
    late.claim(ID, ANA.id, begins=edition().occasion.begins)
    assert isinstance(its.tried(LETTER), Unavailable)
    its.clock.sleep(301)
    assert its.carry_out(LETTER).outcome is OutcomeType.DROPPED
    assert entries(its)[0][1:] == (DeliveryState.UNKNOWN, "lease-over")
    assert its.sent == []
