"""What the handlers of tick, fan-out and feedback answer, log and count, whatever they are given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from convener import wiring
from convener.campaigns import Campaign, Stage, WaitReason
from convener.container import using
from convener.delivery.chunks import Cursor
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Misconfigured, Unavailable
from tests.support.fakes import FakeLedger
from tests.support.feedback_events import ID, PEOPLE, REF, event_about
from tests.support.handling import CONTEXT, batch, failed, hands, invoke, metrics
from tests.support.logs import written
from tests.support.people import OPENED, campaign, subscriber
from tests.support.sweeping import add_chunks

SHARD = {"campaign": ID, "shard": "0"}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Return what was logged and counted since the last call."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    with written() as lines:
        yield lambda: lines() + "".join(capsys.readouterr())


def test_every_bad_message_is_returned_parked_and_counted(log: Callable[[], str]) -> None:
    """No JSON, no fields and a missing campaign have a reason each, and the good message of the batch is done."""
    container = hands()
    container.fakes.ledger.campaigns[ID] = campaign()
    container.fakes.subscribers.rows = {row.id: row for row in (subscriber(16),)}
    gone = {"campaign": "2031-01/invite", "shard": "0"}
    answer = invoke("fanout", batch("someone@example.org", {"campaign": ID}, gone, SHARD), container)
    assert failed(answer) == ["message-0", "message-1", "message-2"]
    assert container.fakes.ledger.cursor(ID, "0").finished
    logged = log()
    assert metrics(logged) == {"ParkedMessages": 3}
    for words in ("no JSON", "no 'shard'", "no campaign 2031-01/invite", '"message_id":"message-1"'):
        assert words in logged
    assert "someone@" not in logged
    assert "Traceback" not in logged


def test_a_single_bad_message_is_returned_too(log: Callable[[], str]) -> None:
    """The answer is the same as for one of many: no exception, which Lambda would count as the function's error."""
    assert failed(invoke("fanout", batch("{}"), hands())) == ["message-0"]
    assert metrics(log()) == {"ParkedMessages": 1}


class Away(FakeLedger):
    """A ledger while DynamoDB can't be reached."""

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        raise Unavailable(f"no connection was made, {campaign} {shard}")


def test_a_passing_failure_fails_the_function_and_is_not_parked(log: Callable[[], str]) -> None:
    """No message is the cause. Lambda counts an error, for which there is an alarm, and the message comes again."""
    container = hands()
    container.fakes.ledger = Away()
    with pytest.raises(BatchProcessingError, match="no connection was made"):
        invoke("fanout", batch(SHARD), container)
    assert metrics(log()) == {"ParkedMessages": 0}


def test_two_invocations_in_one_process_do_not_mix(log: Callable[[], str]) -> None:
    """An invocation that begins while another runs returns its own messages only."""
    outer = hands()
    outer.fakes.ledger.campaigns[ID] = campaign()
    answers: list[Any] = []

    class Nested(FakeLedger):
        def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
            if not answers:
                answers.append(None)
                answers[0] = invoke("fanout", batch("{}", "[]"), hands())
            return super().shard(campaign, shard)

    outer.fakes.ledger = Nested()
    outer.fakes.ledger.campaigns[ID] = campaign()
    assert failed(invoke("fanout", batch(SHARD, SHARD, "no"), outer)) == ["message-2"]
    assert failed(answers[0]) == ["message-0", "message-1"]
    assert log()


def test_a_quiet_tick_counts_zero(log: Callable[[], str]) -> None:
    """Every metric is written each time: an alarm on a missing metric never fires."""
    answer = invoke("tick", {}, hands())
    logged = log()
    assert metrics(logged) == {
        "Ticks": 1,
        "CampaignsOpened": 0,
        "CampaignsBlocked": 0,
        "CampaignsInTrouble": 0,
        "CampaignsStopped": 0,
        "UnknownMails": 0,
    }
    assert '"level":"INFO"' in logged
    assert json.loads(json.dumps(answer)) == answer


def test_a_tick_counts_trouble_and_lost_answers(log: Callable[[], str]) -> None:
    """It also logs an error, with the campaign's id and no subscriber's."""
    container = hands()
    container.clock(CONTEXT).sleep(timedelta(hours=1).total_seconds())
    why, until = WaitReason.LOST_ANSWERS, OPENED + timedelta(hours=2)
    container.fakes.ledger.campaigns[ID] = campaign(stage=Stage.WAITING, why=why, until=until)
    add_chunks(
        container.fakes.ledger,
        ID,
        [[RecipientState(DeliveryState.UNKNOWN, 1, 60, "answer-lost")] * 3, [RecipientState()]],
    )
    answer = invoke("tick", {}, container)
    assert (answer["unknown"], list(answer["trouble"])) == ({ID: 3}, [ID])
    logged = log()
    assert (metrics(logged)["CampaignsInTrouble"], metrics(logged)["UnknownMails"]) == (1, 3)
    assert '"level":"ERROR"' in logged


@pytest.mark.parametrize("seconds", ["soon", "0", "-900", "900.5", "43201"])
def test_a_tick_without_a_valid_lease_stops(seconds: str) -> None:
    """The error names the setting."""
    with using(hands(CLAIM_LEASE_SECONDS=seconds)), pytest.raises(Misconfigured, match="CLAIM_LEASE_SECONDS"):
        wiring.tick(CONTEXT)


def test_a_batch_that_stops_a_campaign_logs_an_error(log: Callable[[], str]) -> None:
    """The error has the numbers, and no subscriber's address or id."""
    container = hands()
    container.fakes.ledger.campaigns[ID] = campaign()
    add_chunks(
        container.fakes.ledger,
        ID,
        [[RecipientState(DeliveryState.COMPLAINED, 1, 60)] * 2 + [RecipientState(DeliveryState.ACCEPTED, 1, 60)]],
    )
    chunk = container.fakes.ledger.chunk_items[ID, REF]
    people = tuple(person.id for person in PEOPLE)
    container.fakes.ledger.chunk_items[ID, REF] = type(chunk)(
        campaign=ID, ref=REF, recipients=people, entries=chunk.entries
    )
    assert failed(invoke("feedback", batch(event_about("complaint", 2)), container)) == []
    logged = log()
    assert container.fakes.ledger.campaigns[ID].why is WaitReason.COMPLAINTS
    assert metrics(logged)["CampaignsStopped"] == 1
    assert "stopped by itself" in logged
    assert "complaints: 3" in logged
    for secret in ("@example.org", people[2]):
        assert secret not in logged
