"""The results of confirming a request. Standard library only."""

from __future__ import annotations

from enum import StrEnum

from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction


class ConfirmationResult(StrEnum):
    """The result of confirming a request. With any result but DONE, nothing was written."""

    DONE = "done"
    ALREADY = "already"
    GONE = "gone"
    """The request expired, or there is no such request."""
    OVERTAKEN = "overtaken"
    """The person left, moved or erased their data after the request, and the later action counts."""
    BOUNCED = "bounced"
    COMPLAINED = "complained"


Plan = Transaction | ConfirmationResult
"""The transaction that confirming writes, or the reason why nothing is written."""

REFUSED = {
    SubscriberStatus.BOUNCED: ConfirmationResult.BOUNCED,
    SubscriberStatus.COMPLAINED: ConfirmationResult.COMPLAINED,
}
"""Statuses that confirming does not end. An operator can lift them."""


def hindered(row: Subscriber | None, request: ConfirmationRequest) -> ConfirmationResult | None:
    """Return why the requested address cannot be put on the list; None where it can, or is on the list already."""
    if row is None or row.status == SubscriberStatus.CONFIRMED:
        return None
    if row.status in REFUSED and not row.is_mark:  # a list said so elsewhere; this button was pressed in the mailbox
        return REFUSED[row.status]
    since = row.status_since
    return ConfirmationResult.OVERTAKEN if since is not None and since > request.asked_at else None


def fulfilled(row: Subscriber | None) -> ConfirmationResult:
    """Return the result for a request that was fulfilled before, by the present row of the requested address."""
    if row is not None and row.status in (SubscriberStatus.CONFIRMED, SubscriberStatus.MOVED):
        return ConfirmationResult.ALREADY
    return REFUSED.get(row.status, ConfirmationResult.OVERTAKEN) if row else ConfirmationResult.OVERTAKEN
