"""Feedback while others write, fail or die, and whom it suppresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.chunks import Chunk
from convener.delivery.feedback import MAX_ATTEMPTS
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import BadInput, Conflict, LostAnswer, Unavailable
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.feedback_events import ID, PEOPLE, REF, Counting, entries, event_about, take, world
from tests.support.people import LONG_AGO
from tests.support.ses_events import SENT


class Rivals(Counting):
    """A ledger in which delivery records a result just before each of the first writes."""

    outcomes: Any = ()

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if self.outcomes:
            (place, entry), *self.outcomes = self.outcomes
            stored = self.chunk_items[ID, REF]
            super().save(stored.with_entries({place: entry}), messages={place: f"rival-{place}"})
        super().save(chunk, messages=messages)


def test_a_record_of_delivery_is_kept() -> None:
    """The event of one recipient comes while the result of the next one is recorded, and neither is lost."""
    sending = RecipientState(DeliveryState.SENDING, 1, 90, "0123456789")
    feedback = world(sending, sending, ledger=Rivals())
    feedback.ledger.outcomes = [
        (1, RecipientState(DeliveryState.ACCEPTED, 1, 91)),
        (0, RecipientState(DeliveryState.ACCEPTED, 1, 91)),
    ]
    result = take(feedback, event_about("delivered"))
    assert [entry.state.value for entry in entries(feedback)] == ["D", "A", "A"]
    assert feedback.ledger.chunk_items[ID, REF].messages == {0: "rival-0", 1: "rival-1", 2: "m-2"}
    assert (result.again, feedback.ledger.reads) == ({}, 3)


def test_a_new_attempt_that_is_claimed_meanwhile_stays() -> None:
    """The event's attempt was the newest when it was read, and is an older one when it is written."""
    feedback = world(RecipientState(DeliveryState.RETRY, 1, 90, "throttled"), ledger=Rivals())
    feedback.ledger.outcomes = [(0, RecipientState(DeliveryState.SENDING, 2, 99, "9876543210"))]
    take(feedback, event_about("delivered"))
    assert entries(feedback)[0] == RecipientState(DeliveryState.SENDING, 2, 99, "9876543210+earlier")


class Always(Counting):
    """A ledger in which no write ever succeeds."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        self.writes += 1
        raise Conflict(f"{chunk.ref} {len(messages)}")


def test_a_chunk_that_others_keep_writing_is_left_for_later() -> None:
    """After some attempts its events are handed back; the events of other chunks are carried out."""
    feedback = world(ledger=Always())
    result = take(feedback, event_about("delivered"), event_about("delivered", 1))
    assert list(result.again) == ["message-0", "message-1"]
    assert (result.parked, feedback.ledger.writes) == ({}, MAX_ATTEMPTS)


class Broken(Counting):
    """A ledger in which one chunk can't be read or written."""

    error: Exception = Unavailable("down")

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        if ref == REF:
            raise self.error
        return super().chunk(campaign, ref)


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("dropped"), BadInput("newer")])
def test_one_bad_chunk_does_not_fail_the_batch(error: Exception) -> None:
    """Events of an unreachable chunk come again, those of a damaged chunk are parked, others are carried out."""
    feedback = world(ledger=Broken())
    feedback.ledger.error = error
    result = take(feedback, event_about("delivered"), event_about("delivered", chunk="0-00002"))
    assert list(result.again or result.parked) == ["message-0"]
    assert bool(result.parked) == isinstance(error, BadInput)
    assert entries(feedback, "0-00002")[0].state == DeliveryState.DELIVERED


class Busy(FakeSubscribers):
    """A row that another writer changes just before this one, or that can't be reached."""

    rivals: Any = ()
    unreachable = ""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        if self.unreachable in ids:
            raise Unavailable("down")
        return super().get(ids=ids)

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        if self.rivals:
            changes, *self.rivals = self.rivals
            known = self.rows[subscriber.id]
            self.rows[subscriber.id] = replace(known, version=known.version + 1, **changes)
        super().update(subscriber, expected_version=expected_version)


