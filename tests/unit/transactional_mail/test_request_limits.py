"""Limits of mail requests: strangers can't fill a mailbox by many spellings, and old messages mail nobody who left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from convener.subscribers.mail_requests import MoveRequested
from convener.subscribers.models import SubscriberStatus
from convener.transactional_mail.outcomes import OutcomeType
from convener.transactional_mail.request_handlers import MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY
from tests.support.transactional import NOW, TransactionalMail, join, mark, reader

ANA = reader()
BEFORE, SINCE = NOW - timedelta(hours=1), NOW + timedelta(minutes=1)


def move(number: int, address: str) -> MoveRequested:
    """Return a request to change an address."""
    return MoveRequested(mark=mark(number), at=NOW, subscriber=ANA.id, address=address)


SPELT = {
    "plus": ["ana@example.org", "ana+1@example.org", "Ana+news@example.org", "ana+1+2@example.org"],
    "dots": ["a.na@gmail.com", "an.a@gmail.com", "a.n.a@gmail.com", "ana@gmail.com"],
    "both": ["a.na+1@gmail.com", "ana+2@googlemail.com", "Ana@gmail.com", "an.a@googlemail.com"],
}


@pytest.mark.parametrize("addresses", SPELT.values(), ids=SPELT)
def test_many_spellings_of_one_mailbox_share_a_limit(addresses: list[str]) -> None:
    """A part after a plus, and Gmail's dots, make another address and not another mailbox."""
    scene = TransactionalMail()
    outcomes = [scene.carry_out(join(n, address)) for n, address in enumerate(addresses, 1)]
    assert [outcome.held_back for outcome in outcomes] == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY + [True]
    assert scene.carry_out(join(9, "a.na@example.org")).outcome is OutcomeType.SENT, (
        "elsewhere dots make another mailbox"
    )


def test_spellings_stay_separate_addresses() -> None:
    """Only limits treat them as one; a subscriber has the spelling that they subscribed with."""
    scene = TransactionalMail(ANA)
    assert scene.carry_out(join(1, "ana+news@example.org")).mail == "confirm"
    assert scene.sent[0].recipient == "ana+news@example.org"


def test_one_subscriber_can_not_mail_many_strangers() -> None:
    """Three new addresses a day, even if the button was pressed many times before the link was used up."""
    scene = TransactionalMail(ANA)
    outcomes = [scene.carry_out(move(n, f"stranger{n}@example.org")) for n in range(1, 7)]
    assert [outcome.held_back for outcome in outcomes] == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY + [True] * 3
    assert len(scene.sent) == MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY


@pytest.mark.parametrize("subscriber_status", [SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED])
def test_a_late_message_sends_nothing_to_who_left(subscriber_status: SubscriberStatus) -> None:
    """The button would do nothing, because the subscriber left after asking."""
    scene = TransactionalMail(replace(ANA, status=subscriber_status, status_since=SINCE))
    outcome = scene.carry_out(join())
    assert (outcome.outcome, outcome.reason) == (OutcomeType.NOTHING_DUE, "overtaken")
    assert (scene.sent, scene.requests.kept) == ([], {})
    later = replace(ANA, status=subscriber_status, status_since=BEFORE)
    assert TransactionalMail(later).carry_out(join()).mail == "confirm"


def test_a_late_message_sends_nothing_to_a_new_address_that_left() -> None:
    """By the same rule."""
    new = reader("new@example.org", status=SubscriberStatus.ERASED, status_since=SINCE)
    scene = TransactionalMail(ANA, new)
    assert scene.carry_out(move(1, "new@example.org")).reason == "overtaken"
    assert scene.sent == []
