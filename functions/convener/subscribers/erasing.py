"""Erasing a subscriber: the row, the rows of earlier addresses and the consent record.

An ERASED row with the id alone remains. The rows are erased in one transaction, together with the use of the one-time
link. The entries of the consent record are deleted after that. If deleting stops half-way, the same link continues,
because the rows and the record show what is still to be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import ConsentRecord, RequestStore, SubscriberRows, UnitOfWork
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS, changed
from convener.subscribers.unit_of_work import RowChange, Transaction, UsedLink

MAX_EARLIER_ROWS_PER_TRANSACTION = 10
"""Each row has a consent entry. With the present row and its entry these are 22 of the MAX_WRITES of a Transaction."""

MAX_EARLIER_ROWS_READ = 100
"""The limit for one read of the table (BatchGetItem). Nobody moves a hundred times."""


def erase(
    subscriber_id: str,
    *,
    register: UnitOfWork,
    consents: ConsentRecord,
    requests: RequestStore,
    used: UsedLink,
    now: datetime,
) -> Subscriber | None:
    """Erase a subscriber.

    Args:
        subscriber_id: The id in the one-time link. Changes of address are not followed.
        register: The store of the rows.
        consents: The consent record.
        requests: The store that says which links were used.
        used: The action of the one-time link that the transaction uses up.
        now: The present time.

    Returns:
        The row after the update. ERASED: everything is erased. MOVED: the subscriber needs a link for the new row. Any
        other status: the link was used before. None: there is no row.

    Raises:
        Unavailable, LostAnswer: Repeating the call continues where this call stopped.
    """

    def attempt() -> Subscriber | None:
        row = register.get(ids=[subscriber_id]).get(subscriber_id)
        if row is None or row.status is SubscriberStatus.MOVED:
            return row
        if row.status is not SubscriberStatus.ERASED:
            if requests.used(used.nonce, used.action):
                return row
            row = _erase_rows(row, register=register, used=used, now=now)
        return _forget_consents(row, register=register, consents=consents)

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))


def unfinished(row: Subscriber, *, consents: ConsentRecord) -> bool:
    """Return whether erasing stopped before the consent record of an ERASED row was deleted."""
    return bool(row.moved_from) or bool(_entries_to_forget(consents.of(row.id)))


def earlier(row: Subscriber, *, rows: SubscriberRows) -> Sequence[Subscriber]:
    """Return the rows of the subscriber's earlier addresses, oldest first.

    A row is left out where somebody has joined with that address since.
    """
    if not row.moved_from:
        return []
    known = rows.get(ids=row.moved_from[-MAX_EARLIER_ROWS_READ:])
    moved = [
        known[row_id] for row_id in row.moved_from if row_id in known and known[row_id].status is SubscriberStatus.MOVED
    ]
    chain = {row.id}
    while found := {candidate.id for candidate in moved if candidate.moved_to in chain} - chain:
        chain |= found
    return [candidate for candidate in moved if candidate.id in chain]


def _erase_rows(row: Subscriber, *, register: UnitOfWork, used: UsedLink, now: datetime) -> Subscriber:
    """Erase the row and the earlier rows. The row keeps `moved_from` until the entries of those rows are deleted."""
    chain = list(earlier(row, rows=register))
    limit = MAX_EARLIER_ROWS_PER_TRANSACTION
    while len(chain) > limit:  # the link is used up by the last transaction only, so the link can continue until then
        oldest, chain = chain[:limit], chain[limit:]
        register.commit(Transaction(changes=[_erased(old, now) for old in oldest], consents=_entries(oldest, now)))
    own = _erased(row, now, moved_from=row.moved_from)
    changes = [own, *(_erased(old, now) for old in chain)]
    register.commit(Transaction(changes=changes, consents=_entries([row, *chain], now), used=used))
    return own.row


def _erased(row: Subscriber, now: datetime, *, moved_from: tuple[str, ...] = ()) -> RowChange:
    bare = Subscriber(
        id=row.id,
        address="",
        status=SubscriberStatus.ERASED,
        status_since=now,
        moved_from=moved_from,
        version=row.version,
    )
    return changed(bare)


def _entries(rows: Sequence[Subscriber], now: datetime) -> list[ConsentEntry]:
    return [ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.ERASED, by="page") for row in rows]


def _forget_consents(row: Subscriber, *, register: UnitOfWork, consents: ConsentRecord) -> Subscriber:
    """Delete the consent entries of the row and of the earlier rows, then clear `moved_from`."""
    for row_id in (row.id, *row.moved_from):
        # The entries are read before the row: the entry of a person who joins in between is then not among them.
        entries = _entries_to_forget(consents.of(row_id))
        stored = register.get(ids=[row_id]).get(row_id)
        if entries and (stored is None or stored.status is SubscriberStatus.ERASED):
            consents.forget(entries)
    if not row.moved_from:
        return row
    change = changed(row, moved_from=())
    register.commit(Transaction(changes=[change]))
    return change.row


def _entries_to_forget(entries: Sequence[ConsentEntry]) -> list[ConsentEntry]:
    """Return all entries but the last ERASED entry, which stays."""
    last = max((index for index, entry in enumerate(entries) if entry.what is ConsentEvent.ERASED), default=None)
    return [entry for index, entry in enumerate(entries) if index != last]
