"""The page to choose by: what it shows, saves, refuses and sends; and who may choose at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import LinkRequested, Purpose
from convener.subscribers.models import Calendar, SubscriberStatus
from tests.support.one_time_pages import ALL_KINDS, SAVE, TOKEN, kept, press
from tests.support.people import OPENED, subscriber
from tests.support.visiting import READER, Visit, words


def test_the_form_shows_what_is_saved_and_little_of_her() -> None:
    """The masked address and her choices; neither address nor id, whoever opens a forwarded mail's link."""
    answer = Visit().ask("preferences", TOKEN)
    assert answer.body.count('name="kinds"') == answer.body.count('type="checkbox" name="kinds"') == 3
    assert re.search(r'<option value="Pacific/Auckland"[^>]* selected>', answer.body)
    assert "r•••@example.org" in words(answer)
    assert READER.address not in answer.body
    assert READER.id not in answer.body


def test_saving_says_in_words_what_is_saved() -> None:
    """All of it in one go, and the form again as it stands now."""
    visit = Visit()
    body = "action=save&kinds=recap&pause=3&zone=Europe/Paris&first_name=Ana&calendar=link&text_only=yes"
    answer = press(visit, "preferences", body)
    row = visit.rows.rows[READER.id]
    assert (row.zone, row.first_name, row.calendar, row.text_only) == ("Europe/Paris", "Ana", Calendar.LINK, True)
    assert row.kinds == {"recap", "follow-up"}
    assert row.paused_until == datetime(2024, 7, 3, 22, tzinfo=UTC)
    assert visit.rows.commits == 1
    assert [entry.what for entry in visit.consents.of(READER.id)] == [ConsentEvent.CHOSE]
    for part in ("Saved", "You get the recap", "until Thursday 4 July 2024", "Paris", "Ana", "text only"):
        assert part in words(answer)
    again = press(visit, "preferences", body.replace("pause=3", "pause=keep"))
    assert (again.body, visit.rows.commits) == (answer.body, 1)


def test_saving_the_form_as_it_is_writes_nothing() -> None:
    """Pressed once or twice."""
    visit = Visit()
    assert "Saved" in words(press(visit, "preferences", SAVE))
    assert visit.rows.commits == 0


def test_a_pause_can_be_kept_changed_and_ended() -> None:
    """“Go on now” ends it; a typed day counts also where its own choice was not made."""
    visit = Visit(people=[subscriber(1, paused_until=OPENED + timedelta(days=30))])
    answer = visit.ask("preferences", TOKEN)
    assert "You have one until Saturday 4 May 2024" in words(answer)
    assert 'name="pause" value="keep" checked' in answer.body
    press(visit, "preferences", SAVE.replace("pause=none", "pause=keep"))
    assert visit.rows.commits == 0
    press(visit, "preferences", SAVE.replace("pause=none", "pause=keep&until=2024-12-24"))
    assert visit.rows.rows[READER.id].paused_until == datetime(2024, 12, 23, 11, tzinfo=UTC)
    press(visit, "preferences", SAVE)
    assert visit.rows.rows[READER.id].paused_until is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("kinds", SAVE.replace(ALL_KINDS, "kinds=gifts")),
        ("kinds", SAVE.replace(ALL_KINDS, "")),
        ("until", SAVE.replace("pause=none", "pause=date")),
        ("until", SAVE.replace("pause=none", "pause=date&until=2024-04-04")),
        ("until", SAVE.replace("pause=none", "pause=date&until=2025-04-05")),
        ("until", SAVE.replace("pause=none", "pause=date&until=%00")),
        ("pause", SAVE.replace("pause=none", "pause=for-ever")),
        ("zone", SAVE.replace("Pacific/Auckland", "../../etc/passwd")),
        ("first_name", SAVE.replace("Aroha", "A" * 61)),
        ("first_name", SAVE.replace("Aroha", "{{ x }}")),
        ("calendar", SAVE.replace("calendar=file", "calendar=real")),
    ],
)
def test_what_must_be_mended_is_said_at_its_field(name: str, body: str) -> None:
    """400, nothing written, the message in the summary and at the field."""
    visit = Visit()
    answer = press(visit, "preferences", body)
    assert (answer.status, visit.rows.commits) == (400, 0)
    assert "Nothing is saved yet" in words(answer)
    assert f'href="#{name}"' in answer.body
    assert f'id="{name}-error"' in answer.body
    assert f'id="{name}"' in answer.body


