"""Changing a row at its owner's wish: found, decided, written; and decided anew where somebody else wrote first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, SubscriberRows, Transaction, UnitOfWork

MAX_ATTEMPTS = 5
"""The number of times that a row is read and written before the update gives up."""

BUSY = "somebody else wrote first, every time"
"""The message of the error when an update gives up."""

STEPS = 10
"""How many changes of address a link follows."""


def find(subscriber_id: str, *, rows: SubscriberRows) -> Subscriber | None:
    """The row, or the one at the end of its changes of address; None where it is gone.

    Where the end can't be reached it is the last row that can: it is MOVED and gets no mail.
    """
    row = rows.get(ids=[subscriber_id]).get(subscriber_id)
    for _ in range(STEPS):
        if row is None or row.status is not SubscriberStatus.MOVED or not row.moved_to:
            break
        further = rows.get(ids=[row.moved_to]).get(row.moved_to)
        if further is None:
            break
        row = further
    return row


def changed(row: Subscriber, **fields: Any) -> RowChange:
    """The row with these fields, at its next version."""
    return RowChange(row=replace(row, version=row.version + 1, **fields), expected=row.version)


def settle(
    subscriber_id: str, decide: Callable[[Subscriber], Transaction | None], *, register: UnitOfWork
) -> Subscriber | None:
    """The row as it stands afterwards; None where it is gone. What `decide` gives has that row's change first.

    `decide` says None where there is nothing to write. Raises Unavailable when others keep writing first.
    """

    def attempt() -> Subscriber | None:
        row = find(subscriber_id, rows=register)
        saving = decide(row) if row else None
        if saving is None:
            return row
        register.commit(saving)
        return saving.changes[0].row

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))
