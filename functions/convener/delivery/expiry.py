"""What a chunk's times say: claims whose lease is over, answers lost long ago, work that stands still.

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
"""So long nothing has changed in work whose message was lost, or waits behind many others: twice is harmless."""

EVENTS_ARRIVE_WITHIN = timedelta(minutes=30)
"""SES's events have come by then, if they come at all: an UNKNOWN of that age is a person's to judge."""

UNKNOWN_REPORTED_FOR = timedelta(hours=2)
"""So long after it is too late lost answers are still told: of a mail of the last minute it takes a lease, a tick, the
time of the events and another tick until anybody knows. Nobody can send it again then, but somebody may write."""

LEASE_OVER = "lease-over"


def moment_of(campaign: Campaign, entry: RecipientState) -> datetime:
    """When the entry came to be what it is."""
    return campaign.opened_at + timedelta(seconds=entry.at)


def elapsed_seconds(campaign: Campaign, now: datetime) -> int:
    """`now` as entries have it."""
    return max(0, int((now - campaign.opened_at).total_seconds()))


def expired_claims(
    campaign: Campaign, chunk: Chunk, *, now: datetime, lease: timedelta
) -> Mapping[int, RecipientState]:
    """Claims whose lease is over, as what they are now: UNKNOWN, since their mails may have left. By position.

    The attempt stays, and so does what events remarked.
    """
    return {
        place: replace(entry.saying(LEASE_OVER), state=DeliveryState.UNKNOWN, at=elapsed_seconds(campaign, now))
        for place, entry in enumerate(chunk.entries)
        if entry.state is DeliveryState.SENDING and moment_of(campaign, entry) + lease <= now
    }


def is_standing_still(campaign: Campaign, chunk: Chunk, now: datetime) -> bool:
    """Whether something could be sent and nothing has moved for a while."""
    latest = max(entry.at for entry in chunk.entries)
    return bool(chunk.claimable()) and campaign.opened_at + timedelta(seconds=latest) + STANDSTILL <= now


def count_long_unknown(campaign: Campaign, chunk: Chunk, now: datetime) -> int:
    """How many answers were lost so long ago that no event is to be hoped for, and nobody has said to send again."""
    return sum(
        entry.state is DeliveryState.UNKNOWN
        and entry.reason != RESEND
        and moment_of(campaign, entry) + EVENTS_ARRIVE_WITHIN <= now
        for entry in chunk.entries
    )
