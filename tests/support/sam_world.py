"""The world that an event file is played in: a local stack with one session and three readers of April 2024."""

from __future__ import annotations

import contextlib
import email
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from convener import wiring
from convener.aws.ledger import DynamoLedger
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from local.rehearsal.pump import Pump
from local.stack import LocalStack, Template
from local.virtual_clock import VirtualClock
from tests.support.people import SERIES_FOLDER, session, subscriber
from tests.support.sam_door import door
from tests.support.sam_engine import ROOT
from tests.support.sam_invoke import Played, beside, environment, invoke, prepare

EVENTS = ROOT / "events"
NINE = datetime(2024, 4, 4, 8, tzinfo=UTC)
"""9 o'clock in London, two weeks before the session: the invite's moment."""
ACCOUNT = "123456789012"
OK: dict[str, list[Any]] = {"batchItemFailures": []}
SECRETS = ("@example.org", "@new.example", "Aroha", "Mika", "/leave/k1", "/view/k1", "/confirm/k1", "meet.example")
"""What no log may hold: addresses, names, readers' links, the meeting's address."""


class World:
    """What a case looks at. `play` is the real thing; `before` plays a file in this process, to prepare it."""

    def __init__(self, event: str, stack: LocalStack, door: str) -> None:
        self.event, self.stack, self.door = event, stack, door
        self.clock, self.played = VirtualClock(NINE), list[Played]()
        self.variables = dict[str, str]()  # what the function is to be told otherwise than by the template
        dynamodb = stack.session.client("dynamodb")
        self.sessions = DynamoSessions(dynamodb, stack.outputs["SessionsTable"])
        self.people = DynamoSubscribers(dynamodb, stack.outputs["SubscribersTable"])
        self.ledger = DynamoLedger(dynamodb, stack.outputs["LedgerTable"])
        self.sessions.save(session(), expected_version=0)
        readers = [subscriber(number) for number in (0x1A, 0x2A, 0x3A)]
        for one in readers:
            self.people.add(one)
        self.readers = [one.id for one in readers]

    def play(self) -> Any:
        """Invoke the function that the event file is named after, in the emulator; its answer."""
        name, path = self.event.split("-")[0], EVENTS / f"{self.event}.json"
        told = {**self.stack.environment(name), **self.variables}
        told |= environment(self.stack.endpoint_url, self.clock.now(), self.door)
        one = invoke(_logical_id(self.event), path, told, shell=self.stack.aws_environment)
        self.played.append(one)
        for secret in SECRETS:
            assert secret not in one.log, f"the log of {self.event} holds {secret!r}"
        return one.answer

    def before(self, *events: str) -> None:
        """What has to have happened: these event files, played by the same handlers in this process."""
        surroundings = wiring.Container(
            environment=self.stack.environment,
            session=lambda: self.stack.session,
            clock=lambda _: self.clock,
            series_folder=SERIES_FOLDER,
        )
        pump = Pump(self.stack, self.clock)
        with wiring.using(surroundings):
            for name in events:
                pump.invoke(name.split("-")[0], json.loads((EVENTS / f"{name}.json").read_text("utf-8")))

    def queued(self, output: str) -> int:
        """How many messages wait in the queue whose URL is that output."""
        told = self.stack.session.client("sqs").get_queue_attributes(
            QueueUrl=self.stack.outputs[output], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    def mails(self) -> list[EmailMessage]:
        """The mails that the local SES took, as it was given them."""
        return [email.message_from_bytes(one.raw, policy=policy.default) for one in self.stack.ses.mails.all]


@contextlib.contextmanager
def world(event: str) -> Iterator[World]:
    """A world of its own for one event file."""
    prepare()
    with (
        LocalStack(sender_address="conversation@mail.kindness.example", public_base_url="https://c.example") as stack,
        door(beside(_logical_id(event)), stack.endpoint_url) as name,
    ):
        yield World(event, stack, name)


def _logical_id(event: str) -> str:
    return Template().functions()[event.split("-", maxsplit=1)[0]].logical_id


def logical_ids() -> set[str]:
    """Every function of the template, by its file's name."""
    return set(Template(Path(ROOT / "template.yaml")).functions())
