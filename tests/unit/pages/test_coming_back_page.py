"""The leave page's other buttons: less instead, undo, a reason; and what each standing is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import SubscriberStatus
from tests.support.one_time_pages import TOKEN, kept, press
from tests.support.people import OPENED, subscriber
from tests.support.visiting import ONE_CLICK, READER, Visit, words


def whats(visit: Visit) -> list[tuple[ConsentEvent, str]]:
    return [(entry.what, entry.by) for entry in visit.consents.of(READER.id)]


def test_our_own_button_and_a_mail_program_are_told_apart() -> None:
    """Both leave at once; the record says which it was."""
    visit = Visit()
    answer = press(visit, "leave", f"{ONE_CLICK}&by=page")
    assert (answer.status, "You have left" in words(answer)) == (200, True)
    assert whats(visit) == [(ConsentEvent.LEFT, "page")]


def test_one_click_leaves_whatever_else_comes_with_it() -> None:
    """RFC 8058 has one meaning."""
    visit = Visit()
    press(visit, "leave", f"action=pause-1&{ONE_CLICK}&action=undo")
    assert visit.rows.rows[READER.id].status is SubscriberStatus.LEFT


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("only-recaps", "You get the recap"),
        ("pause-1", "until Saturday 4 May 2024"),
        ("pause-3", "until Thursday 4 July 2024"),
    ],
)
def test_less_is_a_button_of_its_own(action: str, told: str) -> None:
    """She stays on the list, and the page says what is saved now; pressing again changes nothing."""
    visit = Visit()
    first = press(visit, "leave", f"action={action}")
    once = kept(visit)
    assert press(visit, "leave", f"action={action}").body == first.body
    assert told in words(first)
    assert kept(visit) == once
    assert visit.rows.rows[READER.id].status is SubscriberStatus.CONFIRMED
    assert whats(visit) == ([(ConsentEvent.CHOSE, "page")] if action == "only-recaps" else [])
    assert "Or less instead" in words(visit.ask("leave", TOKEN))


@pytest.mark.parametrize("standing", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
@pytest.mark.parametrize("action", ["only-recaps", "pause-1", "undo", "reason&reason=other"])
def test_no_other_button_touches_who_gets_no_mail(standing: SubscriberStatus, action: str) -> None:
    """Without a date of leaving there is nothing to undo; a reason belongs to a leaving alone."""
    visit = Visit(people=[subscriber(1, status=standing)])
    press(visit, "leave", f"action={action}")
    assert visit.rows.rows[READER.id].status is standing
    assert visit.rows.commits == (standing is SubscriberStatus.LEFT and "reason" in action)


def test_undo_brings_her_back_and_says_so() -> None:
    """One press; what is saved is as it was."""
    visit = Visit()
    assert 'value="undo"' in visit.leave(TOKEN).body
    visit.clock.sleep(timedelta(days=6).total_seconds())
    answer = press(visit, "leave", "action=undo")
    assert "You are back" in words(answer)
    assert "the invitation, the reminder and the recap" in words(answer)
    row = visit.rows.rows[READER.id]
    assert (row.status, row.confirmed_at) == (SubscriberStatus.CONFIRMED, READER.confirmed_at)


def test_after_a_week_undo_explains_and_shows_the_form() -> None:
    """The page has no button for it any more; an old page's button changes nothing."""
    visit = Visit()
    visit.leave(TOKEN)
    before = kept(visit)
    visit.clock.sleep(timedelta(days=7).total_seconds())
    assert 'value="undo"' not in visit.ask("leave", TOKEN).body
    answer = press(visit, "leave", "action=undo")
    assert "that is over" in words(answer)
    assert 'href="/subscribe"' in answer.body
    assert kept(visit) == before


def test_undo_does_not_revive_whose_mail_came_back() -> None:
    """She is told the way that shows whether her address works."""
    visit = Visit(people=[subscriber(1, status=SubscriberStatus.BOUNCED)])
    assert "came back to us" in words(visit.ask("leave", TOKEN))
    visit.leave(TOKEN)
    answer = press(visit, "leave", "action=undo")
    assert "So we can’t just start again" in words(answer)
    assert visit.rows.rows[READER.id].status is SubscriberStatus.LEFT


def test_a_reason_is_thanked_for_and_kept_once() -> None:
    """Another word later is thanked for, too, and changes nothing."""
    visit = Visit()
    visit.leave(TOKEN)
    assert "Thank you for telling us why" in words(press(visit, "leave", "action=reason&reason=no-time"))
    once = kept(visit)
    assert "Thank you for telling us why" in words(press(visit, "leave", "action=reason&reason=other"))
    assert kept(visit) == once


@pytest.mark.parametrize("reason", ["", "because", "<b>", "too-many "])
def test_no_other_word_is_taken_for_a_reason(reason: str) -> None:
    """The message stands at the choice; space around a word is no fault."""
    visit = Visit()
    visit.leave(TOKEN)
    answer = press(visit, "leave", f"action=reason&reason={reason}")
    assert answer.status == (200 if reason.strip() == "too-many" else 400)
    assert ('aria-describedby="reason-error"' in answer.body) == (answer.status == 400)


def test_each_standing_is_told_the_truth() -> None:
    """Who complained, moved or is erased reads why, and no button revives anybody."""
    told = {
        SubscriberStatus.COMPLAINED: "marked as spam",
        SubscriberStatus.ERASED: "a code and a day, without name or address",
        SubscriberStatus.MOVED: "any more",
        SubscriberStatus.LEFT: "fill in the form to join",
    }
    for standing, expected in told.items():
        answer = Visit(people=[subscriber(1, status=standing)]).ask("leave", TOKEN)
        assert expected in words(answer)
        assert 'value="undo"' not in answer.body


def test_a_link_of_an_earlier_address_leaves_and_undoes_at_the_present_one() -> None:
    """Old mails go on working; the old row stays as it is."""
    old = subscriber(1, status=SubscriberStatus.MOVED, moved_to=subscriber(2).id, address="")
    visit = Visit(people=[old, subscriber(2)], now=OPENED)
    assert "r•••@example.org" in words(visit.leave(TOKEN))
    assert visit.rows.rows[subscriber(2).id].status is SubscriberStatus.LEFT
    press(visit, "leave", "action=undo")
    assert visit.rows.rows[subscriber(2).id].status is SubscriberStatus.CONFIRMED
    assert visit.rows.rows[old.id] == old
