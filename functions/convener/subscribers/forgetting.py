"""What becomes of an erased address on the mail service's own suppression list, which belongs to the whole account."""

from __future__ import annotations

from enum import StrEnum

from convener.subscribers.ports import SuppressionList

COMPLAINT = "COMPLAINT"
"""The reason of the mail service for an address whose owner reported mail as spam."""


class Forgotten(StrEnum):
    """What became of an address on the list."""

    NOT_LISTED = "not-listed"
    TAKEN_OFF = "taken-off"
    KEPT = "kept"
    """Mail to the address was reported as spam. The list keeps every sender of the account from writing there."""


def forget_address(address: str, *, suppression: SuppressionList) -> Forgotten:
    """Take an erased address off the list, unless it is there because of a complaint. Safe to repeat.

    A bounce says something about a mailbox. A complaint is a no of a person, which erasing must not weaken: other
    senders of the account, who know nothing of it, would write to them again.

    Raises:
        Unavailable, LostAnswer: The call may be repeated.
    """
    reason = suppression.reason(address)
    if reason == COMPLAINT:
        return Forgotten.KEPT
    return Forgotten.TAKEN_OFF if reason and suppression.lift(address) else Forgotten.NOT_LISTED
