"""A subscriber: one address, known everywhere else only by its keyed hash. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubscriberStatus(StrEnum):
    """Where a subscriber stands. Only CONFIRMED gets mailings; nothing but the person revives the others.

    Whoever has not confirmed yet has no row: see `pending`.
    """

    CONFIRMED = "confirmed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MOVED = "moved"


class Calendar(StrEnum):
    """What of an invitation goes into a calendar: nothing, links that add it, or a file besides."""

    NONE = "none"
    LINK = "link"
    FILE = "file"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """One row.

    `id` is the keyed hash of the address. `address` is where mail goes: the local part as typed, the domain as A-label
    (empty once erased or moved). `standing_since` is when the person left, bounced and so on, where that is known.
    `kinds` are those that were chosen; empty means all. Nothing is sent before `paused_until`.

    A changed address is a new row. The old one is MOVED and names it in `moved_to`; the new one names all earlier ones
    in `moved_from`, and since when it has been here in `moved_at`. A MOVED row keeps `confirmed_at`, for what was on
    its way to it goes to the new one; it has none where the new address was on the list in its own right already.
    `earlier` are the times for which this row was hers before she moved away and back, from and until. `batch` is the
    import that added the row.
    """

    id: str
    address: str
    status: SubscriberStatus
    confirmed_at: datetime | None = None
    first_name: str = ""
    zone: str = ""
    kinds: frozenset[str] = frozenset()
    calendar: Calendar = Calendar.FILE
    text_only: bool = False
    paused_until: datetime | None = None
    source: str = ""
    batch: str = ""
    version: int = 0
    status_since: datetime | None = None
    moved_to: str = ""
    moved_from: tuple[str, ...] = ()
    moved_at: datetime | None = None
    earlier: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def listed_since(self) -> datetime | None:
        """Since when this very row gets mailings: a campaign opened before is not for it."""
        return self.moved_at or self.confirmed_at

    def listed_at(self, moment: datetime) -> bool:
        """Whether a campaign opened then is for this very row.

        Of all rows that a person moves between, back and forth, one is listed at any moment since she confirmed. Only
        CONFIRMED and MOVED rows are asked: the others get nothing.
        """
        if self.confirmed_at is None or moment < self.confirmed_at:
            return False
        if any(since <= moment < until for since, until in self.earlier):
            return True
        since, until = self.listed_since, self.status_since if self.status == SubscriberStatus.MOVED else None
        return since is not None and since <= moment and (until is None or moment < until)

    def taken_over_after(self, moment: datetime) -> bool:
        """Whether she first moved here later than that: what had been sent to this id by then was another's."""
        if self.moved_at is None:
            return False
        return min((since for since, _ in self.earlier), default=self.moved_at) > moment

    @property
    def stints(self) -> tuple[tuple[datetime, datetime], ...]:
        """The times for which a MOVED row was hers: its `earlier` ones, should she move back."""
        if self.status != SubscriberStatus.MOVED or not self.listed_since or not self.status_since:
            return self.earlier
        return (*self.earlier, (self.listed_since, self.status_since))

    @property
    def only_imported(self) -> bool:
        """Whether an import brought it and nobody has touched it since: then its undo takes it away."""
        return bool(self.batch) and self.version == 1 and self.status == SubscriberStatus.CONFIRMED

    def paused(self, now: datetime) -> bool:
        """Whether nothing is to be sent at present, at her own wish."""
        return self.paused_until is not None and now < self.paused_until

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
