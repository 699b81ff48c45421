"""The invite that welcomes who subscribes late: one mail, recorded for both, and never repeated."""

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


def test_late_subscribers_are_welcomed_by_the_invite() -> None:
    """One mail, the frozen edition, recorded in the ledger beside the ranges and at the request."""
    scene = confirmed_scene(invite={})
    assert (scene.carry_out(JOIN_CONFIRMED).mail, scene.mail_names) == ("invite", ["invite"])
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


def test_the_invite_uses_the_lane_of_transactional_mail() -> None:
    """Slots and counts of campaigns stay unused."""
    scene = confirmed_scene(invite={})
    scene.carry_out(JOIN_CONFIRMED)
    assert {lane: sum(hours.values()) for lane, hours in scene.slots.hours.items()} == {"transactional": 1}


@pytest.mark.parametrize("changed", [{"date": date(2024, 4, 25)}, {"start": time(19)}], ids=["date", "start"])
def test_an_outdated_invite_welcomes_nobody(changed: dict[str, Any]) -> None:
    """The session was moved after its invite was sent, so a welcome has the new date, and the ledger has nothing."""
    scene = confirmed_scene(invite={}, sessions=[session(**changed)])
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"
    assert entries(scene) == []
    assert ("25 April" if "date" in changed else "19:00–20:30") in part(scene.sent[0])


@pytest.mark.parametrize(
    ("cursor", "mail"),
    [({"finished": True}, "invite"), ({"last_id": ANA.id}, "invite"), ({"last_id": "0" * 32}, "welcome")],
    ids=["finished", "further", "before"],
)
def test_a_row_behind_the_cursor_of_fan_out_is_not_missed(cursor: dict[str, Any], mail: str) -> None:
    """The button was pressed just before the invite was opened, and the row was written just after."""
    scene = confirmed_scene(invite={"opened_at": DONE})
    scene.ledger.cursor_items[ID, ANA.shard] = Cursor(shard=ANA.shard, **cursor)
    assert scene.carry_out(JOIN_CONFIRMED).mail == mail
    scene = confirmed_scene(invite={"opened_at": DONE})
    scene.ledger.cursor_items[ID, ANA.shard] = Cursor(shard=ANA.shard, **cursor)
    chunk = new_chunk(ID, ANA.shard, 1, [ANA.id])
    scene.ledger.chunk_items[ID, chunk.ref] = chunk
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome", "fan-out has the subscriber already"


def test_a_paused_series_sends_no_invite() -> None:
    """Late subscribers get a welcome then."""
    scene = confirmed_scene(invite={})
    scene.ledger.pause(NOW)
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"


@pytest.mark.parametrize("why", [WaitReason.QUOTA, WaitReason.NIGHT, WaitReason.SES_PAUSED])
def test_a_waiting_campaign_delays_no_late_invite(why: WaitReason) -> None:
    """Transactional mail has a lane and a quota of its own."""
    scene = confirmed_scene(invite={"stage": Stage.WAITING, "why": why})
    assert scene.carry_out(JOIN_CONFIRMED).mail == "invite"


def test_nobody_gets_the_same_invite_twice() -> None:
    """A subscriber who had the invite before leaving gets a welcome."""
    scene = confirmed_scene(invite={})
    chunk = new_chunk(ID, ANA.id[0], 1, [ANA.id]).with_entries({0: RecipientState(DeliveryState.ACCEPTED, 1, 60)})
    scene.ledger.chunk_items[ID, chunk.ref] = chunk
    assert scene.carry_out(JOIN_CONFIRMED).mail == "welcome"


def test_an_invite_with_a_lost_answer_is_not_repeated() -> None:
    """It is UNKNOWN, as for any mail of a campaign, until an event says more."""

    def lost(_mail: Any) -> None:
        raise LostAnswer("time-out")

    scene = confirmed_scene(invite={}, mailer=FakeMailer(lost))
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.UNKNOWN
    assert entries(scene) == [(ANA.id, DeliveryState.UNKNOWN, "answer-lost")]
    scene.mailer.fails = lambda _mail: None
    scene.carry_out(JOIN_CONFIRMED)
    assert scene.sent == []


def test_an_unsent_invite_is_claimed_again() -> None:
    """The message is delivered again, and the invite is sent as a second attempt."""

    def no(_mail: Any) -> None:
        raise Unavailable("not now")

    scene = confirmed_scene(invite={}, mailer=FakeMailer(no))
    assert isinstance(scene.try_to_carry_out(JOIN_CONFIRMED), Unavailable)
    assert not answered(scene)
    scene.mailer.fails = lambda _mail: None
    assert scene.carry_out(JOIN_CONFIRMED).mail == "invite"
    assert scene.sent[0].tags["attempt"] == "2"


def test_a_claim_of_a_dead_worker_is_never_repeated() -> None:
    """The message is repeated until the lease is over; then the mail may have been sent, and nobody knows."""
    scene = confirmed_scene(invite={})
    late_addition = scene.dispatcher().welcomes.late_addition
    late_addition.claim(ID, ANA.id, begins=edition().occasion.begins)
    assert isinstance(scene.try_to_carry_out(JOIN_CONFIRMED), Unavailable)
    scene.clock.sleep(301)
    assert scene.carry_out(JOIN_CONFIRMED).outcome is OutcomeType.DROPPED
    assert entries(scene)[0][1:] == (DeliveryState.UNKNOWN, "lease-over")
    assert scene.sent == []
