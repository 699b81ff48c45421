"""Whether the invite is for someone who joins late, and why not. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from convener.campaigns import Campaign, Kind, Stage, Why
from convener.delivery.expiry import elapsed, moment
from convener.delivery.ports import Seen
from convener.delivery.states import ACCEPTED, Entry, State
from convener.subscribers.models import Standing, Subscriber

FOR_A_PERSON = frozenset({Why.PAUSED, Why.SERIES})


class Verdict(StrEnum):
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

    verdict: Verdict
    reason: str = ""
    until: datetime | None = None


def not_hers(campaign: Campaign, row: Subscriber) -> str:
    """Why there can be no late addition, whatever the ledger says of her; empty where there can."""
    if campaign.kind is not Kind.INVITE:
        return "no-invite"
    if row.standing is not Standing.CONFIRMED or row.confirmed_at is None:
        return row.standing.value
    return ""


def joined_since(campaign: Campaign, row: Subscriber) -> bool:
    """Whether she joined after it was opened: then fan-out leaves her out."""
    return row.confirmed_at is not None and row.confirmed_at > campaign.opened_at


def at_rest(seen: Seen, campaign: Campaign, row: Subscriber, now: datetime, begins: datetime) -> str:
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


def standing(campaign: Campaign, entry: Entry, row: Subscriber, now: datetime, lease: timedelta) -> Declined | None:
    """What an entry of hers says against another mail; None: nothing."""
    if entry.state is State.SENDING and moment(campaign, entry) + lease > now:
        return Declined(verdict=Verdict.BUSY, reason="sending", until=moment(campaign, entry) + lease)
    if entry.state in ACCEPTED or entry.state in (State.SENDING, State.UNKNOWN):
        since = row.confirmed_at or campaign.opened_at
        verdict = Verdict.WELCOMED if entry.at >= elapsed(campaign, since) else Verdict.REACHED
        return Declined(verdict=verdict, reason=entry.state.name.lower())
    return None
