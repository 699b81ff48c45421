"""The transaction over rows, consent record and confirmed requests, which change together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
        consents: The entries to add to the consent record. Rows, removals and entries together are at most MAX_WRITES.
        done: The id of the confirmation request that the transaction fulfils; empty for none.
        at: The time at which the request is fulfilled.
        used: The action of a one-time link that the transaction uses up.
        removals: The rows to delete, which must still have the version, the status and the import batch given here.

    Raises:
        ValueError: The transaction cannot be written, whatever is stored: a programming error.
    """

    changes: Sequence[RowChange] = ()
    consents: Sequence[ConsentEntry] = ()
    done: str = ""
    at: datetime | None = None
    used: UsedLink | None = None
    removals: Sequence[Subscriber] = ()

    def __post_init__(self) -> None:
        """Check the transaction where it is created, before DynamoDB would refuse it."""
        if not 0 < len(self.changes) + len(self.consents) + len(self.removals) <= MAX_WRITES:
            raise ValueError(f"from 1 to {MAX_WRITES} rows and entries can be written at once")
        ids = [*(change.row.id for change in self.changes), *(row.id for row in self.removals)]
        if len(set(ids)) < len(ids):
            raise ValueError("a transaction writes a row once")
        if len({(entry.subscriber, entry.at, entry.mark) for entry in self.consents}) < len(self.consents):
            raise ValueError("two entries of one moment have one mark")
        if any(change.row.version != (change.expected or 0) + 1 for change in self.changes):
            raise ValueError("a row is written with its next version")
        if self.removals and not self.consents:
            raise ValueError("a row is removed together with an entry of the consent record")
        if self.done and self.at is None:
            raise ValueError("a request is done at some moment")
