from __future__ import annotations

import pytest

from convener.delivery.states import DeliveryState
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import SubscriberStatus
from tests.support import e2e_month as names
from tests.support.e2e_joining import NEWCOMER, Joining
from tests.support.e2e_stack import wait_for
from tests.support.e2e_steps import Month


@pytest.fixture(scope="session")
def joining(month: Month) -> Joining:
    """One reader's way, beside the month."""
    return Joining(month=month)


def test_the_form_leads_to_one_mail_with_one_button(joining: Joining) -> None:
    """Form, queue and mail, by the functions' own roles; there is no row before the button."""
    assert joining.asked.configuration_set == joining.month.stack.outputs["ConfigurationSetName"]
    assert joining.looked == [200, 200, 200, 200]
    assert joining.asked.tags.keys() == {"letter", "recipient"}


def test_who_is_on_the_list_gets_the_same_page(joining: Joining) -> None:
    """The page is the same but for the address; the mail says that she is in already."""
    assert joining.asked.recipient == NEWCOMER
    pages = [joining.posts_form(address)[2].replace(address, "") for address in (names.STAYS, "nobody@reader.example")]
    assert pages[0] == pages[1]
    known = wait_for("the mail to who is in", lambda: joining.mails_to(names.STAYS, "known"))
    assert "/preferences/" in known[0].words
    assert joining.mails_to(names.STAYS, "confirm") == []


def test_the_welcome_of_a_late_joiner_is_the_invitation(joining: Joining) -> None:
    """The frozen invitation itself, recorded in the ledger; pressing again sends nothing more."""
    invite = joining.welcomed
    assert invite.mime["Subject"] == joining.month.invited[0].mime["Subject"]
    campaign = f"{joining.month.dates.upcoming_id}/invite"
    identity = names.id_of(joining.month.stack, NEWCOMER)
    states = wait_for("her entry in the ledger", lambda: names.states(joining.month.stack, campaign))
    assert states[identity] == DeliveryState.ACCEPTED
    assert len(joining.mails_to(NEWCOMER, "")) == 1


def test_leaving_is_taken_back_with_one_button(joining: Joining) -> None:
    """On the list as before; all of it is on record."""
    assert (joining.left[0], joining.back[0]) == (200, 200)
    row = joining.row
    assert row is not None
    assert row.status == SubscriberStatus.CONFIRMED
    assert joining.record == [ConsentEvent.JOINED, ConsentEvent.LEFT, ConsentEvent.CAME_BACK]


def test_a_fresh_link_erases(joining: Joining) -> None:
    """Sent to her address alone; a code, a date and a word stay."""
    status, _, page = joining.erased
    assert (status, "Your data are erased" in page) == (200, True)
    row = joining.row
    assert row is not None
    assert (row.status, row.address, row.first_name) == (SubscriberStatus.ERASED, "", "")
    assert joining.record == [ConsentEvent.ERASED]
