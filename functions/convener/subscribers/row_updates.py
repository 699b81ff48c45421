"""Updates of one row that a subscriber asks for: find the row, decide, write, and repeat after a conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import SubscriberRows, UnitOfWork
from convener.subscribers.unit_of_work import RowChange, Transaction

MAX_ATTEMPTS = 5
"""The number of times that a row is read and written before the update gives up."""

BUSY = "somebody else wrote first, every time"
"""The message of the error when an update gives up."""

MAX_MOVES = 10
"""The number of address changes that are followed from the id in a link."""


def find(subscriber_id: str, *, rows: SubscriberRows) -> Subscriber | None:
    """Return the present row of the subscriber, following changes of address; None if there is no row with that id.

    Where the chain of address changes is broken or longer than MAX_MOVES, the result is the last row that can be
    reached. That row is MOVED and gets no mail.
    """
    row = rows.get(ids=[subscriber_id]).get(subscriber_id)
    for _ in range(MAX_MOVES):
        if row is None or row.status is not SubscriberStatus.MOVED or not row.moved_to:
            break
        next_row = rows.get(ids=[row.moved_to]).get(row.moved_to)
        if next_row is None:
            break
        row = next_row
    return row


def changed(row: Subscriber, **fields: Any) -> RowChange:
    """Return the change that sets these fields of the row and raises the version by one."""
    return RowChange(row=replace(row, version=row.version + 1, **fields), expected=row.version)


def settle(
    subscriber_id: str, decide: Callable[[Subscriber], Transaction | None], *, unit_of_work: UnitOfWork
) -> Subscriber | None:
    """Update the present row of a subscriber, and decide again when another writer was first.

    Args:
        subscriber_id: The id in a link; changes of address are followed.
        decide: Returns the transaction to write, with the change of the given row first, or None to write nothing.
        unit_of_work: The store.

    Returns:
        The row after the update; None if there is no row with that id.

    Raises:
        Unavailable: Another writer was first in each of MAX_ATTEMPTS attempts, or the store is out of reach.
        LostAnswer: The result of the write is unknown.
    """

    def attempt() -> Subscriber | None:
        row = find(subscriber_id, rows=unit_of_work)
        transaction = decide(row) if row else None
        if transaction is None:
            return row
        unit_of_work.commit(transaction)
        return transaction.changes[0].row

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))
