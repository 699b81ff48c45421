from __future__ import annotations

import re
from collections import Counter

import pytest

from convener.delivery.states import DeliveryState
from convener.subscribers.models import SubscriberStatus
from tests.support import e2e_month as names
from tests.support.e2e_steps import Month


def test_people_are_brought_in(month: Month) -> None:
    """`convener --stack NAME subscribers import` works on a deployed stack."""
    assert re.search(rf"new\D+{names.READERS}\b", month.people)


def test_an_upload_becomes_sessions(month: Month) -> None:
    """A file under inbox/ reaches ingest through the bucket's own notification, and its sessions are in the table."""
    assert month.uploaded["written"] is True
    known = {session.id: session for session in month.stack.sessions.all()}
    assert known[month.dates.upcoming_id].title == "Kindness on night shifts"
    assert known[month.dates.past_id].recording.url == "https://files.example.org/recording"


def test_everybody_is_invited_once(month: Month) -> None:
    """Each confirmed reader gets one mail, and the ledger says so."""
    addresses = [mail.recipient for mail in month.invited]
    assert len(set(addresses)) == len(addresses) == names.READERS
    states = names.states(month.stack, f"{month.dates.upcoming_id}/invite")
    assert Counter(states.values()) == {DeliveryState.ACCEPTED: names.READERS}


def test_the_mail_is_as_it_should_be(month: Month) -> None:
    """Real MIME reached SES: one-click headers, a calendar file, braces as typed, never the private address."""
    mail = month.invited[0]
    assert mail.configuration_set == month.stack.outputs["ConfigurationSetName"]
    assert set(mail.tags) == {"campaign", "chunk", "recipient", "attempt"}
    assert mail.mime["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    kinds = [part.get_content_type() for part in mail.mime.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert "Kindness on night shifts" in mail.words
    assert "{{ your own story }}" in mail.words
    assert "video.example.org" not in mail.words


def test_another_tick_opens_nothing(month: Month) -> None:
    """Asking again what is due changes nothing and sends nothing."""
    assert month.invited
    before = len(month.mailbox.sent)
    report = month.stack.tick()
    assert (report["opened"], report["started"], report["blocked"]) == ([], [], {})
    assert len(month.mailbox.sent) == before


def test_events_settle_the_ledger(month: Month) -> None:
    """Deliveries, bounces and complaints reach the ledger through the rule and the queue, whatever their order."""
    others = {DeliveryState.BOUNCED: 1, DeliveryState.COMPLAINED: 1, DeliveryState.ACCEPTED: 1}
    assert Counter(month.heard.values()) == {DeliveryState.DELIVERED: names.READERS - 3, **others}
    assert month.heard[names.id_of(month.stack, names.IS_FULL)] == DeliveryState.ACCEPTED


@pytest.mark.parametrize(
    ("address", "standing"),
    [
        (names.BOUNCES, SubscriberStatus.BOUNCED),
        (names.COMPLAINS, SubscriberStatus.COMPLAINED),
        (names.IS_FULL, SubscriberStatus.CONFIRMED),
        (names.STAYS, SubscriberStatus.CONFIRMED),
    ],
)
def test_events_suppress_who_must_be(month: Month, address: str, standing: SubscriberStatus) -> None:
    """A permanent bounce and a complaint end a subscription; a full mailbox and a delivery don't."""
    assert month.heard
    assert month.status(address) == standing


def test_events_of_another_sender_never_arrive(month: Month) -> None:
    """The rule hears this stack's configuration set only: another's bounce leaves the reader as she was."""
    assert month.heard[names.id_of(month.stack, names.LEAVES)] == DeliveryState.DELIVERED
