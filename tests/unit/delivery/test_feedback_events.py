"""Reading one event: the state that it proves, and the mail that it is about."""

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
    """Read the event as the use case does."""
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
def test_each_event_type_gives_the_lowest_certain_state(what: str, state: DeliveryState, note: str) -> None:
    """Only final events have a time of their own.

    All others show that SES took the mail, at the time at which it did.
    """
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
    """An unknown word would be taken for a reason, and be lost with the next state."""
    events = [read(ses_event(what, OURS)) for what in ("full", "away", "unclear", "not-spam", "delayed")]
    assert all(event and event.note in REMARKS for event in events)


def test_the_tags_of_a_mail_are_those_that_are_read() -> None:
    """The tags that delivery writes on a mail lead the event back to its entry."""
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
def test_a_mail_without_tags_is_foreign(tags: dict[str, str]) -> None:
    """Somebody may have sent it by hand with the same configuration set."""
    assert read(ses_event("bounced", tags)) is None


def test_a_mail_of_another_configuration_set_or_of_none_is_foreign() -> None:
    """The mails of another stack may have the very same tags."""
    assert read(ses_event("bounced", OURS, configuration_set="another")) is None
    event = ses_event("bounced", OURS)
    del event["detail"]["mail"]["tags"]["ses:configuration-set"]
    assert read(event) is None
    del event["detail"]["mail"]["tags"]
    assert read(event) is None


def test_opens_and_clicks_show_only_that_ses_took_the_mail() -> None:
    """They leave no trace of what a subscriber did."""
    for kind in ("Open", "Click", "Subscription"):
        event = ses_event("sent", OURS)
        event["detail"]["eventType"] = kind
        found = read(event)
        assert found is not None
        assert (found.state, found.note, found.at) == (DeliveryState.ACCEPTED, "", SENT)


def test_a_time_without_a_zone_is_utc() -> None:
    """SES writes Z, but a copy of the event by another tool may not."""
    event = read(changed("detail/bounce/timestamp", "2024-04-04T09:00:00", tags=OURS))
    assert event is not None
    assert event.at == datetime(2024, 4, 4, 9, tzinfo=UTC)
