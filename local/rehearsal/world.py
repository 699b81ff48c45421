"""The world of a rehearsal: the local stack, its tables as the use cases know them, and a virtual clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from convener import wiring
from convener.aws.imports import DynamoImportStore
from convener.aws.ledger import DynamoLedger
from convener.aws.secrets import read_secret
from convener.aws.sessions import DynamoSessions
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.sessions.series import Series
from local.rehearsal.mail_copies import MailCopies
from local.rehearsal.pump import Pump
from local.ses.mails import Mails
from local.stack import LocalStack
from local.virtual_clock import Invocation, VirtualClock

BASE_URL = "https://kindness.example"


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything that a rehearsal touches."""

    series: Series
    stack: LocalStack
    clock: VirtualClock
    pump: Pump
    outbox: Mails
    sessions: DynamoSessions
    subscribers: DynamoUnitOfWork
    imports: DynamoImportStore
    ledger: DynamoLedger
    identity_key: bytes
    base_url: str


@contextmanager
def world(
    series: Series, *, outbox: Path, clock: VirtualClock, series_folder: Path, base_url: str = BASE_URL
) -> Iterator[World]:
    """Start the local stack and put it in the place of AWS for as long as the block runs."""
    with LocalStack(sender_address=series.sender.address, public_base_url=base_url, clock=clock) as stack:
        stack.ses.mails.keep_in(outbox)
        if stack.other_ses:
            MailCopies(stack.ses.mails, clock).listen(stack.session)
        stack.tell_feedback()
        dynamodb, outputs = stack.session.client("dynamodb"), stack.outputs
        key = read_secret(stack.session.client("secretsmanager"), outputs["IdentityKeySecret"])
        here = World(
            series=series,
            stack=stack,
            clock=clock,
            pump=Pump(stack, clock),
            outbox=stack.ses.mails,
            sessions=DynamoSessions(dynamodb, outputs["SessionsTable"]),
            subscribers=DynamoUnitOfWork(
                dynamodb,
                subscribers=outputs["SubscribersTable"],
                consents=outputs["ConsentsTable"],
                requests=outputs["RequestsTable"],
            ),
            imports=DynamoImportStore(dynamodb, outputs["RequestsTable"]),
            ledger=DynamoLedger(dynamodb, outputs["LedgerTable"]),
            identity_key=key.encode(),
            base_url=base_url,
        )
        surroundings = wiring.Container(
            environment=stack.environment,
            session=lambda: stack.session,
            clock=lambda context: Invocation(clock, context.get_remaining_time_in_millis),
            series_folder=series_folder,
        )
        with wiring.using(surroundings):
            yield here
