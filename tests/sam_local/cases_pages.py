"""The pages: leaving acts at once, looking changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from convener.subscribers.models import SubscriberStatus
from tests.support.event_links import READER, use_keys
from tests.support.sam_cases import case
from tests.support.sam_world import EVENTS, World

DOORS = datetime(2024, 4, 18, 16, 30, tzinfo=UTC)
OPEN = ("/", "/subscribe", "/robots.txt", "/favicon.ico")
"""Paths without a token."""
SHOWN = {
    "public-front": (200, "Kindness under pressure"),
    "public-robots": (200, "Disallow: /leave/"),
    "public-icon": (204, ""),
    "public-leave-page": (200, "r•••@example.org"),
    "public-leave-head": (200, ""),
    "public-leave-scanner": (400, "Nothing has changed yet"),
    "public-leave-put": (405, "Nothing has changed"),
    "public-leave-cut-link": (404, "This link is not complete"),
    "public-nowhere": (404, "There is nothing at this address"),
}


def opened(world: World) -> Any:
    """The answer to the request in the event file, whose links are signed with keys of their own; no log names a path.

    Its reader is the first of the world's three, or somebody who is not on the list yet.
    """
    assert READER.id == world.readers[0]
    use_keys(world.stack)
    answer = world.play()
    path = json.loads((EVENTS / f"{world.event}.json").read_text("utf-8"))["rawPath"]
    assert path in OPEN or path not in world.played[-1].log
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    assert "cookies" not in answer
    return answer


def tables(world: World) -> dict[str, list[str]]:
    """Every item of every table."""
    dynamodb = world.stack.session.client("dynamodb")
    names = dynamodb.list_tables()["TableNames"]
    return {name: sorted(map(str, dynamodb.scan(TableName=name)["Items"])) for name in names}


@case("public-leave-gmail", "public-leave-yahoo", "public-leave-button")
def one_click_leaves_at_once(world: World) -> None:
    """200 and no redirect; that reader has left, the others stay as they were."""
    before = world.people.get(ids=world.readers)
    answer = opened(world)
    assert (answer["statusCode"], "You have left" in answer["body"]) == (200, True)
    assert "location" not in answer["headers"]
    after = world.people.get(ids=world.readers)
    assert after[READER.id].status == SubscriberStatus.LEFT
    assert [one for one in world.readers if after[one] != before[one]] == [READER.id]


@case(*SHOWN)
def looking_changes_nothing(world: World) -> None:
    """Status and words are as they should be, and not one item of any table is another than before."""
    before = tables(world)
    answer = opened(world)
    status, words = SHOWN[world.event]
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert bool(answer["body"]) == (world.event not in ("public-leave-head", "public-icon"))
    assert tables(world) == before


@case("public-join")
def the_way_to_the_meeting_opens_in_time(world: World) -> None:
    """Two weeks before it says when to come back, half an hour before it leads there."""
    early = opened(world)
    assert (early["statusCode"], "Come back from" in early["body"]) == (200, True)
    world.clock.move_to(DOORS)
    now = opened(world)
    assert (now["statusCode"], now["headers"]["location"]) == (303, "https://meet.example/k")


@case("public-view")
def a_mail_can_be_seen_as_a_page(world: World) -> None:
    """The frozen edition, without anything of its reader."""
    use_keys(world.stack)
    world.before("tick-scheduled")
    before = tables(world)
    answer = opened(world)
    assert (answer["statusCode"], "You are invited" in answer["body"]) == (200, True)
    assert "Aroha" not in answer["body"]
    assert tables(world) == before
