"""An address that bounced for good, or whose reader complained, gets nothing more. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from convener.errors import Conflict
from convener.subscribers.models import Subscriber, SubscriberStatus

MAX_ATTEMPTS = 8
"""How often it is decided anew because somebody else wrote the row first."""

GIVES_WAY = {
    SubscriberStatus.CONFIRMED: (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED),
    SubscriberStatus.BOUNCED: (SubscriberStatus.COMPLAINED,),
}
"""Which status may change into which. Whoever left, complained, was erased or moved stays so."""


class Subscribers(Protocol):
    """Where a reader's status lies."""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those of the ids that exist, read consistently."""

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Write over a row of that version. Raises Conflict where it has another."""


def suppress(subscribers: Subscribers, *, recipient: str, status: SubscriberStatus, at: datetime) -> None:
    """Give her that status, as of `at`, where it is worse than her own. Doing it twice changes nothing.

    Whoever confirmed again since then, or moved there, stays: what was true of the address before says nothing about
    it now. Raises Conflict where others keep writing the row.
    """
    for _ in range(MAX_ATTEMPTS):
        row = subscribers.get(ids=[recipient]).get(recipient)
        if row is None or status not in GIVES_WAY.get(row.status, ()):
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
