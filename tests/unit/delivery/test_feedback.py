"""The feedback use case: what a batch changes in the ledger and in the subscribers' rows, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.feedback import FeedbackResult
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SubscriberStatus
from tests.support.feedback_events import ID, PEOPLE, REF, entries, event_about, take, world
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
def test_any_event_shows_that_ses_took_the_mail(entry: RecipientState, what: str) -> None:
    """A lost answer is settled by the first event of any type, which also has the message's id."""
    feedback = world(entry)
    take(feedback, event_about(what))
    assert (entries(feedback)[0].state, entries(feedback)[0].at) == (DeliveryState.ACCEPTED, 90)
    assert feedback.ledger.chunk_items[ID, REF].messages[0].startswith("0102018ea7c8-")
    assert not feedback.ledger.chunk_items[ID, REF].unfinished


def test_a_batch_reads_and_writes_each_chunk_once() -> None:
    """This holds for any number and mixture of events."""
    feedback = world()
    events = [event_about("delivered", place, chunk=ref) for place in range(3) for ref in (REF, "0-00002")]
    result = take(feedback, *events)
    assert (feedback.ledger.reads, feedback.ledger.writes) == (2, 2)
    assert result.new_states == {DeliveryState.DELIVERED: 6}


def test_known_events_are_not_written_again() -> None:
    """A repeated event costs a read, and a bounce that the ledger knows does not touch the subscriber."""
    feedback = world()
    batch = [event_about("sent"), event_about("bounced"), event_about("delivered", 1), event_about("delayed", 2)]
    take(feedback, *batch)
    writes, chunk = feedback.ledger.writes, feedback.ledger.chunk_items[ID, REF]
    result = take(feedback, *batch, *batch)
    assert (feedback.ledger.writes, feedback.subscribers.writes) == (writes, 1)
    assert feedback.ledger.chunk_items[ID, REF] == chunk
    assert not result.new_states
    assert result.remarked == 0


def test_an_event_of_an_older_attempt_does_not_settle_a_newer_one() -> None:
    """The newer attempt gets a remark and keeps its state."""
    feedback = world(
        RecipientState(DeliveryState.UNKNOWN, 2, 400, "answer-lost"), RecipientState(DeliveryState.DELIVERED, 2, 400)
    )
    take(feedback, event_about("delivered", 0), event_about("sent", 1))
    assert entries(feedback)[:2] == (
        RecipientState(DeliveryState.UNKNOWN, 2, 400, "answer-lost+earlier"),
        RecipientState(DeliveryState.DELIVERED, 2, 400, "earlier"),
    )
    assert 0 not in feedback.ledger.chunk_items[ID, REF].messages


def test_a_bounce_of_an_older_attempt_suppresses_the_subscriber() -> None:
    """The address does not accept mails, whatever became of the next attempt."""
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 2, 400))
    take(feedback, event_about("bounced"))
    assert entries(feedback)[0] == RecipientState(DeliveryState.ACCEPTED, 2, 400, "earlier")
    assert feedback.subscribers.rows[PEOPLE[0].id].status == SubscriberStatus.BOUNCED


def test_remarks_stay_through_later_states() -> None:
    """A delay and an automatic reply are still shown beside the delivery."""
    feedback = world()
    for event in (event_about("delayed"), event_about("delivered"), event_about("away"), event_about("away")):
        take(feedback, event)
    assert entries(feedback)[0] == RecipientState(DeliveryState.DELIVERED, 1, 95, "delayed+soft-bounce")


def test_a_later_final_state_outranks_an_earlier_one() -> None:
    """A mail is delivered, then bounced by the next server, then complained about."""
    feedback = world()
    for what, state in (("delivered", "D"), ("bounced", "B"), ("complaint", "C"), ("delivered", "C")):
        take(feedback, event_about(what, after=60))
        assert entries(feedback)[0] == RecipientState(DeliveryState(state), 1, 150)
    row = feedback.subscribers.rows[PEOPLE[0].id]
    assert (row.status, row.status_since, row.version) == (SubscriberStatus.COMPLAINED, SENT + timedelta(seconds=60), 3)


@pytest.mark.parametrize("after", [(60, 30), (30, 60)])
def test_of_two_equal_final_states_the_earlier_one_stays(after: tuple[int, int]) -> None:
    """Two servers on the way may both report that there is no such mailbox, and the later report may come first."""
    feedback = world()
    for seconds in after:
        take(feedback, event_about("bounced", after=seconds))
    assert entries(feedback)[0] == RecipientState(DeliveryState.BOUNCED, 1, 120)


def test_no_event_has_a_time_before_the_campaign() -> None:
    """SES's clock may differ."""
    feedback = world(RecipientState(DeliveryState.UNKNOWN, 1, 0, "answer-lost"))
    event = event_about("sent")
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
def test_an_event_that_the_ledger_does_not_know_is_parked(event: Mapping[str, Any]) -> None:
    """Campaign, chunk, recipient and attempt are all written before a mail leaves."""
    feedback = world()
    result = take(feedback, event, event_about("delivered", 1))
    assert list(result.parked) == ["message-0"]
    assert [entry.state.value for entry in entries(feedback)] == ["A", "D", "A"]
    assert feedback.subscribers.writes == 0


def test_an_empty_batch_does_nothing() -> None:
    """There is no event and no failure."""
    assert take(world()) == FeedbackResult()
