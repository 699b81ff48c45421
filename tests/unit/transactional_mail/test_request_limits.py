"""What strangers and older messages can't do by our letters: fill one box under many spellings, or mail who left."""

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
    """She wants her mail elsewhere."""
    return MoveRequested(mark=mark(number), at=NOW, subscriber=ANA.id, address=address)


SPELT = {
    "plus": ["ana@example.org", "ana+1@example.org", "Ana+news@example.org", "ana+1+2@example.org"],
    "dots": ["a.na@gmail.com", "an.a@gmail.com", "a.n.a@gmail.com", "ana@gmail.com"],
    "both": ["a.na+1@gmail.com", "ana+2@googlemail.com", "Ana@gmail.com", "an.a@googlemail.com"],
}


@pytest.mark.parametrize("addresses", SPELT.values(), ids=SPELT)
def test_one_box_is_not_filled_under_many_spellings(addresses: list[str]) -> None:
    """Limits count the mailbox: what follows a plus, and Gmail's dots, make another address and no other mailbox."""
    scene = TransactionalMail()
    told = [scene.carry_out(join(n, address)) for n, address in enumerate(addresses, 1)]
    assert [one.held_back for one in told] == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY + [True]
    assert scene.carry_out(join(9, "a.na@example.org")).outcome is OutcomeType.SENT, (
        "elsewhere dots make another mailbox"
    )


def test_spellings_of_one_box_stay_addresses_of_their_own() -> None:
    """Only limits fold them: whoever joins by one of them is known by that one."""
    scene = TransactionalMail(ANA)
    assert scene.carry_out(join(1, "ana+news@example.org")).mail == "confirm"
    assert scene.sent[0].recipient == "ana+news@example.org"


def test_one_reader_can_not_have_many_strangers_mailed() -> None:
    """Three new addresses a day: however often a link was pressed at the same moment, before it was used up."""
    scene = TransactionalMail(ANA)
    told = [scene.carry_out(move(n, f"stranger{n}@example.org")) for n in range(1, 7)]
    assert [one.held_back for one in told] == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY + [True] * 3
    assert len(scene.sent) == MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY


@pytest.mark.parametrize("standing", [SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED])
def test_who_left_after_asking_gets_no_mail_by_a_message_that_comes_late(standing: SubscriberStatus) -> None:
    """The later word holds for mails too: the button would do nothing."""
    scene = TransactionalMail(replace(ANA, status=standing, status_since=SINCE))
    told = scene.carry_out(join())
    assert (told.outcome, told.reason) == (OutcomeType.NOTHING_DUE, "overtaken")
    assert (scene.sent, scene.requests.kept) == ([], {})
    later = replace(ANA, status=standing, status_since=BEFORE)
    assert TransactionalMail(later).carry_out(join()).mail == "confirm"


def test_nor_is_a_new_address_asked_that_left_since() -> None:
    """By the same rule."""
    new = reader("new@example.org", status=SubscriberStatus.ERASED, status_since=SINCE)
    scene = TransactionalMail(ANA, new)
    assert scene.carry_out(move(1, "new@example.org")).reason == "overtaken"
    assert scene.sent == []
