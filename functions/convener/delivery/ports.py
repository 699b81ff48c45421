"""What delivery needs of the world. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk
from convener.delivery.mail import Mail
from convener.editions.models import Edition
from convener.subscribers.models import Subscriber


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one request tells of a chunk's message: None for what is gone. `paused`: the whole series is."""

    campaign: Campaign | None
    chunk: Chunk | None
    paused: bool = False


class CampaignStore(Protocol):
    """Where a campaign's stage lies."""

    def campaign(self, campaign: str) -> Campaign | None:
        """The campaign, read consistently. Raises BadInput where it can't be understood."""

    def turn(self, campaign: Campaign) -> None:
        """Write its stage and what goes with it, on condition that its version is the one before. Raises Conflict."""


class Ledger(CampaignStore, Protocol):
    """What delivery reads and writes of the ledger."""

    def work(self, campaign: str, ref: str) -> Work:
        """Campaign, chunk and whether the series is paused, read consistently in one request."""

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        """The chunk, read consistently."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Write its entries, on condition that its version is the one before; then the SES message ids by position.

        Raises Conflict where somebody else wrote meanwhile.
        """


@dataclass(frozen=True, kw_only=True)
class DeliverySnapshot:
    """The second look: how things stand just before a claim.

    `subscribers` are the rows to which mails for these ids would go: where one has MOVED, the row at the end of its
    way. `moved` are the MOVED rows of these ids themselves. `unreadable` are ids whose rows can't be understood.
    """

    campaign: Campaign | None
    paused: bool = False
    subscribers: Mapping[str, Subscriber] = field(default_factory=dict)
    moved: Mapping[str, Subscriber] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()


class RecipientLookup(Protocol):
    """Where campaign and recipients are looked up just before they are claimed."""

    def look(self, *, campaign: str, ids: Sequence[str]) -> DeliverySnapshot:
        """The campaign, whether the series is paused, and those of up to 50 ids that exist; one consistent request.

        Rows that MOVED, and have `confirmed_at`, are followed by a further one for each step, 10 at most.
        """


class Editions(Protocol):
    """Where frozen editions lie."""

    def get(self, digest: str) -> Edition:
        """The edition with that digest."""


class Mailer(Protocol):
    """The way out. An error says whether the mail was taken: see `convener.errors`."""

    def send(self, mail: Mail) -> str:
        """Hand over one mail; its message id.

        Raises Refused, Throttled, QuotaUsedUp, SendingPaused, other Unavailable, or LostAnswer.
        """


class LeaveLinks(Protocol):
    """Links by which one reader leaves, or chooses what she gets."""

    def leave_url(self, subscriber_id: str) -> str:
        """Valid for years, and says nothing about the reader."""

    def preferences_url(self, subscriber_id: str) -> str:
        """The same, to her preferences."""


class DeliverQueue(Protocol):
    """Where a chunk goes that isn't finished."""

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """Queue it, to be seen after that many seconds."""


@dataclass(frozen=True, kw_only=True)
class SendingLimits:
    """What SES grants the account (GetAccount, SendQuota): mails a second and in 24 hours, and how many of those went.

    `per_day` is None where there is no limit. `sending` is False where SES lets nothing leave.
    """

    per_second: float
    per_day: int | None
    sent_in_24_hours: int
    sending: bool = True


class Account(Protocol):
    """Where SES tells its limits."""

    def limits(self) -> SendingLimits:
        """The limits now. Raises Unavailable or LostAnswer."""


@dataclass(frozen=True, kw_only=True)
class SlotReservation:
    """Slots that are ours: the first may be used from `start` on. `spent`: mails by hour (hours since 1970).

    `spent` holds the last 25 hours of this stack and lane, these slots among them.
    """

    start: datetime
    spent: Mapping[int, int]


class Slots(Protocol):
    """The moments at which mails may leave, kept for the whole stack: generic cell rate algorithm."""

    def take(self, lane: str, *, mails: int, step: float, now: datetime, within: float) -> SlotReservation | float:
        """Take as many slots, `step` seconds apart, the first at `now` or later; nobody else gets them.

        Where the first free one is more than `within` seconds off none are taken, and the seconds until it are
        answered. What is taken may be wasted, also by a lost answer; it is never given twice.
        """
