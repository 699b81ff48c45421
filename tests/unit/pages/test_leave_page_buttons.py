"""The other buttons of the page to unsubscribe by: fewer mails, undo, a reason; and what each status is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from convener.mailing_types import COVERED_BY_DEFAULT
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.models import SubscriberStatus
from tests.support.one_time_pages import TOKEN, press, stored_state
from tests.support.people import OPENED, subscriber
from tests.support.visiting import ONE_CLICK, READER, Visit, words


def events(visit: Visit) -> list[tuple[ConsentEvent, str]]:
    """Return the events on the consent record."""
    return [(entry.what, entry.by) for entry in visit.consents.of(READER.id)]


def test_the_record_tells_the_page_button_from_one_click() -> None:
    """Both unsubscribe at once; the consent record says which of the two it was."""
    visit = Visit()
    answer = press(visit, "leave", f"{ONE_CLICK}&by=page")
    assert (answer.status, "You have left" in words(answer)) == (200, True)
    assert events(visit) == [(ConsentEvent.LEFT, "page")]


def test_one_click_unsubscribes_whatever_other_fields_come() -> None:
    """The field of RFC 8058 has one meaning, whatever other fields the form has."""
    visit = Visit()
    press(visit, "leave", f"action=pause-1&{ONE_CLICK}&action=undo")
    assert visit.rows.rows[READER.id].status is SubscriberStatus.LEFT


@pytest.mark.parametrize(
    ("action", "expected_words"),
    [
        ("only-recaps", "You get the recap"),
        ("pause-1", "until Saturday 4 May 2024"),
        ("pause-3", "until Thursday 4 July 2024"),
    ],
)
def test_fewer_mails_keep_the_subscription(action: str, expected_words: str) -> None:
    """The subscriber stays on the list, and the page shows the saved choices; pressing again changes nothing."""
    visit = Visit()
    first = press(visit, "leave", f"action={action}")
    once = stored_state(visit)
    assert press(visit, "leave", f"action={action}").body == first.body
    assert expected_words in words(first)
    assert stored_state(visit) == once
    assert visit.rows.rows[READER.id].status is SubscriberStatus.CONFIRMED
    assert events(visit) == ([(ConsentEvent.CHOSE, "page")] if action == "only-recaps" else [])
    assert "Or less instead" in words(visit.ask("leave", TOKEN))


@pytest.mark.parametrize(
    "subscriber_status", [status for status in SubscriberStatus if status is not SubscriberStatus.CONFIRMED]
)
@pytest.mark.parametrize("action", ["only-recaps", "pause-1", "undo", "reason&reason=other"])
def test_other_buttons_change_nothing_for_subscribers_without_mail(
    subscriber_status: SubscriberStatus, action: str
) -> None:
    """Without a date of unsubscribing there is nothing to undo, and no reason to give."""
    visit = Visit(people=[subscriber(1, status=subscriber_status)])
    press(visit, "leave", f"action={action}")
    assert visit.rows.rows[READER.id].status is subscriber_status
    assert visit.rows.commits == (subscriber_status is SubscriberStatus.LEFT and "reason" in action)


def test_undo_subscribes_again() -> None:
    """One press subscribes again, with the choices as they were."""
    visit = Visit()
    assert 'value="undo"' in visit.leave(TOKEN).body
    visit.clock.sleep(timedelta(days=6).total_seconds())
    answer = press(visit, "leave", "action=undo")
    assert "You are back" in words(answer)
    assert in_words(frozenset(), COVERED_BY_DEFAULT) in words(answer)
    row = visit.rows.rows[READER.id]
    assert (row.status, row.confirmed_at) == (SubscriberStatus.CONFIRMED, READER.confirmed_at)


def test_undo_works_for_a_week() -> None:
    """After a week the page has no such button, and the button of an older page changes nothing."""
    visit = Visit()
    visit.leave(TOKEN)
    before = stored_state(visit)
    visit.clock.sleep(timedelta(days=7).total_seconds())
    assert 'value="undo"' not in visit.ask("leave", TOKEN).body
    answer = press(visit, "leave", "action=undo")
    assert "that is over" in words(answer)
    assert 'href="/subscribe"' in answer.body
    assert stored_state(visit) == before


def test_undo_is_refused_after_a_bounce() -> None:
    """The page leads to the form, which shows whether the address works."""
    visit = Visit(people=[subscriber(1, status=SubscriberStatus.BOUNCED)])
    assert "came back to us" in words(visit.ask("leave", TOKEN))
    visit.leave(TOKEN)
    answer = press(visit, "leave", "action=undo")
    assert "So we can’t just start again" in words(answer)
    assert visit.rows.rows[READER.id].status is SubscriberStatus.LEFT


def test_a_reason_is_saved_once() -> None:
    """Another reason given later gets the same thanks, and changes nothing."""
    visit = Visit()
    visit.leave(TOKEN)
    assert "Thank you for telling us why" in words(press(visit, "leave", "action=reason&reason=no-time"))
    once = stored_state(visit)
    assert "Thank you for telling us why" in words(press(visit, "leave", "action=reason&reason=other"))
    assert stored_state(visit) == once


@pytest.mark.parametrize("reason", ["", "because", "<b>", "too-many "])
def test_an_unknown_reason_is_refused(reason: str) -> None:
    """The message is shown at the choice; space around a reason is accepted."""
    visit = Visit()
    visit.leave(TOKEN)
    answer = press(visit, "leave", f"action=reason&reason={reason}")
    assert answer.status == (200 if reason.strip() == "too-many" else 400)
    assert ('aria-describedby="reason-error"' in answer.body) == (answer.status == 400)


def test_each_status_is_explained() -> None:
    """Subscribers who complained, moved or were erased read why, and no button subscribes them again."""
    expected_words = {
        SubscriberStatus.COMPLAINED: "marked as spam",
        SubscriberStatus.ERASED: "a code and a day, without name or address",
        SubscriberStatus.MOVED: "any more",
        SubscriberStatus.LEFT: "fill in the form to join",
    }
    for subscriber_status, expected in expected_words.items():
        answer = Visit(people=[subscriber(1, status=subscriber_status)]).ask("leave", TOKEN)
        assert expected in words(answer)
        assert 'value="undo"' not in answer.body


def test_a_link_of_an_earlier_address_acts_on_the_present_one() -> None:
    """Links in old mails still work; the row of the earlier address stays as it is."""
    old = subscriber(1, status=SubscriberStatus.MOVED, moved_to=subscriber(2).id, address="")
    visit = Visit(people=[old, subscriber(2)], now=OPENED)
    assert "r•••@example.org" in words(visit.leave(TOKEN))
    assert visit.rows.rows[subscriber(2).id].status is SubscriberStatus.LEFT
    press(visit, "leave", "action=undo")
    assert visit.rows.rows[subscriber(2).id].status is SubscriberStatus.CONFIRMED
    assert visit.rows.rows[old.id] == old
