"""Reading one event: what it says, and whom it concerns."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.delivery.events import TAG_SHAPES, MailEvent, TransactionalMailEvent, read_event
from convener.delivery.mail import build_mail
from convener.delivery.states import REMARKS, DeliveryState
from tests.support.people import OPENED, edition, subscriber
from tests.support.ses_events import SENT, SET, TIMELESS, changed, ses_event, tags_for

READER = subscriber(0x1A).id
OURS = tags_for(READER, chunk="a-00001", attempt=2)


def read(event: Any) -> MailEvent | None:
    """As the use case reads it."""
    found = read_event(event if isinstance(event, str) else json.dumps(event), configuration_set=SET)
    assert not isinstance(found, TransactionalMailEvent)
    return found


@pytest.mark.parametrize(
    ("what", "state", "note"),
    [
        ("sent", DeliveryState.ACCEPTED, ""),
        ("delivered", DeliveryState.DELIVERED, ""),
        ("bounced", DeliveryState.BOUNCED, ""),
        ("suppressed", DeliveryState.BOUNCED, ""),
        ("full", DeliveryState.ACCEPTED, "mailbox-full"),
        ("away", DeliveryState.ACCEPTED, "soft-bounce"),
        ("unclear", DeliveryState.ACCEPTED, "unclear-bounce"),
        ("complaint", DeliveryState.COMPLAINED, ""),
        ("not-spam", DeliveryState.ACCEPTED, "not-spam"),
        ("rejected", DeliveryState.FAILED, "rejected"),
        ("not-rendered", DeliveryState.FAILED, "not-rendered"),
        ("delayed", DeliveryState.ACCEPTED, "delayed"),
    ],
)
def test_each_kind_says_what_is_at_least_true(what: str, state: DeliveryState, note: str) -> None:
    """Only ends are more than "taken", and their time is theirs; all else dates from when SES took the mail."""
    event = read(ses_event(what, OURS, after=60, message_id="m-1"))
    ended = what not in TIMELESS and state != DeliveryState.ACCEPTED
    assert event == MailEvent(
        campaign="2024-04/invite",
        chunk="a-00001",
        recipient=READER,
        attempt=2,
        message_id="m-1",
        state=state,
        at=SENT + timedelta(seconds=60) if ended else SENT,
        note=note,
    )


def test_every_remark_is_a_word_that_the_ledger_knows() -> None:
    """Else it would be taken for a reason, and lost with the next state."""
    events = [read(ses_event(what, OURS)) for what in ("full", "away", "unclear", "not-spam", "delayed")]
    assert all(event and event.note in REMARKS for event in events)


def test_the_tags_of_a_mail_are_those_that_are_read() -> None:
    """What delivery writes on a mail leads the event back to its place."""
    mail = build_mail(
        campaign="2024-04b/follow-up/2",
        chunk="a-00001",
        attempt=3,
        edition=edition(),
        subscriber=subscriber(0x1A),
        leave_url="https://c.example/leave/x",
        preferences_url="https://c.example/preferences/x",
        now=OPENED,
    )
    event = read(ses_event("sent", mail.tags))
    assert event is not None
    assert mail.tags.keys() == TAG_SHAPES.keys()
    assert (event.campaign, event.chunk, event.recipient, event.attempt) == (
        "2024-04b/follow-up/2",
        "a-00001",
        READER,
        3,
    )


@pytest.mark.parametrize("tags", [{}, {"team": "press"}])
def test_a_mail_without_our_tags_is_foreign(tags: dict[str, str]) -> None:
    """Somebody sent by hand through our configuration set, say."""
    assert read(ses_event("bounced", tags)) is None


def test_a_mail_of_another_set_or_of_none_is_foreign() -> None:
    """Another stack's mails may have the very same tags."""
    assert read(ses_event("bounced", OURS, configuration_set="another")) is None
    event = ses_event("bounced", OURS)
    del event["detail"]["mail"]["tags"]["ses:configuration-set"]
    assert read(event) is None
    del event["detail"]["mail"]["tags"]
    assert read(event) is None


def test_what_nobody_asked_for_says_only_that_the_mail_was_taken() -> None:
    """Opens and clicks leave no trace of what a reader did."""
    for kind in ("Open", "Click", "Subscription"):
        event = ses_event("sent", OURS)
        event["detail"]["eventType"] = kind
        found = read(event)
        assert found is not None
        assert (found.state, found.note, found.at) == (DeliveryState.ACCEPTED, "", SENT)


def test_a_time_without_a_zone_is_utc() -> None:
    """SES writes Z; a copy of it by other tools may not."""
    event = read(changed("detail/bounce/timestamp", "2024-04-04T09:00:00", tags=OURS))
    assert event is not None
    assert event.at == datetime(2024, 4, 4, 9, tzinfo=UTC)
