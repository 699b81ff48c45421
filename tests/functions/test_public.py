"""The pages' handler with every file of `events/public-*.json`, on the local stack."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from convener import wiring
from convener.subscribers.models import SubscriberStatus
from local.stack import LocalStack
from tests.functions.conftest import NINE
from tests.support.event_links import READER
from tests.support.page_requests import BESIDE, EVENTS, PagesScene, container_on

DOORS = datetime(2024, 4, 18, 16, 30, tzinfo=UTC)
LEAVING = ["public-leave-gmail", "public-leave-button", "public-leave-yahoo"]
READING = [
    "public-front",
    "public-leave-page",
    "public-leave-head",
    "public-leave-cut-link",
    "public-leave-put",
    "public-leave-scanner",
    "public-join",
    "public-view",
    "public-nowhere",
    "public-robots",
    "public-icon",
]
PUBLIC = {"public-front": 300, "public-robots": 86_400, "public-icon": 86_400}
"""The seconds for which anybody may keep the response to an event."""


@pytest.mark.parametrize("event", LEAVING)
def test_one_click_leaves_at_once(pages_scene: PagesScene, event: str) -> None:
    """200, no redirect, no cookie, and a small page; the reader has left, everybody else stays as they were."""
    answer = pages_scene.play(event)
    assert (answer["statusCode"], "You have left" in answer["body"]) == (200, True)
    assert not {"location", "set-cookie"} & {name.lower() for name in answer["headers"]} | {"cookies"} & set(answer)
    row = pages_scene.reader()
    assert (row.status, row.status_since, row.version) == (SubscriberStatus.LEFT, NINE, READER.version + 1)
    assert pages_scene.people.get(ids=[BESIDE.id])[BESIDE.id] == BESIDE


@pytest.mark.parametrize("event", LEAVING)
def test_leaving_twice_is_leaving_once(pages_scene: PagesScene, event: str) -> None:
    """The link can't be burnt: pressed again, by anybody, it shows the same page and writes nothing."""
    first, before = pages_scene.play(event), pages_scene.tables()
    assert pages_scene.play(event) == first
    assert pages_scene.tables() == before


@pytest.mark.parametrize(
    ("event", "status", "words"),
    [
        ("public-front", 200, "Kindness under pressure"),
        ("public-leave-page", 200, "r•••@example.org"),
        ("public-leave-head", 200, ""),
        ("public-leave-scanner", 400, "Nothing has changed yet"),
        ("public-leave-put", 405, "Nothing has changed"),
        ("public-leave-cut-link", 404, "This link is not complete"),
        ("public-join", 200, "Come back from"),
        ("public-view", 200, "You are invited"),
        ("public-nowhere", 404, "There is nothing at this address"),
        ("public-robots", 200, "Disallow: /leave/"),
        ("public-icon", 204, ""),
    ],
)
def test_looking_changes_nothing(pages_scene: PagesScene, event: str, status: int, words: str) -> None:
    """Each page says what it should, and not one item of any table is another than before."""
    before = pages_scene.tables()
    answer = pages_scene.play(event)
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert bool(answer["body"]) == (event not in ("public-leave-head", "public-icon"))
    assert pages_scene.tables() == before


def test_the_doors_open_before_the_conversation(pages_scene: PagesScene) -> None:
    """Half an hour before, the same link leads to the meeting, which no cache may keep."""
    pages_scene.clock.move_to(DOORS)
    answer = pages_scene.play("public-join")
    assert (answer["statusCode"], answer["headers"]["location"]) == (303, "https://meet.example/k")
    assert answer["headers"]["cache-control"] == "no-store"


def test_no_log_holds_a_path(pages_scene: PagesScene, caplog: pytest.LogCaptureFixture) -> None:
    """One line says route, method and status: neither path nor token, address or header."""
    for event in (*READING, *LEAVING):
        sent = json.loads((EVENTS / f"{event}.json").read_text("utf-8"))
        caplog.clear()
        answer = pages_scene.play(event)
        told = "".join(str(vars(record)) for record in caplog.records)
        token = sent.get("pathParameters", {}).get("token", "wp-login")
        for secret in (token, token[:12], "example.org", "192.0.2.7", "Mozilla", "meet.example"):
            assert secret not in told
        line: Any = [record for record in caplog.records if record.message == "answered"][-1]
        assert (line.route, line.status) == (sent["routeKey"], answer["statusCode"])


def test_every_answer_keeps_the_path_to_itself(pages_scene: PagesScene) -> None:
    """No referrer, no script, no frame, no cookie, no cache but for pages without a token."""
    for event in (*READING, *LEAVING):
        headers = pages_scene.play(event)["headers"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"]
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "script-src 'none';" in policy or event in ("public-robots", "public-icon")  # these hold no HTML
        for part in ("frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy
        seconds = PUBLIC.get(event)
        assert headers["cache-control"] == (f"public, max-age={seconds}" if seconds else "no-store")
        assert headers["x-robots-tag"] == ("all" if seconds else "noindex, nofollow")


def test_when_the_list_is_out_of_reach_the_reader_may_press_again(
    pages_scene: PagesScene, pages_stack: LocalStack
) -> None:
    """503 with the button and when to come back; nothing is burnt."""
    with wiring.using(container_on(pages_stack, pages_scene.clock, SUBSCRIBERS_TABLE="nowhere")):
        answer = pages_scene.play("public-leave-gmail")
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    assert 'value="One-Click"' in answer["body"]
    assert pages_scene.reader() == READER
