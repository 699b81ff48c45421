"""A subscriber: one address, known everywhere else only by its keyed hash. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Where a subscriber stands. Only CONFIRMED gets mailings; nothing but the person revives the others."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MOVED = "moved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """One row.

    `id` is the keyed hash of the address. `address` is where mail goes: the local part as typed, the domain as A-label
    (empty once erased or moved). `standing_since` is when the person left, bounced and so on, where that is known.
    """

    id: str
    address: str
    standing: Standing
    confirmed_at: datetime | None = None
    first_name: str = ""
    zone: str = ""
    kinds: frozenset[str] = frozenset()
    calendar_file: bool = True
    text_only: bool = False
    source: str = ""
    version: int = 0
    standing_since: datetime | None = None

    @property
    def shard(self) -> str:
        """The part of the table it lies in: the id's first hex digit."""
        return shard_of(self.id)

    def wants(self, kind: str) -> bool:
        """Whether mailings of this kind were chosen; no choice means all."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A row that can't be understood: a newer version wrote it, or it is damaged. Its id is all that is known."""

    id: str


SHARDS = tuple("0123456789abcdef")


def shard_of(subscriber_id: str) -> str:
    """The shard of a subscriber's id."""
    return subscriber_id[0]
