"""Leaving the list, undoing that within seven days, and recording the reason.

Leaving works at once and may be repeated, whatever other writers do to the row at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from convener.errors import Conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import ConsentRecord, UnitOfWork
from convener.subscribers.row_updates import changed, settle
from convener.subscribers.unit_of_work import RowChange, Transaction

CAN_LEAVE = frozenset({SubscriberStatus.CONFIRMED, SubscriberStatus.BOUNCED})
"""The statuses that leaving changes. The other statuses get no mail anyway, and must not be overwritten."""

UNDO = timedelta(days=7)
"""The period after leaving in which the subscriber can undo leaving."""


class UnsubscribeReason(StrEnum):
    """The reasons that a subscriber may give. There is no free text, so that nobody discloses more than they intend."""

    TOO_MANY = "too-many"
    NOT_FOR_ME = "not-for-me"
    NO_TIME = "no-time"
    ANOTHER_ADDRESS = "another-address"
    OTHER = "other"


def leave(
    subscriber_id: str, *, unit_of_work: UnitOfWork, by: str, now: datetime, consents: ConsentRecord | None = None
) -> Subscriber | None:
    """Take a subscriber off the list.

    Args:
        subscriber_id: The id in the link; changes of address are followed.
        unit_of_work: The store of the rows.
        by: The way of leaving, "page" or "one-click", for the consent record.
        now: The present time.
        consents: The consent record. With it, a subscriber whose row was deleted with its import gets an ERASED row,
            which keeps later imports from adding the subscriber again.

    Returns:
        The row after the update: LEFT, or unchanged where the status gets no mail anyway. None if there is no row.

    Raises:
        Unavailable, LostAnswer: The call may be repeated, because leaving twice changes nothing.
    """

    def decide(row: Subscriber) -> Transaction | None:
        if row.status not in CAN_LEAVE:
            return None
        # Undoing must not revive a BOUNCED row. The row loses that status, so the entry keeps it.
        note = "" if row.status is SubscriberStatus.CONFIRMED else str(row.status)
        entry = ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.LEFT, by=by, note=note)
        return Transaction(changes=[changed(row, status=SubscriberStatus.LEFT, status_since=now)], consents=[entry])

    row = settle(subscriber_id, decide, unit_of_work=unit_of_work)
    if row is None and consents and _import_was_undone(consents.of(subscriber_id)):
        try:
            return _write_tombstone(subscriber_id, unit_of_work=unit_of_work, by=by, now=now)
        except Conflict:  # another import, or the same button in another tab, wrote a row first
            return settle(subscriber_id, decide, unit_of_work=unit_of_work)
    return row


def _import_was_undone(entries: Sequence[ConsentEntry]) -> bool:
    return any(entry.what is ConsentEvent.UNDONE for entry in entries)


def _write_tombstone(subscriber_id: str, *, unit_of_work: UnitOfWork, by: str, now: datetime) -> Subscriber:
    """Write an ERASED row without an address for a subscriber whose row was deleted with its import.

    The subscriber got mail while the import was in force. The row keeps later imports from adding the subscriber again.
    """
    tombstone = Subscriber(id=subscriber_id, address="", status=SubscriberStatus.ERASED, status_since=now, version=1)
    entry = ConsentEntry(
        subscriber=subscriber_id, at=now, what=ConsentEvent.LEFT, by=by, note="after its import was undone"
    )
    unit_of_work.commit(Transaction(changes=[RowChange(row=tombstone, expected=None)], consents=[entry]))
    return tombstone


def may_undo(row: Subscriber, now: datetime) -> bool:
    """Return whether the subscriber left less than `UNDO` ago."""
    left_at = row.status_since if row.status is SubscriberStatus.LEFT else None
    return left_at is not None and now < left_at + UNDO


def undo(subscriber_id: str, *, unit_of_work: UnitOfWork, consents: ConsentRecord, now: datetime) -> Subscriber | None:
    """Undo leaving: the row becomes CONFIRMED again, with its former `confirmed_at`.

    Nothing changes where the subscriber did not leave, left longer than `UNDO` ago, or was not on the list before.

    Returns:
        The row after the update; None if there is no row.

    Raises:
        Unavailable, LostAnswer: The call may be repeated.
    """

    def decide(row: Subscriber) -> Transaction | None:
        if not may_undo(row, now) or not _left_the_list(row, consents):
            return None
        restored = changed(row, status=SubscriberStatus.CONFIRMED, status_since=None)
        return Transaction(
            changes=[restored],
            consents=[ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.CAME_BACK, by="page")],
        )

    return settle(subscriber_id, decide, unit_of_work=unit_of_work)


def _left_the_list(row: Subscriber, consents: ConsentRecord) -> bool:
    """Return whether the subscriber was on the list when they left.

    The note of the entry begins with the status before. It is empty where a subscriber left by themselves.
    """
    notes = [entry.note for entry in consents.of(row.id) if entry.what is ConsentEvent.LEFT]
    return not notes or notes[-1].partition(",")[0] in ("", SubscriberStatus.CONFIRMED)


def say_why(
    subscriber_id: str, reason: UnsubscribeReason, *, unit_of_work: UnitOfWork, consents: ConsentRecord, now: datetime
) -> Subscriber | None:
    """Record the reason why a subscriber left, once for each time that they left.

    The version of the row rises too, so only one of two concurrent calls succeeds in recording a reason.

    Returns:
        The row after the update; None if there is no row.

    Raises:
        Unavailable, LostAnswer: The call may be repeated.
    """

    def decide(row: Subscriber) -> Transaction | None:
        if row.status is not SubscriberStatus.LEFT:
            return None
        since = row.status_since
        recorded_at = (entry.at for entry in consents.of(row.id) if entry.what is ConsentEvent.SAID_WHY)
        if any(since is None or at >= since for at in recorded_at):
            return None
        at = (
            max(now, since) if since else now
        )  # clocks differ a little, and the reason must not be earlier than the leaving
        entry = ConsentEntry(subscriber=row.id, at=at, what=ConsentEvent.SAID_WHY, by="page", note=reason)
        return Transaction(changes=[changed(row)], consents=[entry])

    return settle(subscriber_id, decide, unit_of_work=unit_of_work)
