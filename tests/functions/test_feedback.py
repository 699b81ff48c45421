"""Feedback with every file of `events/`, on the local stack, after an invite left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from convener import wiring
from convener.aws.ledger import DynamoLedger
from convener.aws.subscribers import DynamoSubscribers
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SubscriberStatus
from local.rehearsal.pump import Pump
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.functions.conftest import NINE
from tests.support.page_requests import EVENTS
from tests.support.people import campaign, subscriber
from tests.support.ses_events import SET, WHO

OK: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
PEOPLE = [subscriber(number).id for number in (0x1A, 0x2A, 0x3A)]
INVITE, REF = "2024-04/invite", "a-00001"
ALL_WELL = ["ACCEPTED", "ACCEPTED", "ACCEPTED"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a test looks at. `play` invokes feedback with one of its event files."""

    ledger: DynamoLedger
    people: DynamoSubscribers
    play: Callable[[str], Any]


@pytest.fixture
def told(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """Three mails are accepted, and the events' configuration set is this stack's."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    stack.empty_tables("SubscribersTable", "LedgerTable")
    dynamodb, clock = stack.session.client("dynamodb"), VirtualClock(NINE)
    ledger = DynamoLedger(dynamodb, stack.outputs["LedgerTable"])
    people = DynamoSubscribers(dynamodb, stack.outputs["SubscribersTable"])
    for number in (0x1A, 0x2A, 0x3A):
        people.add(subscriber(number))
    chunk = new_chunk(INVITE, "a", 1, PEOPLE)
    ledger.open(campaign())
    ledger.move(INVITE, frm=Cursor(shard="a"), to=Cursor(shard="a", count=3, chunks=1, finished=True), chunk=chunk)
    taken = chunk.with_entries({place: RecipientState(DeliveryState.ACCEPTED, 1, 91) for place in range(3)})
    ledger.save(taken, messages={place: f"message-{place}" for place in range(3)})
    surroundings = wiring.Container(
        environment=lambda function: {**stack.environment(function), "CONFIGURATION_SET": SET},
        session=lambda: stack.session,
        clock=lambda _: clock,
    )
    pump = Pump(stack, clock)
    with wiring.using(surroundings):
        yield Told(
            ledger=ledger,
            people=people,
            play=lambda name: pump.invoke("feedback", json.loads((EVENTS / f"{name}.json").read_text("utf-8"))),
        )


def outcome(told: Told) -> list[str]:
    """What the ledger says of each reader, with notes."""
    chunk = told.ledger.chunk(INVITE, REF)
    assert chunk is not None
    return [f"{entry.state.name} {entry.note}".strip() for entry in chunk.entries]


def standings(told: Told) -> list[SubscriberStatus]:
    """Where each reader stands."""
    rows = told.people.get(ids=PEOPLE)
    return [rows[one].status for one in PEOPLE]


@pytest.mark.parametrize(
    ("event", "states"),
    [
        ("feedback-sent", ALL_WELL),
        ("feedback-delivered", ["DELIVERED", "ACCEPTED", "ACCEPTED"]),
        ("feedback-doubled", ["DELIVERED", "ACCEPTED", "ACCEPTED"]),
        ("feedback-mailbox-full", ["ACCEPTED", "ACCEPTED mailbox-full", "ACCEPTED"]),
        ("feedback-out-of-office", ["ACCEPTED", "DELIVERED soft-bounce", "ACCEPTED"]),
        ("feedback-delayed", ["ACCEPTED delayed", "ACCEPTED", "ACCEPTED"]),
        ("feedback-rejected", ["FAILED rejected", "ACCEPTED", "ACCEPTED"]),
        ("feedback-rendering-failed", ["FAILED not-rendered", "ACCEPTED", "ACCEPTED"]),
        ("feedback-foreign", ALL_WELL),
    ],
)
def test_what_happened_to_a_mail_is_in_the_ledger_and_suppresses_nobody(
    told: Told, event: str, states: list[str]
) -> None:
    """Also when the batch comes a second time: it changes nothing, not even a version."""
    assert told.play(event) == OK
    assert outcome(told) == states
    before = told.ledger.chunk(INVITE, REF)
    assert told.play(event) == OK
    assert told.ledger.chunk(INVITE, REF) == before
    assert standings(told) == [SubscriberStatus.CONFIRMED] * 3


@pytest.mark.parametrize(
    ("event", "place", "standing", "since"),
    [
        ("feedback-bounced", 1, SubscriberStatus.BOUNCED, datetime(2024, 4, 4, 8, 1, 35, tzinfo=UTC)),
        ("feedback-complaint", 2, SubscriberStatus.COMPLAINED, datetime(2024, 4, 4, 10, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_bounce_for_good_and_a_complaint_suppress(
    told: Told, event: str, place: int, standing: SubscriberStatus, since: datetime
) -> None:
    """The ledger says so, and that reader alone gets nothing more, since the moment it happened."""
    assert told.play(event) == OK == told.play(event)
    assert outcome(told)[place] == standing.name
    assert standings(told)[place] == standing
    assert standings(told).count(SubscriberStatus.CONFIRMED) == 2
    row = told.people.get(ids=[PEOPLE[place]])[PEOPLE[place]]
    assert (row.status_since, row.version) == (since, 2)


@pytest.mark.parametrize(
    ("event", "parked", "states"),
    [
        ("feedback-no-event", [1], ["DELIVERED", "ACCEPTED", "ACCEPTED"]),
        ("feedback-unknown-kind", [1], ["ACCEPTED", "DELIVERED", "ACCEPTED"]),
        ("feedback-unknown-chunk", [1, 2], ALL_WELL),
    ],
)
def test_what_cant_be_used_is_parked_without_its_batch(
    told: Told, event: str, parked: list[int], states: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """It is named as failed, so that SQS counts it towards the dead-letter queue; the others are carried out."""
    failed = [f"{number:08d}-0000-4000-8000-000000000000" for number in parked]
    assert told.play(event) == {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
    assert outcome(told) == states
    reasons: list[Any] = [vars(record) for record in caplog.records if record.message == "parked"]
    assert [one["message_id"] for one in reasons] == failed
    assert all(one["reason"] for one in reasons)
    assert standings(told) == [SubscriberStatus.CONFIRMED] * 3


def test_what_is_counted(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    """Bounces and complaints once, however often they are told; what is parked each time it is seen."""
    capsys.readouterr()
    for event in ("bounced", "bounced", "complaint", "foreign", "no-event", "no-event"):
        told.play(f"feedback-{event}")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    names = ("Bounces", "Complaints", "ForeignEvents", "ParkedEvents")
    assert [sum(line[name][0] for line in lines) for name in names] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "event", ["feedback-bounced", "feedback-complaint", "feedback-unknown-kind", "feedback-delayed", "feedback-foreign"]
)
def test_no_log_line_holds_an_address(told: Told, event: str, log: Callable[[], str]) -> None:
    """Events are full of addresses, and of what other servers said about them."""
    log()
    told.play(event)
    logged = log()
    assert "feedback recorded" in logged
    for secret in (WHO, "@", "smtp;", *PEOPLE):
        assert secret not in logged
