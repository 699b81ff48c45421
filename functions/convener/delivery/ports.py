"""The ports of delivery: the stores, queues and services that its use cases call, and the values that those return.

`DynamoLedger` and the other classes of `convener.aws` implement the ports; the tests' fakes do as well. Standard
library only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk, Cursor
from convener.delivery.mail import Mail
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import Subscriber


class CampaignStore(Protocol):
    """The store of the campaigns, and of the pause of the whole series."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Reasons by campaign, or by campaign and chunk, for what could not be understood since the last `all`."""

    def all(self) -> Sequence[Campaign]:
        """Read every campaign that can be understood, consistently."""

    def open(self, campaign: Campaign) -> None:
        """Write a new campaign. Raises Conflict where a campaign with its id exists."""

    def campaign(self, campaign: str) -> Campaign | None:
        """Read one campaign consistently. Raises BadInput where the stored campaign can't be understood."""

    def turn(self, campaign: Campaign) -> None:
        """Write the campaign's stage, its reason, its sums and its version.

        Raises Conflict where the stored version is not the one before `campaign.version`.
        """

    def paused_since(self) -> datetime | None:
        """Return since when the whole series is paused; None where the series is not paused."""

    def pause(self, since: datetime) -> None:
        """Pause the whole series."""

    def resume(self) -> None:
        """End the pause of the whole series."""


class ChunkStore(Protocol):
    """The store of the chunks of every campaign."""

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        """Read one chunk consistently."""

    def add(self, chunk: Chunk) -> None:
        """Write a new chunk. Raises Conflict where a chunk of that name exists."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Write the chunk's entries, and then the SES message ids by position.

        Raises Conflict where the stored version is not the one before `chunk.version`.
        """

    def of_shard(self, campaign: str, shard: str) -> Iterator[Chunk]:
        """Read every chunk of a shard consistently."""

    def entries(self, campaign: str, shard: str) -> Iterator[Sequence[RecipientState]]:
        """Read the entries of every chunk of a shard, without the recipients."""

    def unfinished(self, campaign: str) -> Iterator[Chunk]:
        """Read the chunks in which work is left, consistently."""

    def unknown(self, campaign: str) -> Iterator[Chunk]:
        """Read the chunks in which no work is left, but an entry is UNKNOWN."""

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        """Count the campaign's mails by state."""

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        """Return the subscribers of a shard whom the campaign reached."""

    def late(self, campaign: str) -> int:
        """Count the late additions: the chunks of one subscriber who joined after the campaign was opened."""


class CursorStore(Protocol):
    """The store of the shards' cursors: how far fan-out has come."""

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        """Read the campaign and one shard's cursor in one consistent request.

        The cursor is at the shard's beginning where none is stored.
        """

    def cursor(self, campaign: str, shard: str) -> Cursor:
        """Read one shard's cursor; it is at the shard's beginning where none is stored."""

    def cursors(self, campaign: str) -> Sequence[Cursor]:
        """Read every stored cursor of the campaign."""

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        """Write the chunk and the moved cursor in one transaction. Raises Conflict where the cursor isn't `frm`."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """The stored state that a chunk's queue message refers to.

    Attributes:
        campaign: The campaign; None where it does not exist.
        chunk: The chunk; None where it does not exist.
        paused: Whether the whole series is paused.
    """

    campaign: Campaign | None
    chunk: Chunk | None
    paused: bool = False


class DeliveryLedger(CampaignStore, ChunkStore, CursorStore, Protocol):
    """The whole ledger: campaigns, chunks and cursors, and what is read of them together."""

    def work(self, campaign: str, ref: str) -> Work:
        """Read the campaign, one chunk and the series' pause in one consistent request."""

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Sum up the campaign's chunks; None while a shard is not fanned out or work is left in a chunk."""


