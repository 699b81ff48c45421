"""Each contract runs twice: against the fake, and against the adapter on moto with tables made from the template."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.fixture
def empty_tables(stack: LocalStack) -> Callable[[], None]:
    """What empties all tables, and everything else of the stack."""
    return stack.empty


@pytest.fixture(scope="module")
def clients(stack: LocalStack) -> SimpleNamespace:
    """One client of each service for all tests of a module: making one takes as long as a short test."""
    session = stack.session
    return SimpleNamespace(dynamodb=session.client("dynamodb"), s3=session.client("s3"), sqs=session.client("sqs"))


@pytest.fixture(params=["fake", "moto"])
def parts(request: pytest.FixtureRequest) -> Any:
    """Every store and queue, fake or real, empty."""
    if request.param == "fake":
        ledger, subscribers = FakeLedger(), FakeUnitOfWork()
        return SimpleNamespace(
            ledger=ledger,
            lookup=FakeRecipientLookup(ledger, subscribers),
            slots=FakeSlots(),
            sessions=FakeSessions(),
            subscribers=subscribers,
            consents=subscribers.consents,
            requests=subscribers.requests,
            editions=FakeEditions(),
            queues=FakeQueues(),
        )
    stack, clients = request.getfixturevalue("stack"), request.getfixturevalue("clients")
    stack.empty()
    dynamodb, outputs = clients.dynamodb, stack.outputs
    return SimpleNamespace(
        ledger=DynamoLedger(dynamodb, outputs["LedgerTable"]),
        lookup=DynamoRecipientLookup(dynamodb, outputs["LedgerTable"], outputs["SubscribersTable"]),
        slots=DynamoSlots(dynamodb, outputs["LedgerTable"]),
        sessions=DynamoSessions(dynamodb, outputs["SessionsTable"]),
        subscribers=DynamoUnitOfWork(
            dynamodb,
            subscribers=outputs["SubscribersTable"],
            consents=outputs["ConsentsTable"],
            requests=outputs["RequestsTable"],
        ),
        consents=DynamoConsents(dynamodb, outputs["ConsentsTable"]),
        requests=DynamoRequests(dynamodb, outputs["RequestsTable"]),
        editions=S3Editions(clients.s3, outputs["EditionsBucket"]),
        queues=SqsQueues(clients.sqs, fanout=outputs["FanoutQueueUrl"], deliver=outputs["DeliverQueueUrl"]),
    )
