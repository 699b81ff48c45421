"""Conclusions from the times of a chunk's entries: expired claims, old UNKNOWN entries, work that stands still.

An entry's time is in whole seconds since its campaign was opened. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk
from convener.delivery.states import RESEND, DeliveryState, RecipientState

STANDSTILL = timedelta(minutes=20)
"""After this time without a change, a chunk's message counts as lost and the chunk is queued again.

The message may only be late behind many others. A second message does no harm.
"""

EVENTS_ARRIVE_WITHIN = timedelta(minutes=30)
"""SES's events arrive within this time, if they arrive. An operator has to decide about an older UNKNOWN."""

UNKNOWN_REPORTED_FOR = timedelta(hours=2)
"""How long UNKNOWN mails are reported after the campaign's end.

The answer of the last mail may be known to be lost only after a lease, a tick, EVENTS_ARRIVE_WITHIN and another tick.
Such a mail can't be sent again, but an operator may write to the subscriber.
"""

LEASE_OVER = "lease-over"


def moment_of(campaign: Campaign, entry: RecipientState) -> datetime:
    """Return when the entry came into its state."""
    return campaign.opened_at + timedelta(seconds=entry.at)


def elapsed_seconds(campaign: Campaign, now: datetime) -> int:
    """Return `now` as the time of an entry."""
    return max(0, int((now - campaign.opened_at).total_seconds()))


def expired_claims(
    campaign: Campaign, chunk: Chunk, *, now: datetime, lease: timedelta
) -> Mapping[int, RecipientState]:
    """Return the entries to write for claims whose lease is over, by position.

    They become UNKNOWN, because the mails may have left. Attempt and remarks stay.
    """
    return {
        place: replace(entry.with_reason(LEASE_OVER), state=DeliveryState.UNKNOWN, at=elapsed_seconds(campaign, now))
        for place, entry in enumerate(chunk.entries)
        if entry.state is DeliveryState.SENDING and moment_of(campaign, entry) + lease <= now
    }


def is_standing_still(campaign: Campaign, chunk: Chunk, now: datetime) -> bool:
    """Whether a mail of the chunk could be sent and no entry has changed for the time STANDSTILL."""
    latest = max(entry.at for entry in chunk.entries)
    return bool(chunk.claimable()) and campaign.opened_at + timedelta(seconds=latest) + STANDSTILL <= now


def count_long_unknown(campaign: Campaign, chunk: Chunk, now: datetime) -> int:
    """Count the UNKNOWN entries older than EVENTS_ARRIVE_WITHIN that no operator has asked to send again."""
    return sum(
        entry.state is DeliveryState.UNKNOWN
        and entry.reason != RESEND
        and moment_of(campaign, entry) + EVENTS_ARRIVE_WITHIN <= now
        for entry in chunk.entries
    )
