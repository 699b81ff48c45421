"""What SES tells of letters, and of mails that followed a reader: the right row is suppressed, nothing is parked."""

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

HER = PEOPLE[0].id
OF_LETTER = {"letter": "welcome", "recipient": HER}


def standing(feedback: Any, one: str = HER) -> SubscriberStatus:
    """Hers now."""
    found: SubscriberStatus = feedback.subscribers.rows[one].status
    return found


@pytest.mark.parametrize("what", list(PARTS))
def test_only_a_bounce_or_complaint_of_a_letter_does_anything(what: str) -> None:
    """No ledger is asked; it is counted apart from what isn't ours."""
    feedback = world()
    heard = take(feedback, ses_event(what, OF_LETTER))
    expected = {
        "bounced": SubscriberStatus.BOUNCED,
        "suppressed": SubscriberStatus.BOUNCED,
        "complaint": SubscriberStatus.COMPLAINED,
    }
    assert standing(feedback) is expected.get(what, SubscriberStatus.CONFIRMED)
    assert (heard.transactional, heard.foreign, heard.parked, heard.again) == (1, 0, {}, {})
    assert feedback.ledger.reads == feedback.ledger.writes == 0


def test_a_letter_to_somebody_without_a_row_is_heard() -> None:
    """A confirmation that bounced: nobody joined."""
    feedback = world()
    heard = take(feedback, ses_event("bounced", {"letter": "confirm", "recipient": "f" * 32}))
    assert (heard.transactional, heard.parked, feedback.subscribers.writes) == (1, {}, 0)


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
def test_a_letters_event_is_never_parked(path: str, value: Any) -> None:
    """Nothing would be mended by a person who looks at it."""
    feedback = world()
    heard = take(feedback, changed(path, value, tags=OF_LETTER))
    assert (heard.transactional, heard.parked, heard.again, standing(feedback)) == (
        1,
        {},
        {},
        SubscriberStatus.CONFIRMED,
    )


def test_a_bounce_suppresses_the_row_that_the_mail_went_to() -> None:
    """The ledger's entry is the one she was intended by, the row the one she had moved to."""
    new = subscriber(99)
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 1, 91))
    feedback.subscribers.rows[new.id] = new
    take(feedback, ses_event("bounced", {**tags_for(HER, chunk=REF), "reader": new.id}))
    assert (standing(feedback, new.id), standing(feedback)) == (SubscriberStatus.BOUNCED, SubscriberStatus.CONFIRMED)
    assert entries(feedback)[0].state is DeliveryState.BOUNCED


def test_a_bounce_of_the_old_address_leaves_the_new_row_alone() -> None:
    """She moved after that mail."""
    new = subscriber(99)
    gone = subscriber(16, status=SubscriberStatus.MOVED, moved_to=new.id)
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 1, 91))
    feedback.subscribers.rows |= {new.id: new, gone.id: gone}
    take(feedback, ses_event("bounced", tags_for(HER, chunk=REF)))
    assert (standing(feedback, new.id), standing(feedback)) == (SubscriberStatus.CONFIRMED, SubscriberStatus.MOVED)


def test_what_was_true_before_she_moved_there_says_nothing_of_her() -> None:
    """She pressed a button in a mail to that address since: a late bounce of its former reader's mail is old news."""
    feedback = world(RecipientState(DeliveryState.ACCEPTED, 1, 91))
    feedback.subscribers.rows[HER] = replace(PEOPLE[0], moved_at=SENT + timedelta(hours=1))
    take(feedback, ses_event("bounced", tags_for(HER, chunk=REF)))
    assert standing(feedback) is SubscriberStatus.CONFIRMED
    feedback.subscribers.rows[HER] = replace(PEOPLE[0], moved_at=SENT - timedelta(hours=1))
    take(feedback, ses_event("bounced", OF_LETTER))
    assert standing(feedback) is SubscriberStatus.BOUNCED
