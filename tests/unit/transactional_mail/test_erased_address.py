"""An erased address: SES forgets it once the row is erased, unless the owner reported mail as spam."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from convener.errors import Unavailable
from convener.subscribers.mail_requests import AddressErased
from convener.subscribers.models import SubscriberStatus
from convener.transactional_mail.erased_address import MAX_ERASING_TIME
from convener.transactional_mail.outcomes import OutcomeType
from tests.support.one_time_pages import one_time_token, press
from tests.support.transactional import NOW, TransactionalMail, mark, reader
from tests.support.visiting import READER, Visit, words

ADDRESS = "ana@example.org"
ERASED = replace(reader(), status=SubscriberStatus.ERASED, address="", status_since=NOW)
REQUEST = AddressErased(mark=mark(1), at=NOW, subscriber=ERASED.id, address=ADDRESS)


@pytest.mark.parametrize(
    ("reason", "result", "left"),
    [("BOUNCE", "taken-off", {}), ("COMPLAINT", "kept", {ADDRESS: "COMPLAINT"}), ("", "not-listed", {})],
)
def test_ses_forgets_an_erased_address(reason: str, result: str, left: dict[str, str]) -> None:
    """Once or twice; no mail leaves, and the outcome names nobody."""
    transactional = TransactionalMail(ERASED)
    if reason:
        transactional.suppression.reasons[ADDRESS] = reason
    outcome = transactional.carry_out(REQUEST)
    assert (outcome.outcome, outcome.mail, outcome.reason) == (OutcomeType.DONE, "", result)
    assert (transactional.suppression.reasons, transactional.mailer.sent) == (left, [])
    assert transactional.carry_out(REQUEST).reason == (result if left else "not-listed")


@pytest.mark.parametrize("people", [(), (reader(),), (reader(status=SubscriberStatus.LEFT, status_since=NOW),)])
def test_an_address_that_was_not_erased_stays(people: tuple[object, ...]) -> None:
    """The page queues the message before it erases; if erasing fails, the message is dropped after some minutes."""
    transactional = TransactionalMail(*people)  # type: ignore[arg-type]
    transactional.suppression.reasons[ADDRESS] = "BOUNCE"
    with pytest.raises(Unavailable):
        transactional.carry_out(REQUEST)
    transactional.clock.move_to(NOW + MAX_ERASING_TIME + timedelta(seconds=1))
    assert transactional.carry_out(REQUEST).outcome is OutcomeType.DROPPED
    assert transactional.suppression.reasons == {ADDRESS: "BOUNCE"}


def test_the_page_queues_it_before_it_erases_and_says_what_will_happen() -> None:
    """Once: who presses again finds nothing to forget. If the queue is out of reach, nothing is erased."""
    visit = Visit()
    shown = words(visit.ask("erase", one_time_token("erase")))
    assert "if mail to you ever came back as undeliverable" in shown
    assert "if you reported an email as junk" in shown
    assert "forgets that mail to you came back" in words(press(visit, "erase", "action=erase"))
    [message] = visit.mail_requests.sent
    assert isinstance(message, AddressErased)
    assert (message.subscriber, message.address) == (READER.id, READER.address)
    press(visit, "erase", "action=erase")
    assert len(visit.mail_requests.sent) == 1
    assert visit.rows.rows[READER.id].status is SubscriberStatus.ERASED


def test_nothing_is_erased_while_the_queue_is_out_of_reach() -> None:
    """Else nobody could take the address off the list later: it is nowhere any more."""
    visit = Visit()

    def fails() -> None:
        raise Unavailable("down")

    visit.change(mail_requests=fails)
    assert press(visit, "erase", "action=erase").status >= 500
    assert visit.rows.rows[READER.id] == READER
