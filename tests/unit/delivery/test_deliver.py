"""Delivery: look again, claim, send, record; what is certain, what is not, and what is given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.deliver import AGAIN, CALL
from convener.delivery.states import State
from convener.errors import BadInput, LostAnswer, Refused, Throttled, Unavailable
from convener.subscribers.models import Standing
from local.virtual_clock import VirtualClock
from tests.support.delivering import ID, REF, raising, states, world
from tests.support.fakes import FakeMailer
from tests.support.people import OPENED, subscriber


def test_each_recipient_gets_one_mail_and_it_is_recorded() -> None:
    """More than one call's worth: everybody once, accepted on the first attempt, with the message id."""
    delivery = world(2 * CALL + 3)
    chunk = delivery.deliver(ID, REF)
    assert [mail.recipient for mail in delivery.mailer.sent] == [
        subscriber(16 * n).address for n in range(1, 2 * CALL + 4)
    ]
    assert {(entry.state, entry.attempt) for entry in chunk.entries} == {(State.ACCEPTED, 1)}
    assert len(delivery.ledger.chunk_items[ID, REF].messages) == 2 * CALL + 3


def test_a_second_copy_of_the_message_sends_nothing() -> None:
    """The chunk is done: no mail, no write."""
    delivery = world()
    delivery.deliver(ID, REF)
    before = delivery.ledger.chunk_items[ID, REF]
    delivery.deliver(ID, REF)
    assert len(delivery.mailer.sent) == 3
    assert delivery.ledger.chunk_items[ID, REF] == before


def test_recipients_are_claimed_before_any_mail_leaves() -> None:
    """When the first mail leaves, its whole call is SENDING with a claim in the ledger, and nobody beyond it is."""
    seen: list[list[State]] = []
    delivery = world(CALL + 2, mailer=FakeMailer(lambda _mail: seen.append([])))
    ledger = delivery.ledger
    delivery.mailer.fails = lambda _mail: seen.append([entry.state for entry in ledger.chunk_items[ID, REF].entries])
    delivery.deliver(ID, REF)
    assert seen[0] == [State.SENDING] * CALL + [State.PENDING] * 2


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"standing": Standing.LEFT}, "left"),
        ({"standing": Standing.BOUNCED}, "bounced"),
        ({"standing": Standing.COMPLAINED}, "complained"),
        ({"standing": Standing.ERASED, "address": ""}, "erased"),
        ({"kinds": frozenset({"recap"})}, "not-wanted"),
    ],
)
def test_who_left_meanwhile_gets_nothing(change: dict[str, Any], note: str) -> None:
    """Looked up just before the claim; skipped with the reason."""
    delivery = world(rows=[subscriber(16), subscriber(32, **change), subscriber(48)])
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", f"SKIPPED:{note}", "ACCEPTED"]
    assert len(delivery.mailer.sent) == 2


def test_who_is_gone_altogether_is_skipped() -> None:
    """A row that no longer exists is no reason to fail the others."""
    delivery = world()
    del delivery.subscribers.rows[subscriber(32).id]
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "SKIPPED:gone", "ACCEPTED"]


def test_too_late_is_too_late() -> None:
    """From the campaign's last moment on everybody left is skipped, and it ends."""
    delivery = world(too_late_at=OPENED + timedelta(minutes=1))
    delivery.deliver(ID, REF)
    assert states(delivery) == ["SKIPPED:too-late"] * 3
    assert delivery.mailer.sent == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (LostAnswer("time-out"), "UNKNOWN:answer-lost"),
        (Refused("MessageRejected"), "FAILED:refused"),
    ],
)
def test_what_happens_to_one_does_not_stop_the_others(error: Exception, state: str) -> None:
    """A lost answer is UNKNOWN and never repeated, a refusal FAILED; the rest is sent."""
    delivery = world(mailer=FakeMailer(raising(error, on=2)))
    delivery.deliver(ID, REF)
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", state, "ACCEPTED"]
    assert len(delivery.mailer.sent) == 2


@pytest.mark.parametrize("error", [Throttled("rate"), Unavailable("no connection")])
def test_what_was_certainly_not_sent_is_given_back_and_comes_again(error: Exception) -> None:
    """The call stops, the rest of it is given back, the chunk is queued for later; then everybody has it once."""
    delivery = world(mailer=FakeMailer(raising(error, on=2)))
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", f"RETRY:{type(error).__name__.lower()}", "RETRY:given-back"]
    assert delivery.queue.chunks == [(ID, REF, AGAIN)]
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"] * 3
    entries = delivery.ledger.chunk_items[ID, REF].entries
    assert [entry.attempt for entry in entries] == [1, 2, 2]
    assert len({mail.recipient for mail in delivery.mailer.sent}) == len(delivery.mailer.sent) == 3


def test_near_the_end_of_its_time_nothing_is_claimed() -> None:
    """The chunk is queued again at once, untouched."""
    delivery = replace(world(), clock=VirtualClock(OPENED, left=29))
    delivery.deliver(ID, REF)
    assert states(delivery) == ["PENDING"] * 3
    assert delivery.queue.chunks == [(ID, REF, 0)]


@pytest.mark.parametrize(("campaign_id", "ref"), [("2030-01/invite", REF), (ID, "0-00009")])
def test_a_message_for_what_is_not_there_says_so(campaign_id: str, ref: str) -> None:
    """It can't be carried out, and names chunk and campaign."""
    with pytest.raises(BadInput, match=f"{ref} of {campaign_id}"):
        world().deliver(campaign_id, ref)
