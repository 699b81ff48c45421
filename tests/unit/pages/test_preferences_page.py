"""The preferences page: what it shows, saves, refuses and queues, and who may use it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import LinkRequested, Purpose
from convener.subscribers.mailing_choices import boxes
from convener.subscribers.models import Calendar, SubscriberStatus
from tests.support.one_time_pages import ALL_KINDS, SAVE, TOKEN, press, stored_state
from tests.support.people import OPENED, series, subscriber
from tests.support.visiting import READER, Visit, words


def test_the_form_shows_the_choices_and_a_masked_address() -> None:
    """A forwarded mail's link shows neither address nor id."""
    answer = Visit().ask("preferences", TOKEN)
    assert answer.body.count('name="kinds"') == answer.body.count('type="checkbox" name="kinds"') == len(boxes())
    assert re.search(r'<option value="Pacific/Auckland"[^>]* selected>', answer.body)
    assert "r•••@example.org" in words(answer)
    assert READER.address not in answer.body
    assert READER.id not in answer.body


def test_saving_shows_the_saved_choices() -> None:
    """All choices are saved together, and the form shows them."""
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


def test_no_choice_is_what_the_wording_covers() -> None:
    """The form ticks these boxes alone. A further box is a choice of its own; without it the choice is none again."""
    known = series()
    newer = known.wording.model_copy(update={"version": "2", "covers": ("invite",)})
    visit = Visit(people=[subscriber(1, wording="2")], of_series=known.model_copy(update={"consent": (newer,)}))
    shown = visit.ask("preferences", TOKEN).body
    assert re.findall(r'name="kinds" value="(\w+)" checked', shown) == ["invite"]
    rest = "&pause=none&zone=Europe/Paris&first_name=Ana&calendar=link"
    assert "You get the invitation Pause" in words(press(visit, "preferences", f"action=save&kinds=invite{rest}"))
    assert "You get the invitation and the recap" in words(
        press(visit, "preferences", f"action=save&kinds=invite&kinds=recap{rest}")
    )
    assert visit.rows.rows[READER.id].kinds == {"invite", "recap", "follow-up"}
    press(visit, "preferences", f"action=save&kinds=invite{rest}")
    assert (visit.rows.rows[READER.id].kinds, visit.rows.rows[READER.id].wording) == (frozenset(), "2")


def test_saving_an_unchanged_form_writes_nothing() -> None:
    """Once or twice."""
    visit = Visit()
    assert "Saved" in words(press(visit, "preferences", SAVE))
    assert visit.rows.commits == 0


def test_a_pause_can_be_kept_changed_and_ended() -> None:
    """“Go on now” ends it; a typed day counts even if its radio button was not chosen."""
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
def test_a_wrong_field_is_shown_with_its_message(name: str, body: str) -> None:
    """400, nothing is written, and the message is in the summary and at the field."""
    visit = Visit()
    answer = press(visit, "preferences", body)
    assert (answer.status, visit.rows.commits) == (400, 0)
    assert "Nothing is saved yet" in words(answer)
    assert f'href="#{name}"' in answer.body
    assert f'id="{name}-error"' in answer.body
    assert f'id="{name}"' in answer.body


def test_all_values_are_kept_beside_an_error() -> None:
    """Also the right ones; markup is shown as text."""
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


def test_a_saved_zone_that_is_not_offered_may_stay() -> None:
    """An import knows more names than the page offers."""
    visit = Visit(people=[subscriber(1, zone="Etc/GMT+5")])
    assert '<option value="Etc/GMT+5" selected>' in visit.ask("preferences", TOKEN).body
    assert press(visit, "preferences", SAVE.replace("Pacific/Auckland", "Etc/GMT%2B5")).status == 200
    assert visit.rows.commits == 0


@pytest.mark.parametrize("body", ["", "action=", "action=erase", "kinds=recap", "save", "List-Unsubscribe=One-Click"])
def test_no_other_post_changes_anything(body: str) -> None:
    """A form that was cut off lacks its button, which comes last."""
    visit = Visit()
    before = stored_state(visit)
    assert press(visit, "preferences", body).status == 400
    assert (stored_state(visit), visit.mail_requests.sent) == (before, [])


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_button_queues_a_one_time_link(purpose: Purpose) -> None:
    """One mail request with a mark of its own, for the subscriber of the link; nothing is written."""
    visit = Visit()
    answer = press(visit, "preferences", f"action=link-{purpose}")
    (mail_request,) = visit.mail_requests.sent
    assert isinstance(mail_request, LinkRequested)
    assert (mail_request.subscriber, mail_request.purpose, mail_request.at) == (READER.id, purpose, OPENED)
    assert "We have sent a link to r•••@example.org" in words(answer)
    assert "30 minutes and once" in words(answer)
    press(visit, "preferences", f"action=link-{purpose}")
    assert len({mail_request.mark for mail_request in visit.mail_requests.sent}) == 2
    assert visit.rows.commits == 0


@pytest.mark.parametrize("subscriber_status", list(SubscriberStatus))
@pytest.mark.parametrize("body", [SAVE.replace("Aroha", "Ana"), *(f"action=link-{purpose}" for purpose in Purpose)])
def test_only_subscribers_choose_and_who_left_may_see_and_erase(subscriber_status: SubscriberStatus, body: str) -> None:
    """Other statuses queue nothing, and nothing changes for them."""
    visit = Visit(people=[subscriber(1, status=subscriber_status)])
    press(visit, "preferences", body)
    on, left = subscriber_status is SubscriberStatus.CONFIRMED, subscriber_status is SubscriberStatus.LEFT
    assert visit.rows.commits == (on and "save" in body)
    assert len(visit.mail_requests.sent) == ("link" in body and (on or (left and "address" not in body)))


def test_who_left_finds_the_way_back_and_their_data() -> None:
    """By the preferences link of any old mail; the buttons lead to the pages they belong to."""
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
