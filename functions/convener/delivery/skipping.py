"""Who gets no mail, and why. Standard library only."""

from __future__ import annotations

from datetime import datetime

from convener.campaigns import Campaign, Stage
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import Subscriber, SubscriberStatus


def skipped(entry: RecipientState, reason: str, at: int) -> RecipientState:
    """What is left of an entry that gets no mail. One whose mail may have left long ago stays UNKNOWN."""
    if entry.state is DeliveryState.UNKNOWN:
        return entry.saying("not-resent")
    return RecipientState(DeliveryState.SKIPPED, entry.attempt, at, reason).risen(entry)


def unmailable(entry: RecipientState, at: int) -> RecipientState:
    """An entry to whose address no mail can be made; as `skipped`, where one may have left long ago."""
    if entry.state is DeliveryState.UNKNOWN:
        return entry.saying("not-resent")
    return RecipientState(DeliveryState.FAILED, entry.attempt, at, "unmailable").risen(entry)


def reason_for_all(campaign: Campaign, now: datetime) -> str:
    """Why nobody gets this campaign any more; empty where they do."""
    if campaign.stage is Stage.STOPPED:
        return f"stopped-{campaign.why.value}" if campaign.why else "stopped"
    return "too-late" if now >= campaign.too_late_at else ""


def reason_for_one(
    campaign: Campaign, subscriber: Subscriber | None, *, now: datetime, moved: Subscriber | None = None, late: bool
) -> str:
    """Why this reader gets no mail; empty where she does.

    `moved` is the row that was intended, where she has left it for another address since. `late`: she joined after the
    campaign was opened, and it is her welcome.
    """
    if subscriber is None:
        return "gone"
    if subscriber.status != SubscriberStatus.CONFIRMED:
        return subscriber.status.value
    if not late and (reason := _not_intended(campaign, subscriber, moved)):
        return reason
    if not subscriber.wants(campaign.kind):
        return "not-wanted"
    return "paused" if subscriber.paused(now) else ""


def _not_intended(campaign: Campaign, subscriber: Subscriber, moved: Subscriber | None) -> str:
    """Why it isn't hers by now: she left and joined again, or the address is another's, who has it by her own row.

    Moving back and forth leaves each campaign with the one row that was hers when it was opened.
    """
    if subscriber.confirmed_at is None or subscriber.confirmed_at > campaign.opened_at:
        return "joined-later"
    row = moved or subscriber
    if campaign.reached_by:  # she may have moved between the two
        return "moved" if row.taken_over_after(campaign.opened_at) else ""
    return "" if row.listed_at(campaign.opened_at) else "moved"
