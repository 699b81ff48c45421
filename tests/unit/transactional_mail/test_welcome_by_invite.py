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
from tests.support.transactional import NOW, parse, part
from tests.support.welcoming import ANA, DONE, ID, JOIN_CONFIRMED, answered, confirmed_scene, entries


def test_who_joins_between_invite_and_session_is_welcomed_by_the_invite() -> None:
    """One mail, the frozen edition, recorded as both: in the ledger beside the ranges, and at the request."""
    scene = confirmed_scene(invite={})
    assert (scene.carry_out(JOIN_CONFIRMED).mail, scene.kinds) == ("invite", ["invite"])
    (mail,) = scene.sent
    assert parse(mail)["Subject"] == edition().variants["full"].subject
    assert {name: mail.tags[name] for name in ("campaign", "recipient", "attempt")} == {
        "campaign": "2024-04_invite",
        "recipient": ANA.id,
        "attempt": "1",
    }
    assert entries(scene) == [(ANA.id, DeliveryState.ACCEPTED, "")]
    (chunk,) = scene.ledger.chunk_items.values()
    assert chunk.late
    assert mail.tags["chunk"] == chunk.ref
    assert answered(scene)


def test_it_comes_in_a_slot_of_the_letters_lane() -> None:
    """Campaigns' slots and count are left alone."""
    scene = confirmed_scene(invite={})
    scene.carry_out(JOIN_CONFIRMED)
    assert {lane: sum(hours.values()) for lane, hours in scene.slots.hours.items()} == {"transactional": 1}


@pytest.mark.parametrize("changed", [{"date": date(2024, 4, 25)}, {"start": time(19)}], ids=["date", "start"])
def test_an_invite_that_is_not_true_any_more_welcomes_nobody(changed: dict[str, Any]) -> None:
    """The conversation was moved after its invite had left: her welcome has the date that holds, the ledger nothing."""
    scene = confirmed_scene(invite={}, sessions=[session(**changed)])
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"
    assert entries(scene) == []
    assert ("25 April" if "date" in changed else "19:00–20:30") in part(scene.sent[0])


@pytest.mark.parametrize(
    ("cursor", "mail"),
    [({"finished": True}, "invite"), ({"last_id": ANA.id}, "invite"), ({"last_id": "0" * 32}, "welcome")],
    ids=["finished", "further", "before"],
)
def test_whose_row_came_when_fan_out_had_passed_is_not_missed(cursor: dict[str, Any], mail: str) -> None:
    """She pressed her button just before the invite was opened, and it was written just after: nobody else has her."""
    scene = confirmed_scene(invite={"opened_at": DONE})
    scene.ledger.cursor_items[ID, ANA.shard] = Cursor(shard=ANA.shard, **cursor)
    assert scene.carry_out(JOIN_CONFIRMED).mail == mail
    scene = confirmed_scene(invite={"opened_at": DONE})
    scene.ledger.cursor_items[ID, ANA.shard] = Cursor(shard=ANA.shard, **cursor)
    chunk = new_chunk(ID, ANA.shard, 1, [ANA.id])
    scene.ledger.chunk_items[ID, chunk.ref] = chunk
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome", "fan-out has her"


def test_a_paused_series_sends_no_invite() -> None:
    """Nor to who joins late: she is welcomed in words."""
    scene = confirmed_scene(invite={})
    scene.ledger.pause(NOW)
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"


@pytest.mark.parametrize("why", [WaitReason.QUOTA, WaitReason.NIGHT, WaitReason.SES_PAUSED])
def test_a_campaign_that_waits_for_a_moment_keeps_no_late_joiner_waiting(why: WaitReason) -> None:
    """Letters have a lane and a quota of their own."""
    scene = confirmed_scene(invite={"stage": Stage.WAITING, "why": why})
    assert scene.carry_out(JOIN_CONFIRMED).mail == "invite"


def test_who_had_the_invite_before_she_left_is_welcomed_in_words() -> None:
    """It reached her: twice would be once too many."""
    scene = confirmed_scene(invite={})
    chunk = new_chunk(ID, ANA.id[0], 1, [ANA.id]).with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 60)})
    scene.ledger.chunk_items[ID, chunk.ref] = chunk
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"


def test_a_lost_answer_to_an_invite_is_recorded_and_never_repeated() -> None:
    """As for any mail of a campaign; events settle it."""

    def lost(_mail: Any) -> None:
        raise LostAnswer("time-out")

    scene = confirmed_scene(invite={}, mailer=FakeMailer(lost))
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.UNKNOWN
    assert entries(scene) == [(ANA.id, DeliveryState.UNKNOWN, "answer-lost")]
    scene.mailer.fails = lambda _mail: None
    scene.carry_out(JOIN_CONFIRMED)
    assert scene.sent == []


def test_an_invite_that_ses_would_not_take_is_claimed_again() -> None:
    """Certainly not sent: the message comes again, and so does the mail, as a second attempt."""

    def no(_mail: Any) -> None:
        raise Unavailable("not now")

    scene = confirmed_scene(invite={}, mailer=FakeMailer(no))
    assert isinstance(scene.try_to_carry_out(JOIN_CONFIRMED), Unavailable)
    assert not answered(scene)
    scene.mailer.fails = lambda _mail: None
    assert scene.carry_out(JOIN_CONFIRMED).mail == "invite"
    assert scene.sent[0].tags["attempt"] == "2"


def test_a_worker_that_died_with_its_claim_is_waited_for_and_never_repeated() -> None:
    """While the lease lasts the message comes again; then the mail may have left, and nobody knows."""
    scene = confirmed_scene(invite={})
    late_addition = scene.dispatcher().welcomes.late_addition
    late_addition.claim(ID, ANA.id, begins=edition().occasion.begins)
    assert isinstance(scene.try_to_carry_out(JOIN_CONFIRMED), Unavailable)
    scene.clock.sleep(301)
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.DROPPED
    assert entries(scene)[0][1:] == (DeliveryState.UNKNOWN, "lease-over")
    assert scene.sent == []
