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
from tests.support.page_requests import BESIDE, PagesScene

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
def test_looking_changes_nothing(pages_scene: PagesScene, event: str, status: int, words: str) -> None:
    """Each page says what it should; no item of any table is another than before, and no letter is asked for."""
    before = pages_scene.tables()
    answer = pages_scene.play(event)
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert READER.address not in answer["body"]
    assert pages_scene.tables() == before
    assert pages_scene.mail_requests() == []


def test_what_she_chooses_is_saved_and_what_is_consent_goes_on_record(pages_scene: PagesScene) -> None:
    """Kinds, zone, calendar and text only; saving the same again writes nothing."""
    answer = pages_scene.play("public-preferences-post")
    assert (answer["statusCode"], "Saved" in answer["body"]) == (200, True)
    row = pages_scene.reader()
    assert row.kinds == {"recap", "follow-up"}
    assert (row.zone, row.calendar, row.text_only) == ("Europe/Paris", Calendar.NONE, True)
    assert [(entry.what, entry.kinds) for entry in pages_scene.consents.of(READER.id)] == [
        (ConsentEvent.CHOSE, row.kinds)
    ]
    before = pages_scene.tables()
    assert pages_scene.play("public-preferences-post")["statusCode"] == 200
    assert pages_scene.tables() == before


def test_choosing_every_box_is_no_choice(pages_scene: PagesScene) -> None:
    """All boxes together are stored as an empty choice. The calendar is saved with them."""
    pages_scene.play("public-preferences-post")
    pages_scene.clock.sleep(60)
    answer = pages_scene.play("public-preferences-all")
    assert (answer["statusCode"], "Saved" in answer["body"]) == (200, True)
    row = pages_scene.reader()
    assert (row.kinds, row.calendar) == (frozenset(), Calendar.LINK)
    assert [entry.kinds for entry in pages_scene.consents.of(READER.id)] == [{"recap", "follow-up"}, frozenset()]


def test_a_fresh_link_is_asked_for_and_nothing_else_happens(pages_scene: PagesScene) -> None:
    """The page can't show her data: whoever holds the link of a forwarded mail presses in vain."""
    before = pages_scene.tables()
    answer = pages_scene.play("public-preferences-link")
    assert (answer["statusCode"], "Look into your mail" in answer["body"]) == (200, True)
    (letter,) = pages_scene.mail_requests()
    assert isinstance(letter, LinkRequested)
    assert (letter.subscriber, letter.purpose) == (READER.id, Purpose.DATA)
    assert pages_scene.tables() == before


def test_one_button_takes_leaving_back(pages_scene: PagesScene) -> None:
    """The reader is on the list as before, since when she was; both are on record."""
    pages_scene.play("public-leave-button")
    pages_scene.clock.sleep(60)
    answer = pages_scene.play("public-leave-undo")
    assert (answer["statusCode"], "You are back" in answer["body"]) == (200, True)
    row = pages_scene.reader()
    assert (row.status, row.confirmed_at) == (SubscriberStatus.CONFIRMED, READER.confirmed_at)
    assert [entry.what for entry in pages_scene.consents.of(READER.id)] == [ConsentEvent.LEFT, ConsentEvent.CAME_BACK]


def test_less_instead_is_a_month_of_silence(pages_scene: PagesScene) -> None:
    """She stays on the list, and gets nothing until the month is over."""
    assert pages_scene.play("public-leave-less")["statusCode"] == 200
    until = pages_scene.reader().paused_until
    assert until is not None
    assert timedelta(days=29) < until - NINE <= timedelta(days=32)


def test_one_link_shows_her_data_once_and_gives_the_file_once(pages_scene: PagesScene) -> None:
    """Both are hers alone, and nothing else is written but that they were used."""
    shown = pages_scene.play("public-data-post")
    assert READER.address in shown["body"]
    file = pages_scene.play("public-data-download")
    assert file["headers"]["content-disposition"].startswith("attachment")
    assert json.loads(file["body"])["address"] == READER.address
    for event in ("public-data-post", "public-data-download"):
        again = pages_scene.play(event)
        assert (again["statusCode"], READER.address in again["body"]) == (410, False)
    assert pages_scene.reader() == READER


def test_another_address_is_asked_for_once_and_nothing_moves_yet(pages_scene: PagesScene) -> None:
    """The button at the new address moves the row, not this one."""
    for _ in range(2):
        pages_scene.play("public-address-post")
    (letter,) = pages_scene.mail_requests()
    assert isinstance(letter, MoveRequested)
    assert (letter.subscriber, letter.address) == (READER.id, "reader26@new.example")
    assert pages_scene.reader() == READER


def test_erasing_leaves_a_code_a_date_and_a_word(pages_scene: PagesScene) -> None:
    """Neither the row nor the record holds anything more of her; everybody else stays as they were."""
    pages_scene.play("public-preferences-post")
    answer = pages_scene.play("public-erase-post")
    assert (answer["statusCode"], "Your data are erased" in answer["body"]) == (200, True)
    row = pages_scene.reader()
    assert (row.status, row.status_since, row.address, row.first_name) == (SubscriberStatus.ERASED, NINE, "", "")
    assert [entry.what for entry in pages_scene.consents.of(READER.id)] == [ConsentEvent.ERASED]
    assert pages_scene.people.get(ids=[BESIDE.id])[BESIDE.id] == BESIDE
    told = "".join(item for items in pages_scene.tables().values() for item in items if READER.id in item)
    assert READER.address not in told
    assert READER.first_name not in told


@pytest.mark.parametrize("event", ["public-data-post", "public-erase-post", "public-address-post"])
def test_a_fresh_link_ends_after_half_an_hour(pages_scene: PagesScene, event: str) -> None:
    """The page says how to get another; nothing is shown and nothing changes."""
    pages_scene.clock.move_to(datetime(2024, 4, 4, 8, 30, tzinfo=UTC))
    before = pages_scene.tables()
    answer = pages_scene.play(event)
    assert (answer["statusCode"], READER.address in answer["body"]) == (410, False)
    assert pages_scene.tables() == before
    assert pages_scene.mail_requests() == []


def test_no_log_and_no_cache_holds_any_of_it(pages_scene: PagesScene, caplog: pytest.LogCaptureFixture) -> None:
    """One line says route, method and status; every answer is for her alone, without a cookie."""
    for event in (*(name for name, _, _ in LOOKING), *DOING):
        caplog.clear()
        answer = pages_scene.play(event)
        told = "".join(str(vars(record)) for record in caplog.records)
        for secret in (LEAVE[:12], DATA[-20:], ERASE[-20:], ADDRESS[-20:], "example", "Aroha", "192.0.2.7"):
            assert secret not in told, (event, secret)
        assert answer["headers"]["cache-control"] == "no-store"
        assert not {"set-cookie", "location"} & set(answer["headers"])
        assert "cookies" not in answer
