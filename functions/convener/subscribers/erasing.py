"""Erasing: the row, the rows of earlier addresses and the consent record, until a bare code says "erased".

The rows go in one transaction, together with the link's use. The record's entries go after it, and if that breaks off
it can be taken up again, by the same link: what is still to be done shows in the rows and the record themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS, changed
from convener.subscribers.unit_of_work import (
    ConsentRecord,
    RequestStore,
    RowChange,
    SubscriberRows,
    Transaction,
    UnitOfWork,
    UsedLink,
)

AT_ONCE = 10
"""Earlier rows that one transaction empties, each with an entry: with hers and the link that is 23 items of 25."""

MOST = 100
"""Earlier rows that are read at once, as many as the table gives. Nobody moves a hundred times."""


def erase(
    subscriber_id: str,
    *,
    register: UnitOfWork,
    consents: ConsentRecord,
    requests: RequestStore,
    used: UsedLink,
    now: datetime,
) -> Subscriber | None:
    """The row as it stands afterwards: ERASED, with nothing left to do; MOVED, where a newer link is needed.

    Any other standing: the link was used up before. None: there is no row. Raises what the ports raise, and then
    repeating it goes on where it broke off; Unavailable also where others keep writing first.
    """

    def attempt() -> Subscriber | None:
        row = register.get(ids=[subscriber_id]).get(subscriber_id)
        if row is None or row.status is SubscriberStatus.MOVED:
            return row
        if row.status is not SubscriberStatus.ERASED:
            if requests.used(used.nonce, used.action):
                return row
            row = _empty(row, register=register, used=used, now=now)
        return _forget(row, register=register, consents=consents)

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))


def unfinished(row: Subscriber, *, consents: ConsentRecord) -> bool:
    """Whether erasing an ERASED row broke off before the record was gone."""
    return bool(row.moved_from) or bool(_past(consents.of(row.id)))


def earlier(row: Subscriber, *, rows: SubscriberRows) -> Sequence[Subscriber]:
    """The rows of her earlier addresses, those that nobody has joined with anew, oldest first."""
    if not row.moved_from:
        return []
    known = rows.get(ids=row.moved_from[-MOST:])
    gone = [known[one] for one in row.moved_from if one in known and known[one].status is SubscriberStatus.MOVED]
    leading = {row.id}
    while found := {one.id for one in gone if one.moved_to in leading} - leading:
        leading |= found
    return [one for one in gone if one.id in leading]


def _empty(row: Subscriber, *, register: UnitOfWork, used: UsedLink, now: datetime) -> Subscriber:
    """All rows of the chain as ERASED; hers names the earlier ones until their entries are gone too."""
    chain = list(earlier(row, rows=register))
    while len(chain) > AT_ONCE:  # more than one transaction takes; the link is not used up yet, and leads here again
        oldest, chain = chain[:AT_ONCE], chain[AT_ONCE:]
        register.commit(Transaction(changes=[_erased(one, now) for one in oldest], consents=_said(oldest, now)))
    own = _erased(row, now, moved_from=row.moved_from)
    everything = [row, *chain]
    changes = [own, *(_erased(one, now) for one in chain)]
    register.commit(Transaction(changes=changes, consents=_said(everything, now), used=used))
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


def _said(rows: Sequence[Subscriber], now: datetime) -> list[ConsentEntry]:
    return [ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.ERASED, by="page") for row in rows]


def _forget(row: Subscriber, *, register: UnitOfWork, consents: ConsentRecord) -> Subscriber:
    """Without the entries of the chain; and then without the chain."""
    for one in (row.id, *row.moved_from):
        # Entries first, then the row: what somebody who joins anew at this very moment agrees to is not among them.
        past = _past(consents.of(one))
        known = register.get(ids=[one]).get(one)
        if past and (known is None or known.status is SubscriberStatus.ERASED):
            consents.forget(past)
    if not row.moved_from:
        return row
    alone = changed(row, moved_from=())
    register.commit(Transaction(changes=[alone]))
    return alone.row


def _past(entries: Sequence[ConsentEntry]) -> list[ConsentEntry]:
    """All but the last word, that it was erased."""
    last = max((place for place, entry in enumerate(entries) if entry.what is ConsentEvent.ERASED), default=None)
    return [entry for place, entry in enumerate(entries) if place != last]
