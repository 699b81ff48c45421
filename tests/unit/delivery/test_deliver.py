"""Delivery: look again, claim, send, record; what is certain, what is not, and what is given back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.chunks import Chunk, new_chunk
from convener.delivery.deliver import AGAIN, CALL, Delivery
from convener.delivery.mail import Mail
from convener.delivery.states import Entry, State
from convener.errors import BadInput, Conflict, LostAnswer, Refused, Throttled, Unavailable
from convener.subscribers.models import Standing, Subscriber
from local.virtual_clock import VirtualClock
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeMailer, FakeQueues
from tests.support.people import OPENED, campaign, edition, subscriber

ID, REF = "2024-04/invite", "0-00001"


def world(count: int = 3, *, mailer: Any = None, rows: Sequence[Subscriber] | None = None, **changes: Any) -> Any:
    """A chunk of so many readers, not yet delivered."""
    people = list(rows) if rows else [subscriber(16 * n) for n in range(1, count + 1)]
    ledger, editions = FakeLedger(), FakeEditions()
    ledger.campaigns[ID] = campaign(edition=editions.put(edition()), **changes)
    ledger.chunk_items[ID, REF] = new_chunk(ID, "0", 1, [person.id for person in people])
    return Delivery(
        ledger=ledger,
        subscribers=FakeSubscribers(people),
        editions=editions,
        mailer=mailer or FakeMailer(),
        links=FakeLinks(),
        queue=FakeQueues(),
        clock=VirtualClock(OPENED + timedelta(minutes=1)),
    )


def states(delivery: Any) -> list[str]:
    """Names of the entries' states, with notes."""
    entries = delivery.ledger.chunk_items[ID, REF].entries
    return [f"{entry.state.name}:{entry.note}".rstrip(":") for entry in entries]


def raising(error: Exception, on: int) -> Callable[[Mail], None]:
    """Fail at the n-th mail, once."""
    left = [on]

    def fails(_mail: Mail) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise error

    return fails


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


class Rivals(FakeLedger):
    """A ledger in which another copy of the message claims just before we do."""

    rival: Any = None

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if self.rival:
            rival, self.rival = self.rival, None
            rival.deliver(ID, REF)
        super().save(chunk, messages=messages)


def test_of_two_copies_at_once_each_recipient_is_sent_one_mail() -> None:
    """The slower one's claim is refused; it looks again and finds nothing left."""
    delivery = world(5)
    ledger = Rivals()
    ledger.campaigns, ledger.chunk_items = delivery.ledger.campaigns, delivery.ledger.chunk_items
    delivery = replace(delivery, ledger=ledger)
    ledger.rival = delivery
    delivery.deliver(ID, REF)
    assert len(delivery.mailer.sent) == 5
    assert states(delivery) == ["ACCEPTED"] * 5


def test_an_event_that_was_faster_than_our_own_record_stands() -> None:
    """A bounce written while the call was under way is not undone by ACCEPTED, and nothing is lost beside it."""
    delivery = world(2)
    ledger = delivery.ledger

    def bounce(_mail: Mail) -> None:
        chunk = ledger.chunk_items[ID, REF]
        if chunk.entries[0].state == State.SENDING:
            ledger.save(chunk.with_entries({0: Entry(State.BOUNCED, 1, 60)}), messages={})

    delivery.mailer.fails = bounce
    delivery.deliver(ID, REF)
    assert [entry.state for entry in ledger.chunk_items[ID, REF].entries] == [State.BOUNCED, State.ACCEPTED]


def test_a_mail_that_is_on_its_way_is_never_claimed_again() -> None:
    """SENDING that a dead Lambda left behind is not sent by the next one."""
    delivery = world(2)
    chunk = delivery.ledger.chunk_items[ID, REF]
    delivery.ledger.save(chunk.with_entries({0: Entry(State.SENDING, 1, 0, "dead")}), messages={})
    delivery.deliver(ID, REF)
    assert states(delivery) == ["SENDING:dead", "ACCEPTED"]


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


def test_a_record_that_keeps_conflicting_is_written_in_the_end() -> None:
    """Three rivals in a row only mean that it is read and merged three times."""
    delivery = world(1)
    ledger, refusals = delivery.ledger, [3]
    save = ledger.save

    def stubborn(chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if chunk.entries[0].state == State.ACCEPTED and refusals[0]:
            refusals[0] -= 1
            raise Conflict(chunk.ref)
        save(chunk, messages=messages)

    ledger.save = stubborn
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"]
