"""The stores that the current code builds, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from convener.aws.consents import DynamoConsents
from convener.aws.editions import S3Editions
from convener.aws.imports import DynamoImportStore
from convener.aws.ledger import DynamoLedger
from convener.aws.requests import DynamoRequests
from convener.aws.sessions import DynamoSessions
from convener.aws.slots import DynamoSlots
from convener.aws.unit_of_work import DynamoUnitOfWork
from local.stack import LocalStack

Facts = dict[str, Any]
Item = Mapping[str, Any]
"""An item as plain Python values."""


class Stores:
    """The stores of a local stack, as commands and functions build them."""

    def __init__(self, stack: LocalStack) -> None:
        dynamodb, tables = stack.session.client("dynamodb"), stack.outputs
        self.sessions = DynamoSessions(dynamodb, tables["SessionsTable"])
        self.ledger = DynamoLedger(dynamodb, tables["LedgerTable"])
        self.consents = DynamoConsents(dynamodb, tables["ConsentsTable"])
        self.requests = DynamoRequests(dynamodb, tables["RequestsTable"])
        self.subscribers = DynamoUnitOfWork(
            dynamodb,
            subscribers=tables["SubscribersTable"],
            consents=tables["ConsentsTable"],
            requests=tables["RequestsTable"],
        )
        self.imports = DynamoImportStore(dynamodb, tables["RequestsTable"])
        self.editions = S3Editions(stack.session.client("s3"), tables["EditionsBucket"])
        self._dynamodb, self._ledger_table = dynamodb, tables["LedgerTable"]

    def new_slots(self) -> DynamoSlots:
        """The slots, as a new process has them: they remember which hours they have read."""
        return DynamoSlots(self._dynamodb, self._ledger_table)


@dataclass(frozen=True, kw_only=True)
class Format:
    """One kind of item: its table, and how it is read and written again.

    `read` gets a sample's items, which are in the table, and what the sample says of their making (`given`). It returns
    what was read and the facts that a sample expects of it. `write` gets both and writes into empty tables.
    """

    table: Literal["Sessions", "Subscribers", "Ledger", "Consents", "Requests"]
    read: Callable[[Stores, Sequence[Item], Facts], tuple[Any, Facts]]
    write: Callable[[Stores, Any, Facts], None]


def moment(value: datetime | None) -> str | None:
    """A moment as facts have it."""
    return value.isoformat() if value else None


def at(text: str) -> datetime:
    """The moment that a fact tells."""
    return datetime.fromisoformat(text)
