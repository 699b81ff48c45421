"""The register: rows, consent record and confirmed requests, which change together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.models import Subscriber

MAX_WRITES = 25
"""The limit for rows and consent entries of one Transaction.

A DynamoDB transaction has at most 100 items. The adapter adds an item for the request and an item for the link.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowChange:
    """A row to write, with the next version already set.

    `expected` is the version that the stored row must have; None means that there must be no stored row.
    """

    row: Subscriber
    expected: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UsedLink:
    """The record that an action of a one-time link was used, kept until the link expires at `until`."""

    nonce: str
    action: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Transaction:
    """Changes that are written together or not at all.

    Attributes:
        changes: The rows to write.
        consents: The entries to add to the consent record. Rows and entries together are at most MAX_WRITES.
        done: The id of the confirmation request that the transaction fulfils; empty for none.
        at: The time at which the request is fulfilled.
        used: The action of a one-time link that the transaction uses up.

    Raises:
        ValueError: The transaction cannot be written, whatever is stored: a programming error.
    """

    changes: Sequence[RowChange] = ()
    consents: Sequence[ConsentEntry] = ()
    done: str = ""
    at: datetime | None = None
    used: UsedLink | None = None

    def __post_init__(self) -> None:
        """Check the transaction where it is created, before DynamoDB would refuse it."""
        if not 0 < len(self.changes) + len(self.consents) <= MAX_WRITES:
            raise ValueError(f"from 1 to {MAX_WRITES} rows and entries can be written at once")
        if len({change.row.id for change in self.changes}) < len(self.changes):
            raise ValueError("a transaction writes a row once")
        if len({(entry.subscriber, entry.at, entry.mark) for entry in self.consents}) < len(self.consents):
            raise ValueError("two entries of one moment have one mark")
        if any(change.row.version != (change.expected or 0) + 1 for change in self.changes):
            raise ValueError("a row is written with its next version")
        if self.done and self.at is None:
            raise ValueError("a request is done at some moment")


class SubscriberRows(Protocol):
    """Where subscribers lie."""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those of the ids that exist, read consistently."""


class UnitOfWork(SubscriberRows, Protocol):
    """Rows and what must be written with them."""

    def commit(self, saving: Transaction) -> None:
        """Write all of it in one transaction; its own repetition counts as done.

        Raises Conflict where a row is not at its expected version, the request is gone or done already, or the link is
        used up; Unavailable where nothing was written; LostAnswer where nobody knows.
        """


class ConsentRecord(Protocol):
    """Where the consent record lies."""

    def of(self, subscriber_id: str) -> Sequence[ConsentEntry]:
        """Her entries, in order of time, read consistently."""

    def forget(self, entries: Sequence[ConsentEntry]) -> None:
        """Erase these: for erasure alone. Repeating it changes nothing."""


class RequestStore(Protocol):
    """What passes: requests that wait for a button, and how often somebody asked. Everything in it expires."""

    def visit(self, network: str, *, now: datetime) -> int:
        """Count one visit of that network in this hour; how many they are now. One write."""

    def allow(self, subscriber_id: str, mark: str, *, most: int, now: datetime) -> bool:
        """Whether one more mail may go to her today: at most so many, told apart by their marks.

        The same mark counts once, however often it is asked for.
        """

    def keep(self, request: ConfirmationRequest) -> None:
        """Write a request down. One with the same id stays as it is."""

    def find(self, request_id: str) -> ConfirmationRequest | None:
        """The request, read consistently; None where there is none any more. It may have expired."""

    def answered(self, request_id: str) -> None:
        """The mail that follows from it has left. Nothing happens where the request is gone."""

    def used(self, nonce: str, action: str) -> bool:
        """Whether a fresh link's action is used up, read consistently."""

    def use(self, used: UsedLink) -> bool:
        """Use up a fresh link's action: True the first time, False ever after."""
