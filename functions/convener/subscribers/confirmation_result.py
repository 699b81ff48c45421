"""What comes of the button that a request waits for. Standard library only."""

from __future__ import annotations

from enum import StrEnum

from convener.subscribers.confirmation_request import Pending
from convener.subscribers.models import Standing, Subscriber
from convener.subscribers.unit_of_work import Saving


class Verdict(StrEnum):
    """How it stands with a request. All but DONE: the button writes nothing."""

    DONE = "done"
    ALREADY = "already"
    GONE = "gone"
    """It expired, or nothing is known of it."""
    OVERTAKEN = "overtaken"
    """Whoever asked has left, moved or been erased since: the later word holds."""
    BOUNCED = "bounced"
    COMPLAINED = "complained"


Plan = Saving | Verdict
"""What the button would write, or why it writes nothing."""

REFUSED = {Standing.BOUNCED: Verdict.BOUNCED, Standing.COMPLAINED: Verdict.COMPLAINED}
"""No button revives these: an operator lifts them."""


def hindered(row: Subscriber | None, request: Pending) -> Verdict | None:
    """Why the address that was asked for can't be put on the list, where it isn't there; None where it can."""
    if row is None or row.standing == Standing.CONFIRMED:
        return None
    if row.standing in REFUSED:
        return REFUSED[row.standing]
    since = row.standing_since
    return Verdict.OVERTAKEN if since is not None and since > request.asked_at else None


def fulfilled(row: Subscriber | None) -> Verdict:
    """How a request stands that was done, by the row it was for."""
    if row is not None and row.standing in (Standing.CONFIRMED, Standing.MOVED):
        return Verdict.ALREADY
    return REFUSED.get(row.standing, Verdict.OVERTAKEN) if row else Verdict.OVERTAKEN
