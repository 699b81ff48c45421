"""Each contract runs twice: against the fake, and against the adapter on moto with tables made from the template."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from convener.aws.consents import DynamoConsents
from convener.aws.editions import S3Editions
from convener.aws.ledger import DynamoLedger
from convener.aws.queues import SqsQueues
from convener.aws.recipient_lookup import DynamoRecipientLookup
from convener.aws.requests import DynamoRequests
from convener.aws.sessions import DynamoSessions
from convener.aws.slots import DynamoSlots
from convener.aws.unit_of_work import DynamoUnitOfWork
from local.stack import LocalStack
from tests.support.fake_pacing import FakeRecipientLookup, FakeSlots
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.fakes import FakeEditions, FakeLedger, FakeQueues, FakeSessions


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """One local stack for all: each test empties what it uses."""
    with LocalStack(
        sender_address="conversation@mail.kindness.example", public_base_url="https://c.example"
    ) as running:
        yield running


@pytest.fixture
def empty_tables(stack: LocalStack) -> Callable[[], None]:
    """What empties all tables."""

    def empty() -> None:
        dynamodb = stack.session.client("dynamodb")
        for table in ("SessionsTable", "SubscribersTable", "LedgerTable", "ConsentsTable", "RequestsTable"):
            _empty(dynamodb, stack.outputs[table])

    return empty


@pytest.fixture(params=["fake", "moto"])
def parts(request: pytest.FixtureRequest) -> Any:
    """Every store and queue, fake or real, empty."""
    if request.param == "fake":
        ledger, subscribers = FakeLedger(), FakeUnitOfWork()
        return SimpleNamespace(
            ledger=ledger,
            look=FakeRecipientLookup(ledger, subscribers),
            slots=FakeSlots(),
            sessions=FakeSessions(),
            subscribers=subscribers,
            consents=subscribers.consents,
            requests=subscribers.requests,
            editions=FakeEditions(),
            queues=FakeQueues(),
        )
    stack = request.getfixturevalue("stack")
    request.getfixturevalue("empty_tables")()
    dynamodb = stack.session.client("dynamodb")
    queues = SqsQueues(
        stack.session.client("sqs"), fanout=stack.outputs["FanoutQueueUrl"], deliver=stack.outputs["DeliverQueueUrl"]
    )
    return SimpleNamespace(
        ledger=DynamoLedger(dynamodb, stack.outputs["LedgerTable"]),
        look=DynamoRecipientLookup(dynamodb, stack.outputs["LedgerTable"], stack.outputs["SubscribersTable"]),
        slots=DynamoSlots(dynamodb, stack.outputs["LedgerTable"]),
        sessions=DynamoSessions(dynamodb, stack.outputs["SessionsTable"]),
        subscribers=DynamoUnitOfWork(
            dynamodb,
            subscribers=stack.outputs["SubscribersTable"],
            consents=stack.outputs["ConsentsTable"],
            requests=stack.outputs["RequestsTable"],
        ),
        consents=DynamoConsents(dynamodb, stack.outputs["ConsentsTable"]),
        requests=DynamoRequests(dynamodb, stack.outputs["RequestsTable"]),
        editions=S3Editions(stack.session.client("s3"), stack.outputs["EditionsBucket"]),
        queues=queues,
    )


def _empty(dynamodb: Any, table: str) -> None:
    keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            dynamodb.delete_item(TableName=table, Key={key: item[key] for key in keys})
