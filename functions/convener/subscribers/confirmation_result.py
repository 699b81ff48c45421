"""What comes of the button that a request waits for. Standard library only."""

from __future__ import annotations

from enum import StrEnum

from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction


class ConfirmationResult(StrEnum):
    """How it stands with a request. All but DONE: the button writes nothing."""

    DONE = "done"
    ALREADY = "already"
    GONE = "gone"
    """It expired, or nothing is known of it."""
    OVERTAKEN = "overtaken"
    """Whoever asked has left, moved or been erased since: the later word holds."""
    BOUNCED = "bounced"
    COMPLAINED = "complained"


Plan = Transaction | ConfirmationResult
"""What the button would write, or why it writes nothing."""

REFUSED = {
    SubscriberStatus.BOUNCED: ConfirmationResult.BOUNCED,
    SubscriberStatus.COMPLAINED: ConfirmationResult.COMPLAINED,
}
"""No button revives these: an operator lifts them."""


def hindered(row: Subscriber | None, request: ConfirmationRequest) -> ConfirmationResult | None:
    """Why the address that was asked for can't be put on the list, where it isn't there; None where it can."""
    if row is None or row.status == SubscriberStatus.CONFIRMED:
        return None
    if row.status in REFUSED:
        return REFUSED[row.status]
    since = row.status_since
    return ConfirmationResult.OVERTAKEN if since is not None and since > request.asked_at else None


def fulfilled(row: Subscriber | None) -> ConfirmationResult:
    """How a request stands that was done, by the row it was for."""
    if row is not None and row.status in (SubscriberStatus.CONFIRMED, SubscriberStatus.MOVED):
        return ConfirmationResult.ALREADY
    return REFUSED.get(row.status, ConfirmationResult.OVERTAKEN) if row else ConfirmationResult.OVERTAKEN
