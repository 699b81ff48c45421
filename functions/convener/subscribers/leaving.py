"""Leaving: at once, as often as somebody asks, whatever else happens to the row; and coming back within a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from convener.errors import Conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.row_updates import changed, settle
from convener.subscribers.unit_of_work import ConsentRecord, RowChange, Transaction, UnitOfWork

CAN_LEAVE = frozenset({SubscriberStatus.CONFIRMED, SubscriberStatus.BOUNCED})
"""The others get no mail already; what they say (complained, erased, moved) must not be lost."""

UNDO = timedelta(days=7)
"""How long after leaving one button brings her back."""


class UnsubscribeReason(StrEnum):
    """The reasons that may be given. They are fixed: nobody writes more about herself than she means to."""

    TOO_MANY = "too-many"
    NOT_FOR_ME = "not-for-me"
    NO_TIME = "no-time"
    ANOTHER_ADDRESS = "another-address"
    OTHER = "other"


def leave(
    subscriber_id: str, *, register: UnitOfWork, by: str, now: datetime, consents: ConsentRecord | None = None
) -> Subscriber | None:
    """The row as it stands afterwards: left, or what it was where it gets no mail anyway; None where it is gone.

    `by` is how: "page" or "one-click". Raises Unavailable when others keep writing first. Repeating it changes
    nothing, so a lost answer may be repeated.

    `consents` tell whether a row that is gone went with its import, for which a mark is left.
    """

    def decide(row: Subscriber) -> Transaction | None:
        if row.status not in CAN_LEAVE:
            return None
        # Undoing must not revive a row whose mail came back: the entry remembers what the row forgets.
        note = "" if row.status is SubscriberStatus.CONFIRMED else str(row.status)
        entry = ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.LEFT, by=by, note=note)
        return Transaction(changes=[changed(row, status=SubscriberStatus.LEFT, status_since=now)], consents=[entry])

    row = settle(subscriber_id, decide, register=register)
    if row is None and consents and _undone(consents.of(subscriber_id)):
        try:
            return _mark(subscriber_id, register=register, by=by, now=now)
        except Conflict:  # the next import, or this very button in another tab, was faster
            return settle(subscriber_id, decide, register=register)
    return row


def _undone(entries: Sequence[ConsentEntry]) -> bool:
    return any(entry.what is ConsentEvent.UNDONE for entry in entries)


def _mark(subscriber_id: str, *, register: UnitOfWork, by: str, now: datetime) -> Subscriber:
    """She was mailed while an import had her on the list. The bare mark keeps later imports from bringing her back."""
    mark = Subscriber(id=subscriber_id, address="", status=SubscriberStatus.ERASED, status_since=now, version=1)
    entry = ConsentEntry(
        subscriber=subscriber_id, at=now, what=ConsentEvent.LEFT, by=by, note="after its import was undone"
    )
    register.commit(Transaction(changes=[RowChange(row=mark, expected=None)], consents=[entry]))
    return mark


def may_undo(row: Subscriber, now: datetime) -> bool:
    """Whether she left, and not longer than a week ago."""
    left = row.status_since if row.status is SubscriberStatus.LEFT else None
    return left is not None and now < left + UNDO


def undo(subscriber_id: str, *, register: UnitOfWork, consents: ConsentRecord, now: datetime) -> Subscriber | None:
    """The row as it stands afterwards: confirmed since when it was, or unchanged where there is nothing to undo.

    Nothing but a leaving of the last seven days is undone; a row whose mail came back before stays as it is.
    """

    def decide(row: Subscriber) -> Transaction | None:
        if not may_undo(row, now) or _bounced_before(row, consents):
            return None
        back = changed(row, status=SubscriberStatus.CONFIRMED, status_since=None)
        return Transaction(
            changes=[back], consents=[ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.CAME_BACK, by="page")]
        )

    return settle(subscriber_id, decide, register=register)


def _bounced_before(row: Subscriber, consents: ConsentRecord) -> bool:
    leavings = [entry for entry in consents.of(row.id) if entry.what is ConsentEvent.LEFT]
    return bool(leavings) and leavings[-1].note == SubscriberStatus.BOUNCED


def say_why(
    subscriber_id: str, why: UnsubscribeReason, *, register: UnitOfWork, consents: ConsentRecord, now: datetime
) -> Subscriber | None:
    """Write her reason down, once for each leaving. The row gets its next version, so that two presses can't both."""

    def decide(row: Subscriber) -> Transaction | None:
        if row.status is not SubscriberStatus.LEFT:
            return None
        since = row.status_since
        said = (entry.at for entry in consents.of(row.id) if entry.what is ConsentEvent.SAID_WHY)
        if any(since is None or at >= since for at in said):
            return None
        at = max(now, since) if since else now  # clocks differ by a little: her reason is never before her leaving
        entry = ConsentEntry(subscriber=row.id, at=at, what=ConsentEvent.SAID_WHY, by="page", note=why)
        return Transaction(changes=[changed(row)], consents=[entry])

    return settle(subscriber_id, decide, register=register)


def masked(address: str) -> str:
    """m•••@example.org: enough to know one's own address by, too little to write to somebody else's."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}•••@{_readable(domain)}" if at else ""


def _readable(domain: str) -> str:
    """A domain as people write it, where it has other letters than ASCII's."""
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415 - few addresses need its tables; Python's own codec knows no straße.de

    try:
        return idna.decode(domain)
    except UnicodeError:
        return domain
