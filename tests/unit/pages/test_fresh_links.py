"""Fresh links: what each opens, once and for half an hour, and what is said when it opens nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from convener.pages.responses import Response
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.support.one_time_pages import TOKEN, fresh, kept, press
from tests.support.people import LONG_AGO, OPENED, subscriber
from tests.support.visiting import FORM, READER, Visit, words

BODIES = {"data": "action=see", "erase": "action=erase", "address": "address=new@example.org"}
PAGES = sorted(BODIES)


def there(**row: object) -> Visit:
    """A visit whose reader has a record."""
    visit = Visit(people=[subscriber(1, **row), subscriber(2)])
    visit.consents.add(
        [ConsentEntry(subscriber=READER.id, at=LONG_AGO, what=ConsentEvent.JOINED, by="page", wording="1")]
    )
    return visit


def untouched(visit: Visit, before: object) -> bool:
    return kept(visit) == before and visit.letters.sent == []


@pytest.mark.parametrize("page", PAGES)
def test_opening_shows_buttons_and_uses_nothing_up(page: str) -> None:
    """GET and HEAD, as often as a scanner likes; then the button works."""
    visit = there()
    before = kept(visit)
    for method in ("GET", "HEAD", "GET"):
        assert visit.ask(page, fresh(page), method).status == 200
    assert untouched(visit, before)
    assert press(visit, page, BODIES[page]).status == 200
    assert not untouched(visit, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_of_another_kind_opens_nothing(page: str, method: str) -> None:
    """Least of all that of a forwarded mail; nor a forged one, nor one of another reader's that was cut."""
    visit = there()
    before = kept(visit)
    others = [fresh(purpose) for purpose in Purpose if purpose != page]
    for token in (TOKEN, *others, fresh(page)[:-1], fresh(page).swapcase(), "", "x"):
        assert visit.ask(page, token, method, headers=FORM, body=BODIES[page]).status == 404
    assert untouched(visit, before)


@pytest.mark.parametrize("page", PAGES)
def test_after_half_an_hour_it_says_how_to_get_a_new_one(page: str) -> None:
    """To the second; nothing happens any more."""
    visit = there()
    token, before = fresh(page), kept(visit)
    visit.clock.sleep(timedelta(minutes=30).total_seconds() - 1)
    assert visit.ask(page, token).status == 200
    visit.clock.sleep(1)
    for answer in (visit.ask(page, token), press(visit, page, BODIES[page], token)):
        assert answer.status == 410
        assert "ask for a new one" in words(answer)
    assert untouched(visit, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("body", ["", "action=", "action=delete", "List-Unsubscribe=One-Click"])
def test_any_other_post_shows_the_page_again(page: str, body: str) -> None:
    """400; nothing is used up."""
    visit = there()
    before = kept(visit)
    assert press(visit, page, body).status == 400
    assert visit.ask(page, fresh(page), "POST", headers={"content-type": "text/plain"}).status in (400, 415)
    assert untouched(visit, before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("standing", [SubscriberStatus.ERASED, SubscriberStatus.MOVED, None])
def test_a_link_proves_nothing_about_a_row_that_is_gone(page: str, standing: SubscriberStatus | None) -> None:
    """Erased, or moved to another mailbox since: said, and nothing done."""
    visit = Visit(people=[subscriber(1, status=standing, moved_to=subscriber(2).id), subscriber(2)] if standing else [])
    before = kept(visit)
    for answer in (visit.ask(page, fresh(page)), press(visit, page, BODIES[page])):
        told = "address has changed" if standing is SubscriberStatus.MOVED else "We hold nothing of you"
        assert told in words(answer)
    assert untouched(visit, before)


def test_who_left_sees_and_erases_and_has_no_address_to_change() -> None:
    """The page for another address says how to join with it."""
    visit = there(status=SubscriberStatus.LEFT, status_since=OPENED)
    assert READER.address in press(visit, "data", BODIES["data"]).body
    assert "You have left" in words(press(visit, "address", BODIES["address"]))
    assert visit.letters.sent == []
    assert "erased" in words(press(visit, "erase", BODIES["erase"]))


def test_all_that_is_held_is_shown_once_and_taken_along_once() -> None:
    """In words with the agreed text, and as a file that no cache keeps; each a second time only by a new link."""
    visit = there(source="a list", batch="b1", moved_from=(subscriber(3).id,), moved_at=OPENED)
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
    assert READER.address in press(visit, "data", "action=see", fresh("data", nonce=2)).body


def test_every_field_of_a_row_is_in_the_file() -> None:
    """Whatever a later version adds to a row must be told as well."""
    text = press(there(), "data", "action=download").body
    written = {"status": "standing"}  # the file keeps the word of its first version
    names = {"status_since", "moved_from", "moved_to", "moved_at", "id", "zone", "batch", "earlier"}
    assert not {name for name in Subscriber.__slots__ if f'"{written.get(name, name)}"' not in text} - names


def test_erasing_leaves_a_code_and_a_second_press_finds_nothing() -> None:
    """The pages say what goes and what stays; afterwards every link of hers says that there is nothing."""
    visit = there()
    asked = words(visit.ask("erase", fresh("erase")))
    assert "What goes" in asked
    assert "What stays" in asked
    assert "Your data are erased" in words(press(visit, "erase", "action=erase"))
    row = visit.rows.rows[READER.id]
    assert row == Subscriber(
        id=READER.id, address="", status=SubscriberStatus.ERASED, status_since=OPENED, version=row.version
    )
    assert [entry.what for entry in visit.consents.of(READER.id)] == [ConsentEvent.ERASED]
    before = kept(visit)
    for answer in (press(visit, "erase", "action=erase"), press(visit, "data", "action=see")):
        assert "We hold nothing of you" in words(answer)
    assert "hold nothing of you" in words(visit.ask("preferences", TOKEN))
    assert kept(visit) == before


def test_an_address_is_asked_for_once() -> None:
    """One letter to be confirmed at the new one; the row stays. Another by the same link is refused."""
    visit = there()
    answer: Response = press(visit, "address", "address=New@Example.org ")
    (letter,) = visit.letters.sent
    assert (letter.address, letter.subscriber) == ("New@Example.org", READER.id)  # type: ignore[union-attr]
    assert "Look into the mail at the new address" in words(answer)
    for body in ("address=new@example.org", "address=other@example.org"):
        assert press(visit, "address", body).status == 410
    assert (len(visit.letters.sent), visit.rows.rows[READER.id]) == (1, READER)


@pytest.mark.parametrize(
    "typed", ["", "x", "reader1@example.org", "READER1@EXAMPLE.ORG", "a@b@c", "a%0D%0Ab@example.org", "ü@example.org"]
)
def test_an_address_that_cannot_be_is_refused_and_kept_in_its_field(typed: str) -> None:
    """Also the one that we write to already; the link works on."""
    visit = there()
    answer = press(visit, "address", f"address={typed}")
    assert (answer.status, visit.letters.sent) == (400, [])
    assert 'aria-describedby="address-error"' in answer.body
    assert press(visit, "address", BODIES["address"]).status == 200
