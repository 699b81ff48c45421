"""The handler of the pages on a local stack: event files go in, responses come out, and tests read every table."""

from __future__ import annotations

import email
import json
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from convener import wiring
from convener.aws.consents import DynamoConsents
from convener.aws.requests import DynamoRequests
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.subscribers.mail_requests import MailRequest, read_mail_request
from convener.subscribers.models import Subscriber
from local.rehearsal.pump import Pump
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.support.event_links import READER
from tests.support.people import SERIES_FOLDER, subscriber

EVENTS = Path(__file__).parents[2] / "events"
BESIDE = subscriber(0x2A)
KEPT = ("campaigns",)
"""Items of the ledger that stay: the campaigns. Slots and single additions belong to other requests."""
PASSING = ("SubscribersTable", "ConsentsTable", "RequestsTable")


@dataclass(frozen=True, kw_only=True)
class PagesScene:
    """What a test uses.

    `play` returns the response to an event file, `tables` all items of all tables. `mail_requests` takes the waiting
    requests off their queue; `mails` are those sent since the scene was opened.
    """

    clock: VirtualClock
    play: Callable[[str], Any]
    tables: Callable[[], dict[str, list[str]]]
    people: DynamoUnitOfWork
    consents: DynamoConsents
    requests: DynamoRequests
    mail_requests: Callable[[], list[MailRequest]]
    mails: Callable[[], list[EmailMessage]]

    def reader(self) -> Subscriber:
        """Return the subscriber whose links the event files have."""
        return self.people.get(ids=[READER.id])[READER.id]


def container_on(stack: LocalStack, clock: VirtualClock, **environment: str) -> wiring.Container:
    """Return a container on the stack; `environment` changes variables of the function."""
    return wiring.Container(
        environment=lambda name: {**stack.environment(name), **environment},
        session=lambda: stack.session,
        clock=lambda _: clock,
        series_folder=SERIES_FOLDER,
    )


def open_scene(stack: LocalStack, clock: VirtualClock) -> PagesScene:
    """Store two subscribers, no consent entry and no request, and empty the queue."""
    dynamodb, sqs = stack.session.client("dynamodb"), stack.session.client("sqs")
    queue = stack.outputs["TransactionalQueueUrl"]
    stack.empty_tables(*PASSING)
    ledger = stack.outputs["LedgerTable"]
    for item in dynamodb.scan(TableName=ledger)["Items"]:
        if item["campaign"]["S"] not in KEPT:
            dynamodb.delete_item(TableName=ledger, Key={key: item[key] for key in ("campaign", "item")})
    while waiting := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for message in waiting:  # SQS purges a queue only once a minute
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    subscribers, consents, requests = (stack.outputs[name] for name in PASSING)
    people = DynamoUnitOfWork(dynamodb, subscribers=subscribers, consents=consents, requests=requests)
    people.add(READER)
    people.add(BESIDE)
    pump = Pump(stack, clock)

    def play(name: str) -> Any:
        return pump.invoke(name.partition("-")[0], json.loads((EVENTS / f"{name}.json").read_text("utf-8")))

    def tables() -> dict[str, list[str]]:
        names = [
            name for output, name in stack.outputs.items() if output.endswith("Table")
        ]  # other stacks may be running
        return {name: sorted(map(str, dynamodb.scan(TableName=name)["Items"])) for name in names}

    def mail_requests() -> list[MailRequest]:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [read_mail_request(message["Body"]) for message in messages]

    def mails() -> list[EmailMessage]:
        return [email.message_from_bytes(mail.raw, policy=policy.default) for mail in stack.ses.mails.all[before:]]

    before = stack.ses.mails.count
    return PagesScene(
        clock=clock,
        play=play,
        tables=tables,
        people=people,
        consents=DynamoConsents(dynamodb, consents),
        requests=DynamoRequests(dynamodb, requests),
        mail_requests=mail_requests,
        mails=mails,
    )