@pytest.mark.parametrize(
    ("rival", "standing"),
    [({"first_name": "Ana"}, SubscriberStatus.BOUNCED), ({"status": SubscriberStatus.LEFT}, SubscriberStatus.LEFT)],
)
def test_a_change_by_the_subscriber_is_kept(rival: dict[str, Any], standing: SubscriberStatus) -> None:
    """The new name stays beside the bounce, and leaving outranks the bounce."""
    people = Busy(PEOPLE)
    people.rivals = [rival]
    feedback = replace(world(), subscribers=people)
    take(feedback, event_about("bounced"))
    row = people.rows[PEOPLE[0].id]
    assert row.status == standing
    assert {name: getattr(row, name) for name in rival if name != "status"} == {
        name: value for name, value in rival.items() if name != "status"
    }
    assert entries(feedback)[0].state == DeliveryState.BOUNCED


def test_the_ledger_gets_a_bounce_after_the_subscriber_is_suppressed() -> None:
    """Where the row can't be reached, this event alone comes again; then both are written."""
    people = Busy(PEOPLE)
    people.unreachable = PEOPLE[0].id
    feedback = replace(world(), subscribers=people)
    result = take(feedback, event_about("bounced"), event_about("bounced", 1))
    assert list(result.again) == ["message-0"]
    assert [entry.state.value for entry in entries(feedback)] == ["A", "B", "A"]
    people.unreachable = ""
    take(feedback, event_about("bounced"))
    assert entries(feedback)[0].state == DeliveryState.BOUNCED
    assert people.rows[PEOPLE[0].id].status == SubscriberStatus.BOUNCED


def test_a_repeated_bounce_does_not_read_the_subscriber() -> None:
    """A repeated event costs one read of the chunk."""
    people = Busy(PEOPLE)
    feedback = replace(world(), subscribers=people)
    take(feedback, event_about("bounced"))
    people.unreachable = PEOPLE[0].id
    assert take(feedback, event_about("bounced"), event_about("suppressed"), event_about("delivered")).again == {}


def test_a_failure_between_both_writes_is_completed_by_the_repetition() -> None:
    """The repeated event suppresses nobody twice and settles the ledger."""
    feedback = world(ledger=Always())
    assert list(take(feedback, event_about("complaint")).again) == ["message-0"]
    ledger = Counting()
    ledger.campaigns, ledger.chunk_items = feedback.ledger.campaigns, feedback.ledger.chunk_items
    take(replace(feedback, ledger=ledger), event_about("complaint"))
    assert entries(feedback)[0].state == DeliveryState.COMPLAINED
    assert feedback.subscribers.writes == 1


@pytest.mark.parametrize(
    ("was", "bounced", "complained"),
    [
        (SubscriberStatus.CONFIRMED, SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED),
        (SubscriberStatus.BOUNCED, SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED),
        (SubscriberStatus.COMPLAINED, SubscriberStatus.COMPLAINED, SubscriberStatus.COMPLAINED),
        (SubscriberStatus.LEFT, SubscriberStatus.LEFT, SubscriberStatus.LEFT),
        (SubscriberStatus.ERASED, SubscriberStatus.ERASED, SubscriberStatus.ERASED),
        (SubscriberStatus.MOVED, SubscriberStatus.MOVED, SubscriberStatus.MOVED),
    ],
)
def test_which_status_replaces_which(
    was: SubscriberStatus, bounced: SubscriberStatus, complained: SubscriberStatus
) -> None:
    """A complaint outranks a bounce; a subscriber who left, moved or was erased keeps their status."""
    for what, becomes in (("suppressed", bounced), ("complaint", complained)):
        people = [replace(PEOPLE[0], status=was, status_since=LONG_AGO), *PEOPLE[1:]]
        feedback = world(people=people)
        take(feedback, event_about(what))
        row = feedback.subscribers.rows[PEOPLE[0].id]
        assert row.status == becomes
        assert row.status_since == (LONG_AGO if becomes == was else SENT + timedelta(seconds=5))


def test_a_subscriber_who_is_gone_or_confirmed_again_is_left_alone() -> None:
    """A bounce from before the new confirmation says nothing about the address now."""
    again = replace(PEOPLE[0], confirmed_at=SENT + timedelta(seconds=6))
    feedback = world()
    feedback.subscribers.rows = {again.id: again}
    result = take(feedback, event_about("bounced"), event_about("bounced", 1))
    assert not result.parked | result.again
    assert feedback.subscribers.rows == {again.id: again}
    assert [entry.state.value for entry in entries(feedback)] == ["B", "B", "A"]