@dataclass(frozen=True, kw_only=True)
class DeliverySnapshot:
    """The campaign and the recipients of a chunk, read again just before they are claimed.

    Attributes:
        campaign: The campaign; None where it does not exist any more.
        paused: Whether the whole series is paused.
        subscribers: By recipient id, the row that the recipient's mail would go to. Where the recipient's row is
            MOVED, this is the row at the end of the moves.
        moved: By recipient id, the recipient's own row where it is MOVED.
        unreadable: The recipient ids whose row can't be understood.
    """

    campaign: Campaign | None
    paused: bool = False
    subscribers: Mapping[str, Subscriber] = field(default_factory=dict)
    moved: Mapping[str, Subscriber] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()


class RecipientLookup(Protocol):
    """Reads the campaign and the recipients again, just before they are claimed."""

    def snapshot(self, *, campaign: str, ids: Sequence[str]) -> DeliverySnapshot:
        """Read the campaign, the series' pause and the rows of up to 50 recipients in one consistent request.

        Each step of a move needs one request more, up to 10.
        """


class Mailer(Protocol):
    """Hands mails to SES."""

    def send(self, mail: Mail) -> str:
        """Hand one mail to SES and return SES's message id.

        The error says whether SES took the mail, see `convener.errors`: Refused, Throttled, QuotaUsedUp,
        SendingPaused or another Unavailable: SES did not. LostAnswer: nobody knows.
        """


class SubscriberLinks(Protocol):
    """Makes the links in a mail that belong to one subscriber."""

    def leave_url(self, subscriber_id: str) -> str:
        """Return the link to unsubscribe. It is valid for years and says nothing about the subscriber."""

    def preferences_url(self, subscriber_id: str) -> str:
        """Return the link to the subscriber's preferences. It is valid for years as well."""


class WorkQueues(Protocol):
    """The two work queues: shards for fan-out, and chunks for delivery. A message too many does no harm."""

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        """Queue shards for fan-out."""

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """Queue one chunk for delivery; the message becomes visible after `delay` seconds."""

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        """Queue several chunks for delivery."""

    def add_probe(self, campaign: str, ref: str) -> None:
        """Queue one mail of a chunk as a probe: delivery sends the mail although the campaign waits."""


@dataclass(frozen=True, kw_only=True)
class SendingLimits:
    """SES's limits for the account: the fields of SendQuota in the answer of GetAccount.

    Attributes:
        per_second: Mails a second.
        per_day: Mails in 24 hours; None where SES sets no limit.
        sent_in_24_hours: Mails that the account sent in the last 24 hours.
        sending: False where SES lets the account send nothing.
    """

    per_second: float
    per_day: int | None
    sent_in_24_hours: int
    sending: bool = True


class SendingAccount(Protocol):
    """The SES account."""

    def limits(self) -> SendingLimits:
        """Ask SES for the account's limits. Raises Unavailable or LostAnswer."""


@dataclass(frozen=True, kw_only=True)
class SlotReservation:
    """The answer to a request for slots.

    Attributes:
        start: When the first of the reserved slots begins.
        spent: Mails by hour, counted as hours since 1970: the slots that this stack reserved in this lane in the last
            25 hours, the new ones among them.
    """

    start: datetime
    spent: Mapping[int, int]


class SlotStore(Protocol):
    """The next free slot of each lane, for the whole stack: the generic cell rate algorithm (ITU-T I.371)."""

    def take(self, lane: str, *, mails: int, step: float, now: datetime, within: float) -> SlotReservation | float:
        """Reserve slots for the caller alone.

        A reserved slot may stay unused, also because an answer was lost. No slot is reserved twice.

        Args:
            lane: The name of the lane.
            mails: The number of slots.
            step: Seconds from one slot to the next.
            now: The earliest start of the first slot.
            within: Seconds that the caller would wait for the first slot.

        Returns:
            The reservation. Where the first free slot is more than `within` seconds off, nothing is reserved and the
            seconds until that slot are returned.
        """
