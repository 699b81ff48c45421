"""Lifting: an operator lets somebody be written to again whose mail came back, or who complained and asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from convener.errors import BadInput, Conflict, Unavailable
from convener.subscribers.consent import Consent, What
from convener.subscribers.models import Standing, Subscriber
from convener.subscribers.unit_of_work import Change, Register, Saving

LIFTABLE = frozenset({Standing.BOUNCED, Standing.COMPLAINED})
_TRIES = 5
_WHY_NOT = {
    Standing.CONFIRMED: "is on the list and gets the mails. Nothing has to be lifted.",
    Standing.LEFT: "left, and only they can come back: by joining again.",
    Standing.ERASED: "was erased at their own wish, and only they can come back: by joining again.",
    Standing.MOVED: "gets the mails at another address now.",
}


class Suppression(Protocol):
    """The mail service's own list of addresses that it sends nothing to."""

    def lift(self, address: str) -> bool:
        """Take an address off; whether it was on it."""


def check_liftable(row: Subscriber | None) -> Subscriber:
    """The row, if there is something to lift. Raises BadInput, which says why not."""
    if row is None:
        raise BadInput("Nobody with this address is on the list.")
    if row.standing not in LIFTABLE:
        raise BadInput(f"This person {_WHY_NOT[row.standing]}")
    return row


def lift(
    row: Subscriber, *, register: Register, suppression: Suppression, because: str, by: str, now: datetime
) -> tuple[Subscriber, bool]:
    """The row on the list again, and whether the mail service had suppressed its address. Raises BadInput.

    The service first: broken off in between, the person is merely as suppressed as before, and it can be repeated.
    """
    if not because.strip():
        raise BadInput("Say why: it is kept with the record of consent.")
    was_suppressed = suppression.lift(row.address)
    for _ in range(_TRIES):
        known = check_liftable(register.get(ids=[row.id]).get(row.id))
        lifted = replace(known, standing=Standing.CONFIRMED, standing_since=None, version=known.version + 1)
        note = f"{known.standing.value}, lifted by {by}: {because.strip()}"
        entry = Consent(subscriber=row.id, at=now, what=What.LIFTED, by="operator", note=note)
        try:
            register.commit(Saving(changes=[Change(row=lifted, expected=known.version)], consents=[entry]))
        except Conflict:
            continue
        return lifted, was_suppressed
    raise Unavailable("somebody else wrote first, every time")
