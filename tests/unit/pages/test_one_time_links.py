"""One-time links: what each opens, once and for half an hour, and what the page says if it opens nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from convener.pages.responses import Response
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.support.one_time_pages import TOKEN, one_time_token, press, stored_state
from tests.support.people import LONG_AGO, OPENED, subscriber
from tests.support.visiting import FORM, READER, Visit, words

BODIES = {"data": "action=see", "erase": "action=erase", "address": "address=new@example.org"}
PAGES = sorted(BODIES)


def visit_with_record(**row: object) -> Visit:
    """Return a visit whose reader has a consent record."""
    visit = Visit(people=[subscriber(1, **row), subscriber(2)])
    visit.consents.add(
        [ConsentEntry(subscriber=READER.id, at=LONG_AGO, what=ConsentEvent.JOINED, by="page", wording="1")]
    )
    return visit


def is_unchanged(visit: Visit, before: object) -> bool:
    """Return whether nothing was written since."""
    return stored_state(visit) == before and visit.mail_requests.sent == []


@pytest.mark.parametrize("page", PAGES)
def test_reading_uses_no_link_up(page: str) -> None:
    """GET and HEAD requests show the buttons, however often a scanner sends them; then the button works."""
    visit = visit_with_record()
    before = stored_state(visit)
    for method in ("GET", "HEAD", "GET"):
        assert visit.ask(page, one_time_token(page), method).status == 200
    assert is_unchanged(visit, before)
    assert press(visit, page, BODIES[page]).status == 200
    assert not is_unchanged(visit, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_of_another_kind_opens_nothing(page: str, method: str) -> None:
    """A link of a forwarded mail, a forged link, or a damaged link of another reader opens nothing."""
    visit = visit_with_record()
    before = stored_state(visit)
    others = [one_time_token(purpose) for purpose in Purpose if purpose != page]
    for token in (TOKEN, *others, one_time_token(page)[:-1], one_time_token(page).swapcase(), "", "x"):
        assert visit.ask(page, token, method, headers=FORM, body=BODIES[page]).status == 404
    assert is_unchanged(visit, before)


@pytest.mark.parametrize("page", PAGES)
def test_a_link_works_for_half_an_hour(page: str) -> None:
    """To the second; after that, the page says how to get a new link, and nothing happens."""
    visit = visit_with_record()
    token, before = one_time_token(page), stored_state(visit)
    visit.clock.sleep(timedelta(minutes=30).total_seconds() - 1)
    assert visit.ask(page, token).status == 200
    visit.clock.sleep(1)
    for answer in (visit.ask(page, token), press(visit, page, BODIES[page], token)):
        assert answer.status == 410
        assert "ask for a new one" in words(answer)
    assert is_unchanged(visit, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("body", ["", "action=", "action=delete", "List-Unsubscribe=One-Click"])
def test_any_other_post_shows_the_page_again(page: str, body: str) -> None:
    """400, and the link is not used up."""
    visit = visit_with_record()
    before = stored_state(visit)
    assert press(visit, page, body).status == 400
    assert visit.ask(page, one_time_token(page), "POST", headers={"content-type": "text/plain"}).status in (400, 415)
    assert is_unchanged(visit, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("subscriber_status", [SubscriberStatus.ERASED, SubscriberStatus.MOVED, None])
def test_a_link_does_nothing_for_a_row_without_address(page: str, subscriber_status: SubscriberStatus | None) -> None:
    """If the row is erased or moved to another address, the page says so and does nothing."""
    visit = Visit(
        people=[subscriber(1, status=subscriber_status, moved_to=subscriber(2).id), subscriber(2)]
        if subscriber_status
        else []
    )
    before = stored_state(visit)
    for answer in (visit.ask(page, one_time_token(page)), press(visit, page, BODIES[page])):
        expected = "address has changed" if subscriber_status is SubscriberStatus.MOVED else "We hold nothing of you"
        assert expected in words(answer)
    assert is_unchanged(visit, before)


def test_who_left_can_see_and_erase_their_data() -> None:
    """The page to change the address says how to subscribe with the new one."""
    visit = visit_with_record(status=SubscriberStatus.LEFT, status_since=OPENED)
    assert READER.address in press(visit, "data", BODIES["data"]).body
    assert "You have left" in words(press(visit, "address", BODIES["address"]))
    assert visit.mail_requests.sent == []
    assert "erased" in words(press(visit, "erase", BODIES["erase"]))


def test_all_data_are_shown_once_and_downloaded_once() -> None:
    """The page shows the data with the text of the consent.

    The file is not cached. Each works again only by a new link.
    """
    visit = visit_with_record(source="a list", batch="b1", moved_from=(subscriber(3).id,), moved_at=OPENED)
    old = subscriber(3, status=SubscriberStatus.MOVED, moved_to=READER.id, address="", status_since=OPENED)
    visit.rows.rows[old.id] = old
    visit.consents.add(
        [ConsentEntry(subscriber=old.id, at=OPENED, what=ConsentEvent.IMPORTED, by="import", note="sheet 3")]
    )
    page, file = press(visit, "data", "action=see"), press(visit, "data", "action=download")
    for part in (
        READER.address,
        READER.id,
        "Aroha",
        "a list",
        "b1",
        "sheet 3",
        "Please send me the invitation",
        old.id,
    ):
        assert part in words(page)
    held = json.loads(file.body)
    assert (held["address"], held["first_name"], held["import"]) == (READER.address, "Aroha", "b1")
    assert [entry["what"] for entry in held["consent_record"]] == ["joined", "imported"]
    assert held["earlier_addresses"] == [
        {"code": old.id, "confirmed_at": LONG_AGO.isoformat(), "until": OPENED.isoformat()}
    ]
    assert file.headers["content-disposition"].startswith("attachment; filename=")
    assert (file.headers["content-type"], file.headers["cache-control"]) == (
        "application/json; charset=utf-8",
        "no-store",
    )
    for action in ("see", "download"):
        answer = press(visit, "data", f"action={action}")
        assert (answer.status, READER.address in answer.body) == (410, False)
    assert READER.address in press(visit, "data", "action=see", one_time_token("data", nonce=2)).body


def test_a_day_from_a_list_is_that_day_in_every_zone() -> None:
    """Midnight UTC is the evening before in Honolulu. What a list does not say is not known."""
    day, zone = datetime(2023, 1, 3, tzinfo=UTC), "Pacific/Honolulu"
    for joined, says in ((day, "On the list since 3 January 2023 You"), (OPENED, "On the list since not known")):
        reader = subscriber(1, zone=zone, source="Mailchimp", imported_at=OPENED, confirmed_at=joined)
        shown = words(press(Visit(people=[reader]), "data", "action=see"))
        assert says in shown
        assert "Your address was brought over on 3 April 2024" in shown


def test_every_field_of_a_row_is_in_the_file() -> None:
    """Any field that a later version adds to a row must be in the file, too."""
    text = press(visit_with_record(), "data", "action=download").body
    written = {"status": "standing"}  # the file keeps the name of its first version
    names = {"status_since", "moved_from", "moved_to", "moved_at", "id", "zone", "batch", "earlier"}
    assert not {name for name in Subscriber.__slots__ if f'"{written.get(name, name)}"' not in text} - names


def test_erasing_leaves_only_the_id() -> None:
    """The pages say what is erased and what stays.

    Afterwards every link of the subscriber says that there is nothing.
    """
    visit = visit_with_record()
    question = words(visit.ask("erase", one_time_token("erase")))
    assert "What goes" in question
    assert "What stays" in question
    assert "Your data are erased" in words(press(visit, "erase", "action=erase"))
    row = visit.rows.rows[READER.id]
    assert row == Subscriber(
        id=READER.id, address="", status=SubscriberStatus.ERASED, status_since=OPENED, version=row.version
    )
    assert [entry.what for entry in visit.consents.of(READER.id)] == [ConsentEvent.ERASED]
    before = stored_state(visit)
    for answer in (press(visit, "erase", "action=erase"), press(visit, "data", "action=see")):
        assert "We hold nothing of you" in words(answer)
    assert "hold nothing of you" in words(visit.ask("preferences", TOKEN))
    assert stored_state(visit) == before


def test_a_link_queues_one_move() -> None:
    """One mail request to confirm the new address, and the row stays; the link refuses another address."""
    visit = visit_with_record()
    answer: Response = press(visit, "address", "address=New@Example.org ")
    (mail_request,) = visit.mail_requests.sent
    assert (mail_request.address, mail_request.subscriber) == ("New@Example.org", READER.id)  # type: ignore[union-attr]
    assert "Look into the mail at the new address" in words(answer)
    for body in ("address=new@example.org", "address=other@example.org"):
        assert press(visit, "address", body).status == 410
    assert (len(visit.mail_requests.sent), visit.rows.rows[READER.id]) == (1, READER)


@pytest.mark.parametrize(
    "typed", ["", "x", "reader1@example.org", "READER1@EXAMPLE.ORG", "a@b@c", "a%0D%0Ab@example.org", "ü@example.org"]
)
def test_a_wrong_address_is_refused_and_stays_in_its_field(typed: str) -> None:
    """The present address is refused, too; the link still works."""
    visit = visit_with_record()
    answer = press(visit, "address", f"address={typed}")
    assert (answer.status, visit.mail_requests.sent) == (400, [])
    assert 'aria-describedby="address-error"' in answer.body
    assert press(visit, "address", BODIES["address"]).status == 200
