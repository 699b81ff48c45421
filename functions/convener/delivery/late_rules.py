"""Whether the invite is for someone who joins late, and why not. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.expiry import elapsed, moment_of
from convener.delivery.ports import DeliverySnapshot
from convener.delivery.states import ACCEPTED, DeliveryState, RecipientState
from convener.mailing_types import MailingType
from convener.subscribers.models import Subscriber, SubscriberStatus

FOR_A_PERSON = frozenset({WaitReason.PAUSED, WaitReason.SERIES})


class LateVerdict(StrEnum):
    """Why no invite leaves now.

    NONE: there is none for her; `reason` says why. REACHED: it did before she confirmed, or may have. WELCOMED: it
    went as her welcome, or may have, and is not repeated. BUSY: another copy of the message is at it until `until`.
    """

    NONE = "none"
    REACHED = "reached"
    WELCOMED = "welcomed"
    BUSY = "busy"


@dataclass(frozen=True, kw_only=True)
class Declined:
    """No invite now, and why."""

    verdict: LateVerdict
    reason: str = ""
    until: datetime | None = None


def not_hers(campaign: Campaign, row: Subscriber) -> str:
    """Why there can be no late addition, whatever the ledger says of her; empty where there can."""
    if campaign.kind is not MailingType.INVITE:
        return "no-invite"
    if row.status is not SubscriberStatus.CONFIRMED or row.confirmed_at is None:
        return row.status.value
    return ""


def joined_since(campaign: Campaign, row: Subscriber) -> bool:
    """Whether she joined after it was opened: then fan-out leaves her out."""
    return row.confirmed_at is not None and row.confirmed_at > campaign.opened_at


def at_rest(seen: DeliverySnapshot, campaign: Campaign, row: Subscriber, now: datetime, begins: datetime) -> str:
    """Why nothing may leave for her now; empty where it may. What waits for a moment is no hindrance."""
    waits = seen.paused or (campaign.stage is Stage.WAITING and campaign.why in FOR_A_PERSON)
    reasons = {
        "stopped": campaign.stage is Stage.STOPPED,
        "waits": waits,
        "too-late": now >= begins,
        "not-wanted": not row.wants(campaign.kind),
        "paused": row.paused(now),
    }
    return next((reason for reason, true in reasons.items() if true), "")


def late_status(
    campaign: Campaign, entry: RecipientState, row: Subscriber, now: datetime, lease: timedelta
) -> Declined | None:
    """What an entry of hers says against another mail; None: nothing."""
    if entry.state is DeliveryState.SENDING and moment_of(campaign, entry) + lease > now:
        return Declined(verdict=LateVerdict.BUSY, reason="sending", until=moment_of(campaign, entry) + lease)
    if entry.state in ACCEPTED or entry.state in (DeliveryState.SENDING, DeliveryState.UNKNOWN):
        since = row.confirmed_at or campaign.opened_at
        verdict = LateVerdict.WELCOMED if entry.at >= elapsed(campaign, since) else LateVerdict.REACHED
        return Declined(verdict=verdict, reason=entry.state.name.lower())
    return None
