"""Lifting a suppression: an operator lets a subscriber get mail again who bounced, or complained and asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from convener.errors import BadInput, Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.on_request import OPERATOR, OperatorReason
from convener.subscribers.ports import SuppressionList, UnitOfWork
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS
from convener.subscribers.unit_of_work import RowChange, Transaction

UNSUPPRESSIBLE = frozenset({SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED})
_REFUSALS = {
    SubscriberStatus.CONFIRMED: "is on the list and gets the mails. Nothing has to be lifted.",
    SubscriberStatus.LEFT: "left, and only they can come back: by joining again.",
    SubscriberStatus.ERASED: "was erased at their own wish, and only they can come back: by joining again.",
    SubscriberStatus.MOVED: "gets the mails at another address now.",
}


def check_unsuppressible(row: Subscriber | None) -> Subscriber:
    """Return the row where its suppression can be lifted. Raises BadInput with the reason where not."""
    if row is None:
        raise BadInput("Nobody with this address is on the list.")
    if row.is_mark:
        raise BadInput("This person never said yes here: a list noted that nobody may write to them. They can join.")
    if row.status not in UNSUPPRESSIBLE:
        raise BadInput(f"This person {_REFUSALS[row.status]}")
    return row


def unsuppress(
    row: Subscriber, *, unit_of_work: UnitOfWork, suppression: SuppressionList, reason: OperatorReason, now: datetime
) -> tuple[Subscriber, bool]:
    """Put a BOUNCED or COMPLAINED row on the list again and take its address off the mail service's suppression list.

    The mail service comes first. If the call stops between the two writes, the row is still suppressed and the call
    can be repeated.

    Args:
        row: The row.
        unit_of_work: The store of the rows.
        suppression: The suppression list of the mail service.
        reason: Why, and who does it, for the consent record.
        now: The present time.

    Returns:
        The updated row, and whether the mail service had suppressed its address.

    Raises:
        BadInput: The present row is neither BOUNCED nor COMPLAINED.
        Unavailable, LostAnswer: The call may be repeated.
    """
    was_suppressed = suppression.lift(row.address)

    def attempt() -> Subscriber:
        known = check_unsuppressible(unit_of_work.get(ids=[row.id]).get(row.id))
        lifted = replace(known, status=SubscriberStatus.CONFIRMED, status_since=None, version=known.version + 1)
        note = reason.note(f"{known.status.value}, lifted")
        entry = ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.LIFTED, by=OPERATOR, note=note)
        unit_of_work.commit(Transaction(changes=[RowChange(row=lifted, expected=known.version)], consents=[entry]))
        return lifted

    lifted = retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))
    return lifted, was_suppressed
