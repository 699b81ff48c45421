"""What the handlers really ask AWS, while a mailing meets everything that may hold it up, is what their roles allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from convener import wiring
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from convener.campaigns import Stage
from local.ses import Fault
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.support.people import session, subscriber
from tests.support.sam_template import SAM
from tests.support.witness import Witness, refused

NINE = datetime(2024, 4, 4, 8, tzinfo=UTC)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, str, str]]]:
    """A mailing that SES holds up, whose messages get lost, of which an answer is lost and five mails bounce."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    clock = VirtualClock(NINE)
    with LocalStack(
        sender_address="conversation@mail.kindness.example", public_base_url="https://c.example", clock=clock
    ) as stack:
        dynamodb, sqs = stack.session.client("dynamodb"), stack.session.client("sqs")
        DynamoSessions(dynamodb, stack.outputs["SessionsTable"]).save(session(), expected_version=0)
        people = DynamoSubscribers(dynamodb, stack.outputs["SubscribersTable"])
        for number in range(16, 28):
            people.add(subscriber(number, address=f"bounce+{number}@simulator.amazonses.com"))
        feedback = stack.outputs["FeedbackQueueUrl"]
        stack.ses.post.to = lambda event: sqs.send_message(QueueUrl=feedback, MessageBody=json.dumps(event))
        witness = Witness(stack, clock)
        stack.ses.faults.next(Fault.PAUSED)
        stages = [tick(witness, clock, drain=True), tick(witness, clock, drain=False)]
        sqs.purge_queue(QueueUrl=stack.outputs["DeliverQueueUrl"])
        stack.ses.faults.next(Fault.ERROR_AFTER)
        stages += [tick(witness, clock, drain=True), tick(witness, clock, drain=True)]
        assert stages == [Stage.WAITING, Stage.SENDING, Stage.STOPPED, Stage.STOPPED]
        yield witness.told()


def tick(witness: Witness, clock: VirtualClock, *, drain: bool) -> Stage:
    """A tick, what it queues, and half an hour; the campaign's stage after that."""
    witness.invoke("tick", {})
    if drain:
        witness.drain()
    clock.sleep(timedelta(minutes=31).total_seconds())
    with wiring.using(wiring.Container(session=lambda: witness.stack.session)) as here:
        campaign = here.ledger(witness.stack.outputs["LedgerTable"]).campaign("2024-04/invite")
    assert campaign is not None
    return campaign.stage


def test_no_handler_asks_what_its_role_does_not_allow(asked: set[tuple[str, str, str]]) -> None:
    """Else it would work everywhere but in AWS."""
    assert {who for who, _, _ in asked} == {"tick", "fanout", "deliver", "feedback"} <= set(SAM.functions())
    assert refused(asked) == []
    seen = {(who, action) for who, action, _ in asked}
    assert ("tick", "dynamodb:BatchGetItem") in seen, "the tick swept nothing"
    assert ("deliver", "dynamodb:GetItem") in seen, "no delivery turned the campaign"
    assert ("feedback", "dynamodb:Query") in seen, "feedback summed up nothing"
