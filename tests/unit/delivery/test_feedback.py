"""Feedback's use case: what a batch changes in the ledger and the subscribers, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.feedback import FeedbackResult
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SubscriberStatus
from tests.support.feedback_events import ID, PEOPLE, REF, entries, take, told, world
from tests.support.people import OPENED, subscriber
from tests.support.ses_events import SENT, ses_event, tags_for


@pytest.mark.parametrize(
    "entry",
    [
        RecipientState(DeliveryState.SENDING, 1, 90, "0123456789"),
        RecipientState(DeliveryState.UNKNOWN, 1, 95, "answer-lost"),
        RecipientState(DeliveryState.RETRY, 1, 95, "throttled"),
        RecipientState(DeliveryState.SKIPPED, 1, 95, "left"),
    ],
)
@pytest.mark.parametrize("what", ["sent", "delayed", "away"])
def test_any_event_proves_that_the_mail_was_taken(entry: RecipientState, what: str) -> None:
    """A lost answer is settled by the first event that comes, whichever it is, and brings the message's id."""
    feedback = world(entry)
    take(feedback, told(what))
    assert (entries(feedback)[0].state, entries(feedback)[0].at) == (DeliveryState.ACCEPTED, 90)
    assert feedback.ledger.chunk_items[ID, REF].messages[0].startswith("0102018ea7c8-")
    assert not feedback.ledger.chunk_items[ID, REF].unfinished


def test_a_batch_reads_and_writes_each_chunk_once() -> None:
    """However many events it holds, in whatever mixture."""
    feedback = world()
    events = [told("delivered", place, chunk=ref) for place in range(3) for ref in (REF, "0-00002")]
    heard = take(feedback, *events)
    assert (feedback.ledger.reads, feedback.ledger.writes) == (2, 2)
    assert heard.new_states == {DeliveryState.DELIVERED: 6}


def test_what_is_known_is_not_written_again() -> None:
    """Doubled events cost a read, and a bounce that the ledger knows doesn't touch the subscriber."""
    feedback = world()
    batch = [told("sent"), told("bounced"), told("delivered", 1), told("delayed", 2)]
    take(feedback, *batch)
    writes, chunk = feedback.ledger.writes, feedback.ledger.chunk_items[ID, REF]
    heard = take(feedback, *batch, *batch)
    assert (feedback.ledger.writes, feedback.subscribers.writes) == (writes, 1)
    assert feedback.ledger.chunk_items[ID, REF] == chunk
    assert not heard.new_states
    assert heard.remarked == 0


def test_an_event_of_an_older_attempt_settles_nothing_newer() -> None:
    """It is remarked on the newer one, which goes on as it was."""
    feedback = world(
        RecipientState(DeliveryState.UNKNOWN, 2, 400, "answer-lost"), RecipientState(DeliveryState.DELIVERED, 2, 400)
    )
    take(feedback, told("delivered", 0), told("sent", 1))
    assert entries(feedback)[:2] == (
        RecipientState(DeliveryState.UNKNOWN, 2, 400, "answer-lost+earlier"),
        RecipientState(DeliveryState.DELIVERED, 2, 400, "earlier"),
    )
    assert 0 not in feedback.ledger.chunk_items[ID, REF].messages


def test_an_older_bounce_still_suppresses() -> None:
    """The address is as bad as it was, whatever became of the next attempt."""
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 2, 400))
    take(feedback, told("bounced"))
    assert entries(feedback)[0] == RecipientState(DeliveryState.ACCEPTED, 2, 400, "earlier")
    assert feedback.subscribers.rows[PEOPLE[0].id].status == SubscriberStatus.BOUNCED


def test_remarks_stay_through_later_states() -> None:
    """A delay and an out-of-office reply are still to be seen beside the delivery."""
    feedback = world()
    for event in (told("delayed"), told("delivered"), told("away"), told("away")):
        take(feedback, event)
    assert entries(feedback)[0] == RecipientState(DeliveryState.DELIVERED, 1, 95, "delayed+soft-bounce")


def test_a_later_end_outranks_an_earlier_one() -> None:
    """Delivered, then bounced by the next server, then complained about."""
    feedback = world()
    for what, state in (("delivered", "D"), ("bounced", "B"), ("complaint", "C"), ("delivered", "C")):
        take(feedback, told(what, after=60))
        assert entries(feedback)[0] == RecipientState(DeliveryState(state), 1, 150)
    row = feedback.subscribers.rows[PEOPLE[0].id]
    assert (row.status, row.status_since, row.version) == (SubscriberStatus.COMPLAINED, SENT + timedelta(seconds=60), 3)


@pytest.mark.parametrize("after", [(60, 30), (30, 60)])
def test_of_two_ends_that_are_the_same_the_first_that_happened_stands(after: tuple[int, int]) -> None:
    """Two servers on the way may both say that there is no such mailbox; the later word may come first."""
    feedback = world()
    for seconds in after:
        take(feedback, told("bounced", after=seconds))
    assert entries(feedback)[0] == RecipientState(DeliveryState.BOUNCED, 1, 120)


def test_clocks_that_differ_never_give_a_time_before_the_campaign() -> None:
    """SES's clock is not ours."""
    feedback = world(RecipientState(DeliveryState.UNKNOWN, 1, 0, "answer-lost"))
    event = told("sent")
    event["detail"]["mail"]["timestamp"] = (OPENED - timedelta(seconds=3)).isoformat()
    take(feedback, event)
    assert entries(feedback)[0] == RecipientState(DeliveryState.ACCEPTED, 1, 0)


@pytest.mark.parametrize(
    "event",
    [
        ses_event("bounced", tags_for(PEOPLE[0].id, chunk="0-00009")),
        ses_event("bounced", tags_for(PEOPLE[0].id, chunk=REF, campaign="2031-01_invite")),
        ses_event("bounced", tags_for(subscriber(0x990).id, chunk=REF)),
        ses_event("bounced", tags_for(PEOPLE[0].id, chunk=REF, attempt=2)),
    ],
)
def test_what_the_ledger_doesnt_know_is_parked_and_changes_nothing(event: Mapping[str, Any]) -> None:
    """Campaign, chunk, recipient and attempt were all written before the mail left."""
    feedback = world()
    heard = take(feedback, event, told("delivered", 1))
    assert list(heard.parked) == ["message-0"]
    assert [entry.state.value for entry in entries(feedback)] == ["A", "D", "A"]
    assert feedback.subscribers.writes == 0


def test_a_batch_of_nothing_is_fine() -> None:
    """No event, no failure."""
    assert take(world()) == FeedbackResult()
