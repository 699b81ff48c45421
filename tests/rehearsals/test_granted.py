"""What the handlers really ask AWS, while a mailing meets everything that may hold it up, is what their roles allow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener import wiring
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from convener.campaigns import Stage
from local.rehearsal.pump import Pump
from local.ses import Fault
from local.stack import LocalStack
from local.stack.template import referred
from local.virtual_clock import VirtualClock
from tests.support.people import TEMPLATES, session, subscriber
from tests.support.sam_template import SAM, listed, statements

NINE = datetime(2024, 4, 4, 8, tzinfo=UTC)
PREFIX = {"sesv2": "ses"}
ACTIONS = {"sqs:SendMessageBatch": "sqs:SendMessage"}  # IAM knows the one for both


class Witness(Pump):
    """A pump that writes down who asked what of which table, bucket or queue."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.who = ""
        self.asked: set[tuple[str, str, str]] = set()
        self.stack.session.events.register("provide-client-params.*.*", self._saw)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Each function in surroundings of its own, as in AWS: none lives on what another one read."""
        surroundings = wiring.Surroundings(
            environment=self.stack.environment,
            session=lambda: self.stack.session,
            clock=lambda _: self.clock,
            templates=TEMPLATES,
        )
        self.who = function
        with wiring.using(surroundings):
            answer = super().invoke(function, event)
        self.who = ""
        return answer

    def _saw(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        action = f"{PREFIX.get(service, service)}:{model.name}"
        for call, resource in parts(ACTIONS.get(action, action), params):
            self.asked.add((self.who, call, resource))


def parts(action: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a request asks of which resources. A transaction needs the actions of its parts."""
    for write in params.get("TransactItems", ()):
        ((kind, own),) = write.items()
        yield f"dynamodb:{kind}Item", own["TableName"]
    for table in params.get("RequestItems", ()):
        yield action, table
    if not {"TransactItems", "RequestItems"} & set(params):
        yield action, str(params.get("TableName") or params.get("Bucket") or params.get("QueueUrl") or "")


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
        names = {value: name.removesuffix("Url") for name, value in stack.outputs.items()}
        yield {(who, action, names.get(resource, "")) for who, action, resource in witness.asked if who}


def tick(witness: Witness, clock: VirtualClock, *, drain: bool) -> Stage:
    """A tick, what it queues, and half an hour; the campaign's stage after that."""
    witness.invoke("tick", {})
    if drain:
        witness.drain()
    clock.sleep(timedelta(minutes=31).total_seconds())
    with wiring.using(wiring.Surroundings(session=lambda: witness.stack.session)) as here:
        campaign = here.ledger(witness.stack.outputs["LedgerTable"]).campaign("2024-04/invite")
    assert campaign is not None
    return campaign.stage


def granted(function: str) -> set[tuple[str, str]]:
    """Action and resource of each statement of the function's role."""
    return {
        (action, referred(resource) or "")
        for role, own in statements()
        if role == f"{function.capitalize()}Role" and own["Effect"] == "Allow"
        for action in listed(own["Action"])
        for resource in listed(own["Resource"])
    }


def test_no_handler_asks_what_its_role_does_not_allow(asked: set[tuple[str, str, str]]) -> None:
    """Else it would work everywhere but in AWS."""
    assert {who for who, _, _ in asked} == {"tick", "fanout", "deliver", "feedback"} <= set(SAM.functions())
    for who, action, resource in sorted(asked):
        assert any(own == action and resource in (name, "") for own, name in granted(who)), (who, action, resource)
    seen = {(who, action) for who, action, _ in asked}
    assert ("tick", "dynamodb:BatchGetItem") in seen, "the tick swept nothing"
    assert ("deliver", "dynamodb:GetItem") in seen, "no delivery turned the campaign"
    assert ("feedback", "dynamodb:Query") in seen, "feedback summed up nothing"