def test_all_that_was_typed_is_kept_beside_an_error() -> None:
    """Also what is right; markup stays text."""
    body = urlencode(
        [("action", "save"), ("pause", "date"), ("until", "soon"), ("first_name", "<b>Ana"), ("kinds", "recap")]
    )
    answer = press(Visit(), "preferences", f"{body}&zone=Europe/Paris&calendar=none&text_only=yes")
    assert answer.status == 400
    assert 'value="&lt;b&gt;Ana"' in answer.body
    for part in (
        'name="pause" value="date" checked',
        'name="until" type="date"',
        'value="soon"',
        'value="recap" checked',
        '"Europe/Paris" selected',
        'value="none" checked',
        'name="text_only" value="yes" checked',
    ):
        assert part in answer.body
    assert 'value="invite" checked' not in answer.body


def test_a_zone_that_the_list_does_not_have_may_stay() -> None:
    """An import knows more names than the page offers."""
    visit = Visit(people=[subscriber(1, zone="Etc/GMT+5")])
    assert '<option value="Etc/GMT+5" selected>' in visit.ask("preferences", TOKEN).body
    assert press(visit, "preferences", SAVE.replace("Pacific/Auckland", "Etc/GMT%2B5")).status == 200
    assert visit.rows.commits == 0


@pytest.mark.parametrize("body", ["", "action=", "action=erase", "kinds=recap", "save", "List-Unsubscribe=One-Click"])
def test_no_other_post_changes_anything(body: str) -> None:
    """A cut form lacks its button, which comes last."""
    visit = Visit()
    before = kept(visit)
    assert press(visit, "preferences", body).status == 400
    assert (kept(visit), visit.letters.sent) == (before, [])


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_fresh_link_is_asked_for_by_a_button(purpose: Purpose) -> None:
    """One letter with a mark of its own, to whom the link is about; nothing is written."""
    visit = Visit()
    answer = press(visit, "preferences", f"action=link-{purpose}")
    (letter,) = visit.letters.sent
    assert isinstance(letter, LinkRequested)
    assert (letter.subscriber, letter.purpose, letter.at) == (READER.id, purpose, OPENED)
    assert "We have sent a link to r•••@example.org" in words(answer)
    assert "30 minutes and once" in words(answer)
    press(visit, "preferences", f"action=link-{purpose}")
    assert len({letter.mark for letter in visit.letters.sent}) == 2
    assert visit.rows.commits == 0


@pytest.mark.parametrize("standing", list(SubscriberStatus))
@pytest.mark.parametrize("body", [SAVE.replace("Aroha", "Ana"), *(f"action=link-{purpose}" for purpose in Purpose)])
def test_only_who_is_on_the_list_chooses_and_who_left_may_see_and_erase(standing: SubscriberStatus, body: str) -> None:
    """To the others nothing leaves, and nothing of theirs changes."""
    visit = Visit(people=[subscriber(1, status=standing)])
    press(visit, "preferences", body)
    on, left = standing is SubscriberStatus.CONFIRMED, standing is SubscriberStatus.LEFT
    assert visit.rows.commits == (on and "save" in body)
    assert len(visit.letters.sent) == ("link" in body and (on or (left and "address" not in body)))


def test_who_left_finds_the_way_back_and_her_data() -> None:
    """By the preferences of any old mail; the buttons lead to the page they belong to."""
    visit = Visit()
    visit.leave(TOKEN)
    body = visit.ask("preferences", TOKEN).body
    assert f'action="/leave/{TOKEN}"' in body
    assert f'action="/preferences/{TOKEN}"' in body
    assert 'value="link-erase"' in body
    assert 'value="link-address"' not in body
    assert "Our mails don’t arrive there" in words(
        Visit(people=[subscriber(1, status=SubscriberStatus.BOUNCED)]).ask("preferences", TOKEN)
    )
