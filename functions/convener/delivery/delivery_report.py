"""The delivery report: the result of a campaign for each recipient, and of each campaign for one subscriber.

The ledger is read shard by shard and chunk by chunk, so memory does not grow with the list. Standard library only.
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
from convener.delivery.ports import DeliveryLedger
from convener.delivery.reasons import STATE_WORDS, reason_words
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SHARDS, shard_of
from convener.subscribers.ports import SubscriberStore

ROWS_PER_READ = 100
"""Rows per request: the maximum of BatchGetItem."""


@dataclass(frozen=True, kw_only=True)
class RecipientLine:
    """The result of one campaign for one recipient.

    Attributes:
        campaign: The campaign's id.
        recipient: The subscriber's id.
        state: The state of the mail.
        at: Since when the mail has been in this state; None while it is PENDING.
        attempts: The number of attempts.
        address: The address, where it was asked for and the row still has one.
        message_id: SES's message id.
        reason: Reason and remarks in words.
        asked: Whether the mail is UNKNOWN and an operator asked to send it again.
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
        """The state in words."""
        return STATE_WORDS[self.state]


@dataclass(kw_only=True)
class CampaignSummary:
    """The sums of a campaign's chunks.

    Attributes:
        sums: Audience, accepted, skipped, failed, unknown and unfinished.
        states: The number of mails by state.
        reasons: The number of mails by state and reason.
        unknown: The UNKNOWN mails.
        finished: The number of shards that fan-out has finished.
    """

    sums: Mapping[str, int]
    states: Counter[DeliveryState] = field(default_factory=Counter)
    reasons: Counter[tuple[DeliveryState, str]] = field(default_factory=Counter)
    unknown: list[RecipientLine] = field(default_factory=list)
    finished: int = 0


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """Reads the report from the ledger."""

    ledger: DeliveryLedger
    subscribers: SubscriberStore

    def sums(self, campaign: str) -> dict[str, int]:
        """Return the numbers of the campaign now: audience, accepted, skipped, failed, unknown and unfinished."""
        return totals(part for shard in SHARDS for part in self.ledger.entries(campaign, shard))

    def summarize(self, campaign: Campaign) -> CampaignSummary:
        """Sum up the campaign, in one pass over its chunks."""
        summary = CampaignSummary(sums={})

        def entries() -> Iterator[Sequence[RecipientState]]:
            for chunk in self._chunks(campaign.id):
                for place, entry in enumerate(chunk.entries):
                    summary.states[entry.state] += 1
                    summary.reasons[entry.state, reason_words(entry)] += 1
                    if entry.state is DeliveryState.UNKNOWN:
                        summary.unknown.append(recipient_line(campaign, chunk, place))
                yield chunk.entries

        summary.sums = totals(entries())
        summary.finished = sum(cursor.finished for cursor in self.ledger.cursors(campaign.id))
        return summary

    def recipients(self, campaign: Campaign) -> Iterator[RecipientLine]:
        """Yield the campaign's recipients by shard and id, with the address where the row still has one."""
        places = ((chunk, place) for chunk in self._chunks(campaign.id) for place in range(len(chunk.recipients)))
        while batch := list(islice(places, ROWS_PER_READ)):
            known = self.subscribers.get(ids=list(dict.fromkeys(chunk.recipients[place] for chunk, place in batch)))
            for chunk, place in batch:
                row = known.get(chunk.recipients[place])
                yield recipient_line(campaign, chunk, place, address=row.address if row else "")

    def history(self, subscriber_id: str) -> Iterator[RecipientLine]:
        """Yield the campaigns with this subscriber among the recipients, in the order in which they were opened.

        A campaign comes twice where its mail was skipped and the subscriber later joined again, with a late addition.
        """
        for campaign in sorted(self.ledger.all(), key=lambda known: (known.opened_at, known.id)):
            for chunk in self.ledger.of_shard(campaign.id, shard_of(subscriber_id)):
                if subscriber_id in chunk.recipients:
                    yield recipient_line(campaign, chunk, chunk.recipients.index(subscriber_id))

    def _chunks(self, campaign: str) -> Iterator[Chunk]:
        return (chunk for shard in SHARDS for chunk in self.ledger.of_shard(campaign, shard))


def recipient_line(campaign: Campaign, chunk: Chunk, place: int, *, address: str = "") -> RecipientLine:
    """Return the line of the recipient at this position of the chunk."""
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
