"""Proof: what became of each intended person, and of each campaign for one person. Standard library only.

Read shard by shard and chunk by chunk, so memory doesn't grow with the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk, totals
from convener.delivery.expiry import moment_of
from convener.delivery.ports import DeliveryLedger, SubscriberStore
from convener.delivery.reasons import STATE_WORDS, reason_words
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SHARDS, shard_of

ROWS_PER_READ = 100
"""Rows asked for at a time: the most that BatchGetItem takes."""


@dataclass(frozen=True, kw_only=True)
class RecipientLine:
    """One intended person of one campaign. `at` is since when the state holds; None where nothing happened yet.

    `asked`: it is UNKNOWN, and an operator has said to send it again.
    """

    campaign: str
    recipient: str
    state: DeliveryState
    at: datetime | None
    attempts: int
    address: str = ""
    message_id: str = ""
    reason: str = ""
    asked: bool = False

    @property
    def state_words(self) -> str:
        """The state, for people."""
        return STATE_WORDS[self.state]


@dataclass(kw_only=True)
class CampaignSummary:
    """A campaign summed up from its chunks. `finished` counts the shards that fan-out has finished."""

    sums: Mapping[str, int]
    states: Counter[DeliveryState] = field(default_factory=Counter)
    reasons: Counter[tuple[DeliveryState, str]] = field(default_factory=Counter)
    unknown: list[RecipientLine] = field(default_factory=list)
    finished: int = 0


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """Everything that proving takes."""

    ledger: DeliveryLedger
    subscribers: SubscriberStore

    def sums(self, campaign: str) -> dict[str, int]:
        """Audience, accepted, skipped, failed, unknown and unfinished, now."""
        return totals(part for shard in SHARDS for part in self.ledger.entries(campaign, shard))

    def summarize(self, campaign: Campaign) -> CampaignSummary:
        """All that the chunks tell, in one reading."""
        told = CampaignSummary(sums={})

        def heard() -> Iterator[Sequence[RecipientState]]:
            for chunk in self._chunks(campaign.id):
                for place, entry in enumerate(chunk.entries):
                    told.states[entry.state] += 1
                    told.reasons[entry.state, reason_words(entry)] += 1
                    if entry.state is DeliveryState.UNKNOWN:
                        told.unknown.append(recipient_line(campaign, chunk, place))
                yield chunk.entries

        told.sums = totals(heard())
        told.finished = sum(cursor.finished for cursor in self.ledger.cursors(campaign.id))
        return told

    def recipients(self, campaign: Campaign) -> Iterator[RecipientLine]:
        """Each intended person, by shard and id, with the address where the row still has one."""
        places = ((chunk, place) for chunk in self._chunks(campaign.id) for place in range(len(chunk.recipients)))
        while batch := list(islice(places, ROWS_PER_READ)):
            known = self.subscribers.get(ids=list(dict.fromkeys(chunk.recipients[place] for chunk, place in batch)))
            for chunk, place in batch:
                row = known.get(chunk.recipients[place])
                yield recipient_line(campaign, chunk, place, address=row.address if row else "")

    def history(self, subscriber_id: str) -> Iterator[RecipientLine]:
        """Every campaign that intended her, in the order in which they were opened.

        One of which she was let out, and which she had as her welcome when she joined again, comes twice.
        """
        for campaign in sorted(self.ledger.all(), key=lambda one: (one.opened_at, one.id)):
            for chunk in self.ledger.of_shard(campaign.id, shard_of(subscriber_id)):
                if subscriber_id in chunk.recipients:
                    yield recipient_line(campaign, chunk, chunk.recipients.index(subscriber_id))

    def _chunks(self, campaign: str) -> Iterator[Chunk]:
        return (chunk for shard in SHARDS for chunk in self.ledger.of_shard(campaign, shard))


def recipient_line(campaign: Campaign, chunk: Chunk, place: int, *, address: str = "") -> RecipientLine:
    """What the ledger knows of one recipient."""
    entry = chunk.entries[place]
    return RecipientLine(
        campaign=campaign.id,
        recipient=chunk.recipients[place],
        state=entry.state,
        at=None if entry.state is DeliveryState.PENDING else moment_of(campaign, entry),
        attempts=entry.attempt,
        address=address,
        message_id=chunk.messages.get(place, ""),
        reason=reason_words(entry),
        asked=entry.state is DeliveryState.UNKNOWN and entry.claimable,
    )
