"""Events about transactional mails and about mails that followed a move: the right row is suppressed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SubscriberStatus
from tests.support.feedback_events import PEOPLE, REF, entries, take, world
from tests.support.people import subscriber
from tests.support.ses_events import PARTS, SENT, changed, ses_event, tags_for

SUBSCRIBER = PEOPLE[0].id
TRANSACTIONAL_TAGS = {"letter": "welcome", "recipient": SUBSCRIBER}


def status(feedback: Any, one: str = SUBSCRIBER) -> SubscriberStatus:
    """Return the subscriber's status now."""
    found: SubscriberStatus = feedback.subscribers.rows[one].status
    return found


@pytest.mark.parametrize("what", list(PARTS))
def test_only_a_bounce_or_complaint_of_a_transactional_mail_changes_anything(what: str) -> None:
    """The ledger is not read, and the event is counted apart from foreign ones."""
    feedback = world()
    result = take(feedback, ses_event(what, TRANSACTIONAL_TAGS))
    expected = {
        "bounced": SubscriberStatus.BOUNCED,
        "suppressed": SubscriberStatus.BOUNCED,
        "complaint": SubscriberStatus.COMPLAINED,
    }
    assert status(feedback) is expected.get(what, SubscriberStatus.CONFIRMED)
    assert (result.transactional, result.foreign, result.parked, result.again) == (1, 0, {}, {})
    assert feedback.ledger.reads == feedback.ledger.writes == 0


def test_an_event_of_a_transactional_mail_without_a_row_is_taken() -> None:
    """A confirmation mail bounced, and nobody had joined."""
    feedback = world()
    result = take(feedback, ses_event("bounced", {"letter": "confirm", "recipient": "f" * 32}))
    assert (result.transactional, result.parked, feedback.subscribers.writes) == (1, {}, 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("detail/eventType", "Teleported"),
        ("detail/bounce", None),
        ("detail/bounce/timestamp", "yesterday"),
        ("detail/bounce/bounceType", "Odd"),
        ("detail/mail/tags/recipient", ["not one", "but two"]),
        ("detail/mail/tags/recipient", None),
    ],
)
def test_an_event_of_a_transactional_mail_is_never_parked(path: str, value: Any) -> None:
    """An operator could not repair anything."""
    feedback = world()
    result = take(feedback, changed(path, value, tags=TRANSACTIONAL_TAGS))
    assert (result.transactional, result.parked, result.again, status(feedback)) == (
        1,
        {},
        {},
        SubscriberStatus.CONFIRMED,
    )


def test_a_bounce_suppresses_the_row_that_the_mail_went_to() -> None:
    """The ledger's entry is the recipient's; the row is the one that the subscriber had moved to."""
    new = subscriber(99)
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 1, 91))
    feedback.subscribers.rows[new.id] = new
    take(feedback, ses_event("bounced", {**tags_for(SUBSCRIBER, chunk=REF), "reader": new.id}))
    assert (status(feedback, new.id), status(feedback)) == (SubscriberStatus.BOUNCED, SubscriberStatus.CONFIRMED)
    assert entries(feedback)[0].state is DeliveryState.BOUNCED


def test_a_bounce_of_the_old_address_leaves_the_new_row_alone() -> None:
    """The subscriber moved after that mail."""
    new = subscriber(99)
    gone = subscriber(16, status=SubscriberStatus.MOVED, moved_to=new.id)
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 1, 91))
    feedback.subscribers.rows |= {new.id: new, gone.id: gone}
    take(feedback, ses_event("bounced", tags_for(SUBSCRIBER, chunk=REF)))
    assert (status(feedback, new.id), status(feedback)) == (SubscriberStatus.CONFIRMED, SubscriberStatus.MOVED)


def test_a_bounce_from_before_a_move_to_the_address_changes_nothing() -> None:
    """The subscriber pressed a button in a mail to that address since. The late bounce is about its former owner."""
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 1, 91))
    feedback.subscribers.rows[SUBSCRIBER] = replace(PEOPLE[0], moved_at=SENT + timedelta(hours=1))
    take(feedback, ses_event("bounced", tags_for(SUBSCRIBER, chunk=REF)))
    assert status(feedback) is SubscriberStatus.CONFIRMED
    feedback.subscribers.rows[SUBSCRIBER] = replace(PEOPLE[0], moved_at=SENT - timedelta(hours=1))
    take(feedback, ses_event("bounced", TRANSACTIONAL_TAGS))
    assert status(feedback) is SubscriberStatus.BOUNCED
