"""Choosing, coming back, seeing, moving and erasing, by the pages' handler with the event files of reader 26."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import LinkRequested, MoveRequested, Purpose
from convener.subscribers.models import Calendar, SubscriberStatus
from tests.functions.conftest import NINE
from tests.support.event_links import ADDRESS, DATA, ERASE, LEAVE, READER
from tests.support.page_requests import BESIDE, Door

LOOKING = [
    ("public-preferences", 200, "r•••@example.org"),
    ("public-data", 200, "Your data"),
    ("public-erase", 200, "Erase your data?"),
    ("public-erase-wrong-link", 404, "This link is not complete"),
    ("public-address", 200, "Change your address"),
]
DOING = [
    "public-preferences-post",
    "public-preferences-all",
    "public-preferences-link",
    "public-leave-less",
    "public-data-post",
    "public-data-download",
    "public-address-post",
    "public-erase-post",
]


@pytest.mark.parametrize(("event", "status", "words"), LOOKING)
def test_looking_changes_nothing(door: Door, event: str, status: int, words: str) -> None:
    """Each page says what it should; no item of any table is another than before, and no letter is asked for."""
    before = door.tables()
    answer = door.play(event)
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert READER.address not in answer["body"]
    assert door.tables() == before
    assert door.letters() == []


def test_what_she_chooses_is_saved_and_what_is_consent_goes_on_record(door: Door) -> None:
    """Kinds, zone, calendar and text only; saving the same again writes nothing."""
    answer = door.play("public-preferences-post")
    assert (answer["statusCode"], "Saved" in answer["body"]) == (200, True)
    row = door.reader()
    assert row.kinds == {"recap", "follow-up"}
    assert (row.zone, row.calendar, row.text_only) == ("Europe/Paris", Calendar.NONE, True)
    assert [(entry.what, entry.kinds) for entry in door.consents.of(READER.id)] == [(ConsentEvent.CHOSE, row.kinds)]
    before = door.tables()
    assert door.play("public-preferences-post")["statusCode"] == 200
    assert door.tables() == before


def test_choosing_every_box_is_no_choice(door: Door) -> None:
    """All boxes together are stored as an empty choice. The calendar is saved with them."""
    door.play("public-preferences-post")
    door.clock.sleep(60)
    answer = door.play("public-preferences-all")
    assert (answer["statusCode"], "Saved" in answer["body"]) == (200, True)
    row = door.reader()
    assert (row.kinds, row.calendar) == (frozenset(), Calendar.LINK)
    assert [entry.kinds for entry in door.consents.of(READER.id)] == [{"recap", "follow-up"}, frozenset()]


def test_a_fresh_link_is_asked_for_and_nothing_else_happens(door: Door) -> None:
    """The page can't show her data: whoever holds the link of a forwarded mail presses in vain."""
    before = door.tables()
    answer = door.play("public-preferences-link")
    assert (answer["statusCode"], "Look into your mail" in answer["body"]) == (200, True)
    (letter,) = door.letters()
    assert isinstance(letter, LinkRequested)
    assert (letter.subscriber, letter.purpose) == (READER.id, Purpose.DATA)
    assert door.tables() == before


def test_one_button_takes_leaving_back(door: Door) -> None:
    """The reader is on the list as before, since when she was; both are on record."""
    door.play("public-leave-button")
    door.clock.sleep(60)
    answer = door.play("public-leave-undo")
    assert (answer["statusCode"], "You are back" in answer["body"]) == (200, True)
    row = door.reader()
    assert (row.status, row.confirmed_at) == (SubscriberStatus.CONFIRMED, READER.confirmed_at)
    assert [entry.what for entry in door.consents.of(READER.id)] == [ConsentEvent.LEFT, ConsentEvent.CAME_BACK]


def test_less_instead_is_a_month_of_silence(door: Door) -> None:
    """She stays on the list, and gets nothing until the month is over."""
    assert door.play("public-leave-less")["statusCode"] == 200
    until = door.reader().paused_until
    assert until is not None
    assert timedelta(days=29) < until - NINE <= timedelta(days=32)


def test_one_link_shows_her_data_once_and_gives_the_file_once(door: Door) -> None:
    """Both are hers alone, and nothing else is written but that they were used."""
    shown = door.play("public-data-post")
    assert READER.address in shown["body"]
    file = door.play("public-data-download")
    assert file["headers"]["content-disposition"].startswith("attachment")
    assert json.loads(file["body"])["address"] == READER.address
    for event in ("public-data-post", "public-data-download"):
        again = door.play(event)
        assert (again["statusCode"], READER.address in again["body"]) == (410, False)
    assert door.reader() == READER


def test_another_address_is_asked_for_once_and_nothing_moves_yet(door: Door) -> None:
    """The button at the new address moves the row, not this one."""
    for _ in range(2):
        door.play("public-address-post")
    (letter,) = door.letters()
    assert isinstance(letter, MoveRequested)
    assert (letter.subscriber, letter.address) == (READER.id, "reader26@new.example")
    assert door.reader() == READER


def test_erasing_leaves_a_code_a_date_and_a_word(door: Door) -> None:
    """Neither the row nor the record holds anything more of her; everybody else stays as they were."""
    door.play("public-preferences-post")
    answer = door.play("public-erase-post")
    assert (answer["statusCode"], "Your data are erased" in answer["body"]) == (200, True)
    row = door.reader()
    assert (row.status, row.status_since, row.address, row.first_name) == (SubscriberStatus.ERASED, NINE, "", "")
    assert [entry.what for entry in door.consents.of(READER.id)] == [ConsentEvent.ERASED]
    assert door.people.get(ids=[BESIDE.id])[BESIDE.id] == BESIDE
    told = "".join(item for items in door.tables().values() for item in items if READER.id in item)
    assert READER.address not in told
    assert READER.first_name not in told


@pytest.mark.parametrize("event", ["public-data-post", "public-erase-post", "public-address-post"])
def test_a_fresh_link_ends_after_half_an_hour(door: Door, event: str) -> None:
    """The page says how to get another; nothing is shown and nothing changes."""
    door.clock.move_to(datetime(2024, 4, 4, 8, 30, tzinfo=UTC))
    before = door.tables()
    answer = door.play(event)
    assert (answer["statusCode"], READER.address in answer["body"]) == (410, False)
    assert door.tables() == before
    assert door.letters() == []


def test_no_log_and_no_cache_holds_any_of_it(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """One line says route, method and status; every answer is for her alone, without a cookie."""
    for event in (*(name for name, _, _ in LOOKING), *DOING):
        caplog.clear()
        answer = door.play(event)
        told = "".join(str(vars(record)) for record in caplog.records)
        for secret in (LEAVE[:12], DATA[-20:], ERASE[-20:], ADDRESS[-20:], "example", "Aroha", "192.0.2.7"):
            assert secret not in told, (event, secret)
        assert answer["headers"]["cache-control"] == "no-store"
        assert not {"set-cookie", "location"} & set(answer["headers"])
        assert "cookies" not in answer
