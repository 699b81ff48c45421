"""Suppression: an address that bounced for good, or whose subscriber complained, gets no more mails.

Standard library only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from convener.errors import Conflict
from convener.retry import retry_on_conflict
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.ports import SubscriberStore

MAX_ATTEMPTS = 8
"""The number of times that a row is read and written before `suppress` gives up."""

WORSE_STATUS = {
    SubscriberStatus.CONFIRMED: (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED),
    SubscriberStatus.BOUNCED: (SubscriberStatus.COMPLAINED,),
}
"""The statuses that a status may be replaced by. LEFT, COMPLAINED, ERASED and MOVED are never replaced."""


def suppress(subscribers: SubscriberStore, *, recipient: str, status: SubscriberStatus, at: datetime) -> None:
    """Give the subscriber the status, where it is worse than the present one. Repeating it changes nothing.

    Args:
        subscribers: The store of the row.
        recipient: The subscriber's id.
        status: BOUNCED or COMPLAINED.
        at: When the mail bounced or the subscriber complained. A subscriber who confirmed again or moved to the address
            after that keeps their status, because the event says nothing about them.

    Raises:
        Conflict: Other writers were first, every time.
    """

    def attempt() -> None:
        row = subscribers.get(ids=[recipient]).get(recipient)
        if row is None or status not in WORSE_STATUS.get(row.status, ()):
            return
        if row.listed_since and row.listed_since > at:
            return
        worse = replace(row, status=status, status_since=at, version=row.version + 1)
        subscribers.update(worse, expected_version=row.version)

    error = Conflict("others kept writing the subscriber")
    retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=error)
