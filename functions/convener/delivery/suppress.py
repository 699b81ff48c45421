"""An address that bounced for good, or whose reader complained, gets nothing more. Standard library only."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from convener.delivery.ports import SubscriberStore
from convener.errors import Conflict
from convener.subscribers.models import SubscriberStatus

MAX_ATTEMPTS = 8
"""How often it is decided anew because somebody else wrote the row first."""

WORSE_STATUS = {
    SubscriberStatus.CONFIRMED: (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED),
    SubscriberStatus.BOUNCED: (SubscriberStatus.COMPLAINED,),
}
"""Which status may change into which. Whoever left, complained, was erased or moved stays so."""


def suppress(subscribers: SubscriberStore, *, recipient: str, status: SubscriberStatus, at: datetime) -> None:
    """Give her that status, as of `at`, where it is worse than her own. Doing it twice changes nothing.

    Whoever confirmed again since then, or moved there, stays: what was true of the address before says nothing about
    it now. Raises Conflict where others keep writing the row.
    """
    for _ in range(MAX_ATTEMPTS):
        row = subscribers.get(ids=[recipient]).get(recipient)
        if row is None or status not in WORSE_STATUS.get(row.status, ()):
            return
        if row.listed_since and row.listed_since > at:
            return
        worse = replace(row, status=status, status_since=at, version=row.version + 1)
        try:
            subscribers.update(worse, expected_version=row.version)
        except Conflict:
            continue
        return
    raise Conflict("others kept writing the subscriber")
