"""The commands on campaigns against a local stack: the shipped ledger, by the stack's own outputs and clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result

from convener.campaigns import Stage, WaitReason
from convener.clock import SystemClock
from convener.delivery.chunks import Cursor, new_chunk
from convener.errors import Unavailable
from convener.subscribers.identity import fingerprint, subscriber_id
from local import stack_context as places
from local.cli import main
from local.clock_client import RemoteClock
from local.stack import LocalStack
from local.stack_context import StackContext
from tests.support.campaign_context import ID, MANY
from tests.support.people import OPENED, campaign, subscriber

pytestmark = pytest.mark.moto
ADDRESS = "anna@example.org"
NOW = OPENED + timedelta(hours=1)


class Desk(BaseHTTPRequestHandler):
    """What `serve` answers at /_clock: an hour after the campaign was opened."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"now": NOW.isoformat()}).encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@dataclass(frozen=True)
class Here:
    """The stack, and who is on its list."""

    place: StackContext
    ids: list[str]


@pytest.fixture(scope="module")
def here(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """One stack with a campaign of one chunk; the first of its readers is Anna."""
    file = tmp_path_factory.mktemp("local") / "stack.json"
    desk = HTTPServer(("127.0.0.1", 0), Desk)
    with pytest.MonkeyPatch.context() as patch, desk:
        threading.Thread(target=desk.serve_forever, daemon=True).start()
        found = {"endpoint_url": stack.endpoint_url, "outputs": stack.outputs}
        file.write_text(json.dumps({**found, "url": f"http://127.0.0.1:{desk.server_port}"}))
        patch.setattr(places, "RUNNING", file)
        place = StackContext(local=True)
        yield Here(place, fill(place))
        desk.shutdown()


def fill(place: StackContext) -> list[str]:
    key, ledger, people = place.identity_key(), place.ledger(), place.subscribers()
    people.keep_fingerprint(fingerprint(key))
    anna = subscriber_id(ADDRESS, key=key)
    ids = [anna, *(f"{anna[0]}{number:031x}" for number in range(1, len(MANY)))]
    for number, one in enumerate(ids):
        people.add(subscriber(number, id=one, address=ADDRESS if one == anna else f"reader{number}@example.org"))
    ledger.open(campaign())
    chunk = new_chunk(ID, anna[0], 1, ids)
    beginning = Cursor(shard=anna[0])
    moved = Cursor(shard=anna[0], last_id=ids[-1], count=len(ids), chunks=1, finished=True)
    ledger.move(ID, frm=beginning, to=moved, chunk=chunk)
    ledger.save(chunk.with_entries(dict(enumerate(MANY))), messages={0: "m-1"})
    return ids


def convener(*words: str) -> Result:
    return CliRunner().invoke(main, ["--local", *words])


def test_reading_commands(here: Here) -> None:
    """List, show, recipients and history tell of the same people."""
    assert f"{ID}         6         3" in convener("campaign", "list").stdout
    assert "3 + 1 + 0 + 1 + 1 = 6" in convener("campaign", "show", ID).stdout
    rows = convener("campaign", "recipients", ID, "--csv").stdout.splitlines()
    assert len(rows) == 1 + len(here.ids)
    assert rows[1] == f"{ADDRESS},{here.ids[0]},delivered,2024-04-04T08:01:10Z,m-1,,1"
    told = convener("subscriber", "history", "Anna@Example.org").stdout
    assert f"{ADDRESS}, id {here.ids[0]}" in told
    assert "1 attempt, message m-1" in told


def test_a_hand_on_it(here: Here) -> None:
    """By the stack's clock, which shows another time than everybody's."""
    ledger = here.place.ledger()
    assert convener("campaign", "pause", ID).exit_code == 0
    assert convener("campaign", "resume", ID).exit_code == 0
    found = ledger.campaign(ID)
    assert found is not None
    assert (found.stage, found.why, found.until) == (Stage.WAITING, WaitReason.RESUMED, NOW)
    told = convener("campaign", "resend-unknown", ID, "--yes")
    assert "1 mail will be sent again." in told.stdout
    assert [chunk.claimable() for chunk in ledger.unfinished(ID)] == [[3, 4]]
    assert convener("series", "pause").exit_code == 0
    assert ledger.paused_since() == NOW
    assert convener("series", "resume").exit_code == 0
    assert convener("campaign", "stop", ID, "--yes").exit_code == 0
    assert (convener("campaign", "pause", ID).exit_code, convener("campaign", "show", "x/y").exit_code) == (2, 2)


def test_which_clock_a_place_has(here: Here) -> None:
    """A running local stack its own; a deployed one everybody's."""
    clock = here.place.clock()
    assert isinstance(clock, RemoteClock)
    assert clock.now() == NOW
    assert type(StackContext(name="convener").clock()) is SystemClock
    assert abs(StackContext(name="convener").clock().now() - datetime.now(NOW.tzinfo)) < timedelta(minutes=5)


def test_nothing_is_done_without_a_named_stack() -> None:
    """Neither --local nor --stack: words, status 2."""
    result = CliRunner().invoke(main, ["campaign", "stop", ID, "--yes"])
    assert (result.exit_code, "Say which stack" in result.stderr) == (2, True)


def test_a_stack_that_can_not_be_reached_is_said(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, with status 2, from the first request on."""

    def unreachable(_self: object, _name: str) -> None:
        raise Unavailable("no connection was made")

    monkeypatch.setattr(type(here.place.ledger()), "campaign", unreachable)
    result = convener("campaign", "show", ID)
    assert (result.exit_code, "AWS did not do it (no connection was made)" in result.stderr) == (2, True)
