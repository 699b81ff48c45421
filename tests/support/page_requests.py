"""The pages' door: event files come in, answers go out, and every item of every table can be looked at."""

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
from tests.support.people import TEMPLATES, subscriber

EVENTS = Path(__file__).parents[2] / "events"
BESIDE = subscriber(0x2A)
KEPT = ("campaigns",)
"""What stays of the ledger: which mailings there are. Slots and single additions are another visit's."""
PASSING = ("SubscribersTable", "ConsentsTable", "RequestsTable")


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the tests look at. `play` gives the answer to an event file, `tables` is every item of every table.

    `letters` takes those that wait off their queue; `mails` are those that have left since the door was opened.
    """

    clock: VirtualClock
    play: Callable[[str], Any]
    tables: Callable[[], dict[str, list[str]]]
    people: DynamoUnitOfWork
    consents: DynamoConsents
    requests: DynamoRequests
    letters: Callable[[], list[MailRequest]]
    mails: Callable[[], list[EmailMessage]]

    def reader(self) -> Subscriber:
        """The reader whose links the event files have."""
        return self.people.get(ids=[READER.id])[READER.id]


def around(stack: LocalStack, clock: VirtualClock, **told: str) -> wiring.Container:
    """The stack in the place of AWS; `told` changes what the template tells the function."""
    return wiring.Container(
        environment=lambda name: {**stack.environment(name), **told},
        session=lambda: stack.session,
        clock=lambda _: clock,
        templates=TEMPLATES,
    )


def open_door(stack: LocalStack, clock: VirtualClock) -> Door:
    """Two readers and nobody else, no consent on record, nothing asked for or sent, no letter waiting."""
    dynamodb, sqs = stack.session.client("dynamodb"), stack.session.client("sqs")
    queue = stack.outputs["TransactionalQueueUrl"]
    stack.empty_tables(*PASSING)
    ledger = stack.outputs["LedgerTable"]
    for item in dynamodb.scan(TableName=ledger)["Items"]:
        if item["campaign"]["S"] not in KEPT:
            dynamodb.delete_item(TableName=ledger, Key={key: item[key] for key in ("campaign", "item")})
    while waiting := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        for one in waiting:  # SQS purges a queue once a minute only
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    subscribers, consents, requests = (stack.outputs[name] for name in PASSING)
    people = DynamoUnitOfWork(dynamodb, subscribers=subscribers, consents=consents, requests=requests)
    people.add(READER)
    people.add(BESIDE)
    pump = Pump(stack, clock)

    def play(name: str) -> Any:
        return pump.invoke(name.partition("-")[0], json.loads((EVENTS / f"{name}.json").read_text("utf-8")))

    def tables() -> dict[str, list[str]]:
        names = [name for output, name in stack.outputs.items() if output.endswith("Table")]  # others may be running
        return {name: sorted(map(str, dynamodb.scan(TableName=name)["Items"])) for name in names}

    def letters() -> list[MailRequest]:
        told = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [read_mail_request(message["Body"]) for message in told]

    def mails() -> list[EmailMessage]:
        return [email.message_from_bytes(one.raw, policy=policy.default) for one in stack.ses.mails.all[before:]]

    before = stack.ses.mails.count
    return Door(
        clock=clock,
        play=play,
        tables=tables,
        people=people,
        consents=DynamoConsents(dynamodb, consents),
        requests=DynamoRequests(dynamodb, requests),
        letters=letters,
        mails=mails,
    )
