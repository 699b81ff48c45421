"""The life of one mail, as (attempt, rank), which only rises. Standard library only.

    PENDING ─claim─▶ SENDING ─▶ ACCEPTED ─▶ DELIVERED | BOUNCED | COMPLAINED
                        ├─▶ RETRY    certainly not taken: 4xx, throttled, no connection, or given back
                        ├─▶ FAILED   refused for good
                        └─▶ UNKNOWN  the answer was lost
    PENDING | RETRY ─▶ SKIPPED       left, suppressed or too late meanwhile

Only a claim raises the attempt. Within an attempt a state gives way to one of higher rank and to no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
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


_RANK = {state: place for place, state in enumerate(State)}

CLAIMABLE = frozenset({State.PENDING, State.RETRY})
UNFINISHED = CLAIMABLE | {State.SENDING}
ACCEPTED = frozenset({State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.COMPLAINED})
REACHED = frozenset({State.ACCEPTED, State.DELIVERED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Entry:
    """One recipient's line in the ledger: `at` is in seconds since the campaign was opened.

    `note` is the claim's id while SENDING, and the reason of RETRY, SKIPPED, FAILED and UNKNOWN; it has no spaces.
    """

    state: State = State.PENDING
    attempt: int = 0
    at: int = 0
    note: str = ""

    def encode(self) -> str:
        """A few characters: 50 of them stay under the 1 KB that one write unit pays for."""
        return f"{self.state}{self.attempt}.{self.at}.{self.note}"

    @classmethod
    def decode(cls, text: str) -> Entry:
        """Read what `encode` wrote. Raises ValueError for anything else."""
        attempt, at, note = text[1:].split(".", 2)
        return cls(State(text[:1]), int(attempt), int(at), note)

    def risen(self, other: Entry) -> Entry:
        """The higher of the two: what is known after both were heard, in whatever order."""
        return max(self, other, key=lambda entry: (entry.attempt, entry.state.rank))

    def claimed(self, claim: str, at: int) -> Entry:
        """A new attempt, on its way. Raises ValueError where the state can't be claimed."""
        if self.state not in CLAIMABLE:
            raise ValueError(f"{self.state.name} can't be claimed")
        return Entry(State.SENDING, self.attempt + 1, at, claim)
