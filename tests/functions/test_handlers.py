"""Each handler with every file of `events/`, on the local stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from convener import wiring
from convener.delivery.states import DeliveryState
from convener.errors import Unavailable
from tests.functions.conftest import Scene
from tests.support.page_requests import EVENTS

OK: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}


def test_every_event_file_is_played_here() -> None:
    """A new file in events/ needs a test in this folder that names it."""
    words = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [path.stem for path in EVENTS.glob("*.json") if f'"{path.stem}"' not in words] == []


@pytest.mark.parametrize("event", ["tick-scheduled", "tick-by-hand"])
def test_a_tick_opens_the_invite_and_a_second_one_nothing(scene: Scene, event: str) -> None:
    """By Scheduler or by hand, the answer says what it did."""
    first, second = scene.play(event), scene.play(event)
    assert (first["opened"], first["started"]) == (["2024-04/invite"], ["2024-04/invite"])
    assert (second["opened"], second["started"], second["blocked"]) == ([], [], {})


def test_a_shard_becomes_a_chunk(scene: Scene) -> None:
    """The three readers of shard a are in one chunk; a shard without readers is finished without one."""
    scene.play("tick-scheduled")
    assert scene.play("fanout-shard") == OK
    assert scene.play("fanout-empty-shard") == OK
    chunk = scene.ledger.chunk("2024-04/invite", "a-00001")
    assert chunk is not None
    assert len(chunk.recipients) == 3
    assert scene.ledger.cursor("2024-04/invite", "f").finished


def test_one_bad_message_does_not_take_its_batch_along(scene: Scene) -> None:
    """The message for an unknown campaign is named as failed; the other one of its batch is carried out."""
    scene.play("tick-scheduled")
    answer = scene.play("fanout-unknown-campaign")
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert scene.ledger.cursor("2024-04/invite", "a").finished


def test_a_chunk_becomes_mails(scene: Scene, log: Callable[[], str]) -> None:
    """Each reader has one mail, also after the message comes again; no log line holds an address, name or token."""
    scene.play("tick-scheduled")
    scene.play("fanout-shard")
    assert scene.play("deliver-chunk") == OK
    assert scene.play("deliver-chunk") == OK
    chunk = scene.ledger.chunk("2024-04/invite", "a-00001")
    assert chunk is not None
    assert {entry.state for entry in chunk.entries} == {DeliveryState.ACCEPTED}
    assert len(chunk.messages) == scene.ses.mails.count == 3
    logged = log()
    assert '"delivered"' in logged
    for secret in ("reader26@", "example.org", "Aroha", "/leave/"):
        assert secret not in logged


@pytest.mark.parametrize("event", ["deliver-unknown-chunk", "deliver-not-json"])
def test_a_message_that_cant_be_carried_out_is_named_and_counted_and_sends_nothing(
    scene: Scene, event: str, log: Callable[[], str]
) -> None:
    """SQS counts it towards the dead-letter queue. It is no error of the function, which Lambda would slow down for."""
    scene.play("tick-scheduled")
    answer = scene.play(event)
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert scene.ses.mails.count == 0
    logged = log()
    assert '"message":"parked"' in logged
    assert '"ParkedMessages":[0.0,1.0]' in logged


@pytest.mark.parametrize("event", ["fanout-shard", "deliver-chunk"])
def test_any_other_failure_is_the_functions_own(scene: Scene, event: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is broken here, and not in the message, counts as an error, so that an alarm tells; it comes again."""

    def broken(_context: object) -> None:
        raise Unavailable("no table answers")

    monkeypatch.setattr(wiring, event.partition("-")[0], broken)
    with pytest.raises(BatchProcessingError, match="no table answers"):
        scene.play(event)


def test_the_event_files_are_readable() -> None:
    """They are JSON objects, indented as people read them."""
    for path in EVENTS.glob("*.json"):
        text = Path(path).read_text("utf-8")
        assert json.dumps(json.loads(text), indent=2) + "\n" == text
