"""The form and the button behind it, by the pages' handler, with `events/public-subscribe*` and `public-confirm*`."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from convener import wiring
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import JoinConfirmed, JoinRequested
from convener.subscribers.models import SubscriberStatus
from local.stack import LocalStack
from tests.functions.conftest import NINE
from tests.support import event_links as links
from tests.support.page_requests import EVENTS, Door, around

LOOKING = [
    ("public-subscribe", 200, "Join"),
    ("public-subscribe-mend", 400, "mika(at)example.org"),
    ("public-subscribe-robot", 200, "Look into your mail"),
    ("public-confirm", 200, "m•••@example.org"),
]


@pytest.mark.parametrize(("event", "status", "words"), LOOKING)
def test_neither_looking_nor_a_form_to_mend_nor_a_robot_leaves_a_trace(
    door: Door, event: str, status: int, words: str
) -> None:
    """The page says what it should; no item of any table is another than before, and no letter is asked for."""
    door.requests.keep(links.waiting())
    before = door.tables()
    answer = door.play(event)
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert door.tables() == before
    assert door.letters() == []


def test_the_form_asks_for_one_letter_and_counts_one_visit(door: Door) -> None:
    """What was typed goes to the queue; the tables hold nothing of it, not even that somebody asked for whom."""
    before = door.tables()
    answer = door.play("public-subscribe-post")
    assert (answer["statusCode"], "Look into your mail" in answer["body"]) == (200, True)
    (letter,) = door.letters()
    assert isinstance(letter, JoinRequested)
    assert (letter.address, letter.first_name, letter.zone) == (links.NEWCOMER, "Mika", "Europe/Paris")
    assert letter.kinds == {"invite", "recap", "follow-up"}
    assert (letter.wording, letter.by) == ("1", "page")
    written = [item for name, items in door.tables().items() for item in items if item not in before[name]]
    assert len(written) == 1
    assert "network/" in written[0]
    assert not [word for word in ("mika", "192.0.2.7") if word in written[0].lower()]


def test_the_button_puts_her_on_the_list_once(door: Door) -> None:
    """The row, her consent in its words, and the welcome; pressed again, nothing more comes of it."""
    door.requests.keep(links.waiting())
    answer = door.play("public-confirm-post")
    assert (answer["statusCode"], "You are in" in answer["body"]) == (200, True)
    row = door.people.get(ids=[links.waiting().subscriber])[links.waiting().subscriber]
    assert (row.status, row.confirmed_at, row.address) == (SubscriberStatus.CONFIRMED, NINE, links.NEWCOMER)
    (entry,) = door.consents.of(row.id)
    assert (entry.what, entry.by, entry.wording, entry.at) == (ConsentEvent.JOINED, "page", "1", NINE)
    assert door.letters() == [JoinConfirmed(mark=links.REQUEST, at=NINE)]
    before = door.tables()
    again = door.play("public-confirm-post")
    assert (again["statusCode"], "You are in" in again["body"]) == (200, True)
    assert door.tables() == before
    assert door.letters() == []


@pytest.mark.parametrize(
    ("event", "variable"),
    [
        ("public-subscribe-post", "REQUESTS_TABLE"),
        ("public-subscribe-post", "TRANSACTIONAL_QUEUE_URL"),
        ("public-confirm-post", "SUBSCRIBERS_TABLE"),
        ("public-confirm-post", "CONSENTS_TABLE"),
        ("public-confirm-post", "TRANSACTIONAL_QUEUE_URL"),
    ],
)
def test_where_something_is_out_of_reach_nothing_is_half_done(
    door: Door, pages_stack: LocalStack, event: str, variable: str
) -> None:
    """503 and “not saved”; the request still waits, nobody is on the list, and pressing again does it all."""
    door.requests.keep(links.waiting())
    gone = pages_stack.environment("public")[variable] + "-that-is-gone"
    with wiring.using(around(pages_stack, door.clock, **{variable: gone})):
        answer = door.play(event)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    assert "not saved" in answer["body"].lower()
    known = door.requests.find(links.REQUEST)
    assert known is not None
    assert known.done_at is None
    assert door.people.get(ids=[known.subscriber]) == {}
    assert door.consents.of(known.subscriber) == []
    assert door.play(event)["statusCode"] == 200


def test_no_log_holds_what_was_typed(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    """One line says route, method and status: neither address, name, token nor network."""
    door.requests.keep(links.waiting())
    for event in (*(name for name, _, _ in LOOKING), "public-subscribe-post", "public-confirm-post"):
        caplog.clear()
        answer = door.play(event)
        told = "".join(str(vars(record)) for record in caplog.records)
        for secret in ("mika", "Mika", "example.org", "192.0.2.7", links.CONFIRM[:12], links.REQUEST, "spam.example"):
            assert secret not in told, (event, secret)
        line: Any = [record for record in caplog.records if record.message == "answered"][-1]
        assert line.status == answer["statusCode"]


def test_the_form_alone_has_a_script_and_may_be_kept(door: Door) -> None:
    """One script, named by its hash; what somebody typed is kept by nobody, and no page sets a cookie."""
    headers = door.play("public-subscribe")["headers"]
    assert "script-src 'sha256-" in headers["content-security-policy"]
    assert headers["cache-control"].startswith("public")
    for event in ("public-subscribe-mend", "public-subscribe-post", "public-confirm", "public-confirm-post"):
        answer = door.play(event)
        assert "unsafe" not in answer["headers"]["content-security-policy"]
        assert answer["headers"]["cache-control"] == "no-store"
        assert "cookies" not in answer
        assert "set-cookie" not in answer["headers"]


def test_the_form_that_is_posted_is_the_form_that_is_shown(door: Door) -> None:
    """The event file's fields are those of the page, and its consent is today's words."""
    posted = json.loads((EVENTS / "public-subscribe-post.json").read_text("utf-8"))["body"]
    pairs = parse_qsl(posted, keep_blank_values=True)
    shown = door.play("public-subscribe")["body"]
    assert [name for name, _ in pairs if f'name="{name}"' not in shown] == []
    assert f'name="consent" value="{dict(pairs)["consent"]}"' in shown


def test_the_links_in_event_files_are_signed_with_the_key_of_event_files() -> None:
    """But for the one that is cut, and the one to data in the place of the one to erase."""
    known = {links.LEAVE, links.JOIN, links.VIEW, links.CONFIRM, links.DATA, links.ERASE, links.ADDRESS}
    for path in EVENTS.glob("public-*.json"):
        event = json.loads(path.read_text("utf-8"))
        token = event.get("pathParameters", {}).get("token")
        assert token is None or token in known or path.stem == "public-leave-cut-link", path.stem
        assert not token or event["rawPath"] == event["requestContext"]["http"]["path"] == f"/{_page(event)}/{token}"


def _page(event: Any) -> str:
    return str(event["routeKey"]).partition("/")[2].partition("/")[0]
