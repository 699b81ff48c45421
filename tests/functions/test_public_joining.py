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
from tests.support.page_requests import EVENTS, PagesScene, container_on

LOOKING = [
    ("public-subscribe", 200, "Join"),
    ("public-subscribe-mend", 400, "mika(at)example.org"),
    ("public-subscribe-robot", 200, "Look into your mail"),
    ("public-confirm", 200, "m•••@example.org"),
]


@pytest.mark.parametrize(("event", "status", "words"), LOOKING)
def test_neither_looking_nor_a_form_to_mend_nor_a_robot_leaves_a_trace(
    pages_scene: PagesScene, event: str, status: int, words: str
) -> None:
    """The page says what it should; no item of any table is another than before, and no letter is asked for."""
    pages_scene.requests.keep(links.waiting_request())
    before = pages_scene.tables()
    answer = pages_scene.play(event)
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert pages_scene.tables() == before
    assert pages_scene.mail_requests() == []


def test_the_form_asks_for_one_letter_and_counts_one_visit(pages_scene: PagesScene) -> None:
    """What was typed goes to the queue; the tables hold nothing of it, not even that somebody asked for whom."""
    before = pages_scene.tables()
    answer = pages_scene.play("public-subscribe-post")
    assert (answer["statusCode"], "Look into your mail" in answer["body"]) == (200, True)
    (letter,) = pages_scene.mail_requests()
    assert isinstance(letter, JoinRequested)
    assert (letter.address, letter.first_name, letter.zone) == (links.NEWCOMER, "Mika", "Europe/Paris")
    assert letter.kinds == {"invite", "recap", "follow-up"}
    assert (letter.wording, letter.by) == ("1", "page")
    written = [item for name, items in pages_scene.tables().items() for item in items if item not in before[name]]
    assert len(written) == 1
    assert "network/" in written[0]
    assert not [word for word in ("mika", "192.0.2.7") if word in written[0].lower()]


def test_the_button_puts_her_on_the_list_once(pages_scene: PagesScene) -> None:
    """The row, her consent in its words, and the welcome; pressed again, nothing more comes of it."""
    pages_scene.requests.keep(links.waiting_request())
    answer = pages_scene.play("public-confirm-post")
    assert (answer["statusCode"], "You are in" in answer["body"]) == (200, True)
    row = pages_scene.people.get(ids=[links.waiting_request().subscriber])[links.waiting_request().subscriber]
    assert (row.status, row.confirmed_at, row.address) == (SubscriberStatus.CONFIRMED, NINE, links.NEWCOMER)
    (entry,) = pages_scene.consents.of(row.id)
    assert (entry.what, entry.by, entry.wording, entry.at) == (ConsentEvent.JOINED, "page", "1", NINE)
    assert pages_scene.mail_requests() == [JoinConfirmed(mark=links.REQUEST, at=NINE)]
    before = pages_scene.tables()
    again = pages_scene.play("public-confirm-post")
    assert (again["statusCode"], "You are in" in again["body"]) == (200, True)
    assert pages_scene.tables() == before
    assert pages_scene.mail_requests() == []


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
    pages_scene: PagesScene, pages_stack: LocalStack, event: str, variable: str
) -> None:
    """503 and “not saved”; the request still waits, nobody is on the list, and pressing again does it all."""
    pages_scene.requests.keep(links.waiting_request())
    gone = pages_stack.environment("public")[variable] + "-that-is-gone"
    with wiring.using(container_on(pages_stack, pages_scene.clock, **{variable: gone})):
        answer = pages_scene.play(event)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    assert "not saved" in answer["body"].lower()
    known = pages_scene.requests.find(links.REQUEST)
    assert known is not None
    assert known.done_at is None
    assert pages_scene.people.get(ids=[known.subscriber]) == {}
    assert pages_scene.consents.of(known.subscriber) == []
    assert pages_scene.play(event)["statusCode"] == 200


def test_no_log_holds_what_was_typed(pages_scene: PagesScene, caplog: pytest.LogCaptureFixture) -> None:
    """One line says route, method and status: neither address, name, token nor network."""
    pages_scene.requests.keep(links.waiting_request())
    for event in (*(name for name, _, _ in LOOKING), "public-subscribe-post", "public-confirm-post"):
        caplog.clear()
        answer = pages_scene.play(event)
        told = "".join(str(vars(record)) for record in caplog.records)
        for secret in ("mika", "Mika", "example.org", "192.0.2.7", links.CONFIRM[:12], links.REQUEST, "spam.example"):
            assert secret not in told, (event, secret)
        line: Any = [record for record in caplog.records if record.message == "answered"][-1]
        assert line.status == answer["statusCode"]


def test_the_form_alone_has_a_script_and_may_be_kept(pages_scene: PagesScene) -> None:
    """One script, named by its hash; what somebody typed is kept by nobody, and no page sets a cookie."""
    headers = pages_scene.play("public-subscribe")["headers"]
    assert "script-src 'sha256-" in headers["content-security-policy"]
    assert headers["cache-control"].startswith("public")
    for event in ("public-subscribe-mend", "public-subscribe-post", "public-confirm", "public-confirm-post"):
        answer = pages_scene.play(event)
        assert "unsafe" not in answer["headers"]["content-security-policy"]
        assert answer["headers"]["cache-control"] == "no-store"
        assert "cookies" not in answer
        assert "set-cookie" not in answer["headers"]


def test_the_form_that_is_posted_is_the_form_that_is_shown(pages_scene: PagesScene) -> None:
    """The event file's fields are those of the page, and its consent is today's words."""
    posted = json.loads((EVENTS / "public-subscribe-post.json").read_text("utf-8"))["body"]
    pairs = parse_qsl(posted, keep_blank_values=True)
    shown = pages_scene.play("public-subscribe")["body"]
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
