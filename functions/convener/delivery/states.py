"""The life of one mail, as (attempt, rank), which only rises. Standard library only.

    PENDING ─claim─▶ SENDING ─▶ ACCEPTED ─▶ DELIVERED | BOUNCED | COMPLAINED
                        ├─▶ RETRY    certainly not taken: 4xx, throttled, no connection, or given back
                        ├─▶ FAILED   refused for good
                        └─▶ UNKNOWN  the answer was lost
    PENDING | RETRY ─▶ SKIPPED       left, suppressed or too late meanwhile

    UNKNOWN ─claim─▶ SENDING         a new attempt, on an operator's word only

Only a claim raises the attempt. Within an attempt a state gives way to one of higher rank and to no other. What SES
tells besides, such as a delay, is a remark in the note: it is kept through later states and changes none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class DeliveryState(StrEnum):
    """One recipient's state; the letter is what the ledger stores. In order of rank."""

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
        """Its place in the order."""
        return _RANK[self]


_RANK = {state: place for place, state in enumerate(DeliveryState)}

CLAIMABLE = frozenset({DeliveryState.PENDING, DeliveryState.RETRY})
ACCEPTED = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED})
REACHED = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.UNKNOWN})

RESEND = "resend"
"""The reason of an UNKNOWN that an operator told to send again."""

EARLIER = "earlier"
"""The remark that a mail of an earlier attempt was taken too."""

REMARKS = frozenset({"delayed", "mailbox-full", "not-spam", "soft-bounce", "unclear-bounce", EARLIER})
"""Every word that events leave in notes, whatever else a note says; "+" stands between the words."""


@dataclass(frozen=True, slots=True)
class RecipientState:
    """One recipient's line in the ledger: `at` is in seconds since the campaign was opened.

    `note` is the claim's id while SENDING, and the reason of RETRY, SKIPPED, FAILED and UNKNOWN; then come remarks.
    It has no spaces.
    """

    state: DeliveryState = DeliveryState.PENDING
    attempt: int = 0
    at: int = 0
    note: str = ""

    def encode(self) -> str:
        """A few characters: 50 of them stay under the 1 KB that one write unit pays for."""
        return f"{self.state}{self.attempt}.{self.at}.{self.note}"

    @classmethod
    def decode(cls, text: str) -> RecipientState:
        """Read what `encode` wrote. Raises ValueError for anything else."""
        attempt, at, note = text[1:].split(".", 2)
        return cls(DeliveryState(text[:1]), int(attempt), int(at), note)

    @property
    def remarks(self) -> frozenset[str]:
        """What events left in the note."""
        return REMARKS.intersection(self.note.split("+"))

    @property
    def reason(self) -> str:
        """The note without its remarks."""
        return "+".join(word for word in self.note.split("+") if word not in REMARKS)

    @property
    def claimable(self) -> bool:
        """Whether a new attempt may be made: nothing left yet, or an operator's word for an UNKNOWN."""
        return self.state in CLAIMABLE or (self.state is DeliveryState.UNKNOWN and self.reason == RESEND)

    @property
    def unfinished(self) -> bool:
        """Whether something is still to be done here."""
        return self.claimable or self.state is DeliveryState.SENDING

    def saying(self, reason: str) -> RecipientState:
        """The same with another reason; remarks stay."""
        return replace(self, note="+".join(filter(None, [reason, *sorted(self.remarks)])))

    def merged(self, other: RecipientState) -> RecipientState:
        """The higher of the two, with the remarks of both: what is known after both were heard, in whatever order.

        Of two equal ones the first heard stays; once an event says how it ended, the first that happened does.
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
        """A new attempt, on its way. Raises ValueError where the state can't be claimed."""
        if not self.claimable:
            raise ValueError(f"{self.state.name} can't be claimed")
        return RecipientState(DeliveryState.SENDING, self.attempt + 1, at, claim)
