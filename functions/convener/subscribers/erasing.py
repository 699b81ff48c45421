"""Erasing a subscriber: the row, the rows of earlier addresses and the consent record.

An ERASED row with the id alone remains. The rows are erased in one transaction, together with the use of the one-time
link. The entries of the consent record are deleted after that. If deleting stops half-way, the same link continues,
because the rows and the record show what is still to be done.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.mail_requests import AddressErased
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.on_request import OPERATOR, OperatorReason
from convener.subscribers.ports import ConsentRecord, MailRequestQueue, RequestStore, SubscriberRows, UnitOfWork
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS, changed
from convener.subscribers.unit_of_work import RowChange, Transaction, UsedLink

MAX_EARLIER_ROWS_PER_TRANSACTION = 10
"""Each row has a consent entry. With the present row and its entry these are 22 of the MAX_WRITES of a Transaction."""

MAX_EARLIER_ROWS_READ = 100
"""The limit for one read of the table (BatchGetItem). Nobody moves a hundred times."""


ERASING_DELAY_SECONDS = 5
"""The delay of the message to `transactional`, which is queued before the row is erased and must arrive after that."""


@dataclass(frozen=True, kw_only=True)
class LinkUse:
    """The action of a one-time link that erasing uses up, and the store that says which links were used."""

    requests: RequestStore
    used: UsedLink


def erase(
    subscriber_id: str,
    *,
    unit_of_work: UnitOfWork,
    consents: ConsentRecord,
    link: LinkUse | None = None,
    mail_requests: Callable[[], MailRequestQueue] | None = None,
    reason: OperatorReason | None = None,
    now: datetime,
) -> Subscriber | None:
    """Erase a subscriber.

    Args:
        subscriber_id: The id in the one-time link. Changes of address are not followed.
        unit_of_work: The store of the rows.
        consents: The consent record.
        link: The use of a one-time link that the transaction uses up; None where an operator erases.
        mail_requests: Returns the queue. With it, `transactional` is asked to take the address off SES's suppression
            list. The message is queued first: if queueing fails, nothing is erased, and if erasing fails,
            `transactional` drops the message.
        reason: Why an operator erases, and who, for the entry that stays; None for a subscriber by the page.
        now: The present time.

    Returns:
        The row after the update. ERASED: everything is erased. MOVED: the subscriber needs a link for the new row. Any
        other status: the link was used before. None: there is no row.

    Raises:
        Unavailable, LostAnswer: Repeating the call continues where this call stopped.
    """

    def attempt() -> Subscriber | None:
        row = unit_of_work.get(ids=[subscriber_id]).get(subscriber_id)
        if row is None or row.status is SubscriberStatus.MOVED:
            return row
        if row.status is not SubscriberStatus.ERASED:
            if link and link.requests.used(link.used.nonce, link.used.action):
                return row
            if mail_requests and row.address:
                _ask_ses_to_forget(row, mail_requests(), now)
            row = _erase_rows(row, unit_of_work=unit_of_work, used=link.used if link else None, reason=reason, now=now)
        return _forget_consents(row, unit_of_work=unit_of_work, consents=consents)

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))


def _ask_ses_to_forget(row: Subscriber, queue: MailRequestQueue, now: datetime) -> None:
    message = AddressErased(mark=uuid.uuid4().hex, at=now, subscriber=row.id, address=row.address)
    queue.send(message, delay=ERASING_DELAY_SECONDS)


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


def _erase_rows(
    row: Subscriber, *, unit_of_work: UnitOfWork, used: UsedLink | None, reason: OperatorReason | None, now: datetime
) -> Subscriber:
    """Erase the row and the earlier rows. The row keeps `moved_from` until the entries of those rows are deleted."""
    chain = list(earlier(row, rows=unit_of_work))
    limit = MAX_EARLIER_ROWS_PER_TRANSACTION
    while len(chain) > limit:  # the link is used up by the last transaction only, so the link can continue until then
        oldest, chain = chain[:limit], chain[limit:]
        unit_of_work.commit(
            Transaction(changes=[_erased(old, now) for old in oldest], consents=_entries(oldest, reason, now))
        )
    own = _erased(row, now, moved_from=row.moved_from)
    changes = [own, *(_erased(old, now) for old in chain)]
    unit_of_work.commit(Transaction(changes=changes, consents=_entries([row, *chain], reason, now), used=used))
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


def _entries(rows: Sequence[Subscriber], reason: OperatorReason | None, now: datetime) -> list[ConsentEntry]:
    by, note = (OPERATOR, reason.note("erased at their request,")) if reason else ("page", "")
    return [ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.ERASED, by=by, note=note) for row in rows]


def _forget_consents(row: Subscriber, *, unit_of_work: UnitOfWork, consents: ConsentRecord) -> Subscriber:
    """Delete the consent entries of the row and of the earlier rows, then clear `moved_from`."""
    for row_id in (row.id, *row.moved_from):
        # The entries are read before the row: the entry of a person who joins in between is then not among them.
        entries = _entries_to_forget(consents.of(row_id))
        stored = unit_of_work.get(ids=[row_id]).get(row_id)
        if entries and (stored is None or stored.status is SubscriberStatus.ERASED):
            consents.forget(entries)
    if not row.moved_from:
        return row
    change = changed(row, moved_from=())
    unit_of_work.commit(Transaction(changes=[change]))
    return change.row


def _entries_to_forget(entries: Sequence[ConsentEntry]) -> list[ConsentEntry]:
    """Return all entries but the last ERASED entry, which stays."""
    last = max((index for index, entry in enumerate(entries) if entry.what is ConsentEvent.ERASED), default=None)
    return [entry for index, entry in enumerate(entries) if index != last]
