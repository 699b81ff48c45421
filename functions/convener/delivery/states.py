"""The states of one recipient's mail in one campaign. The pair (attempt, rank) only rises.

    PENDING ─claim─▶ SENDING ─▶ ACCEPTED ─▶ DELIVERED | BOUNCED | COMPLAINED
                        ├─▶ RETRY    SES certainly did not take the mail: 4xx, throttled, no connection, given back
                        ├─▶ FAILED   SES refused the mail for good
                        └─▶ UNKNOWN  the answer of SES was lost
    PENDING | RETRY ─▶ SKIPPED       the subscriber left or is suppressed, or it is too late

    UNKNOWN ─claim─▶ SENDING         a new attempt, only when an operator asks for it

Only a claim raises the attempt. Within an attempt, a state is replaced by a state of higher rank and by no other. What
SES reports besides, such as a delay, becomes a remark in the note. A remark stays through later states and changes none
of them. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class DeliveryState(StrEnum):
    """The state of one recipient, in order of rank. The letter is the stored value."""

    PENDING = "P"
    SENDING = "S"
    UNKNOWN = "U"
    RETRY = "R"
    SKIPPED = "K"
    ACCEPTED = "A"
    FAILED = "F"
    DELIVERED = "D"
    BOUNCED = "B"
    COMPLAINED = "C"

    @property
    def rank(self) -> int:
        """The state's place in the order."""
        return _RANK[self]


_RANK = {state: place for place, state in enumerate(DeliveryState)}

CLAIMABLE = frozenset({DeliveryState.PENDING, DeliveryState.RETRY})
ACCEPTED = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})
REACHED = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.UNKNOWN})

RESEND = "resend"
"""The reason of an UNKNOWN that an operator asked to send again."""

EARLIER = "earlier"
"""The remark that SES took a mail of an earlier attempt as well."""

REMARKS = frozenset({"delayed", "mailbox-full", "not-spam", "soft-bounce", "unclear-bounce", EARLIER})
"""The words of a note that come from events. Notes have "+" between words."""


@dataclass(frozen=True, slots=True)
class RecipientState:
    """One recipient's entry in the ledger.

    Attributes:
        state: The state of the current attempt.
        attempt: The number of the attempt; 0 before the first claim.
        at: When the entry came into this state, in seconds since the campaign was opened.
        note: The claim's id while SENDING, and the reason of RETRY, SKIPPED, FAILED and UNKNOWN; then the remarks.
            A note has no spaces.
    """

    state: DeliveryState = DeliveryState.PENDING
    attempt: int = 0
    at: int = 0
    note: str = ""

    def encode(self) -> str:
        """Return the stored text. 50 of these texts stay below 1 KB, which costs one write unit."""
        return f"{self.state}{self.attempt}.{self.at}.{self.note}"

    @classmethod
    def decode(cls, text: str) -> RecipientState:
        """Read the text that `encode` returned. Raises ValueError for any other text."""
        attempt, at, note = text[1:].split(".", 2)
        return cls(DeliveryState(text[:1]), int(attempt), int(at), note)

    @property
    def remarks(self) -> frozenset[str]:
        """The words of the note that come from events."""
        return REMARKS.intersection(self.note.split("+"))

    @property
    def reason(self) -> str:
        """The note without its remarks."""
        return "+".join(word for word in self.note.split("+") if word not in REMARKS)

    @property
    def claimable(self) -> bool:
        """Whether a new attempt may be made: no mail has left, or an operator asked to send an UNKNOWN again."""
        return self.state in CLAIMABLE or (self.state is DeliveryState.UNKNOWN and self.reason == RESEND)

    @property
    def unfinished(self) -> bool:
        """Whether work is left for this recipient."""
        return self.claimable or self.state is DeliveryState.SENDING

    def with_reason(self, reason: str) -> RecipientState:
        """Return the entry with another reason. The remarks stay."""
        return replace(self, note="+".join(filter(None, [reason, *sorted(self.remarks)])))

    def merged(self, other: RecipientState) -> RecipientState:
        """Return the higher of the two entries, with the remarks of both. Events may be merged in any order.

        Of two entries with the same attempt and state this one stays; in a final state (FAILED and above) the one with
        the earlier time. Remarks of an earlier attempt are dropped, but where SES took its mail, EARLIER is added.
        """
        higher, lower = (other, self) if other._order > self._order else (self, other)
        left = lower.remarks if lower.attempt == higher.attempt else lower.remarks & {EARLIER}
        if lower.attempt < higher.attempt and lower.state in ACCEPTED:
            left |= {EARLIER}
        if left <= higher.remarks:
            return higher
        return replace(higher, note="+".join(filter(None, [higher.reason, *sorted(higher.remarks | left)])))

    @property
    def _order(self) -> tuple[int, int, int, str]:
        ended = self.state.rank > DeliveryState.ACCEPTED.rank
        return (self.attempt, self.state.rank, -self.at if ended else 0, self.reason if ended else "")

    def claimed(self, claim: str, at: int) -> RecipientState:
        """Return the SENDING entry of a new attempt with that claim id. Raises ValueError where it can't be claimed."""
        if not self.claimable:
            raise ValueError(f"{self.state.name} can't be claimed")
        return RecipientState(DeliveryState.SENDING, self.attempt + 1, at, claim)
