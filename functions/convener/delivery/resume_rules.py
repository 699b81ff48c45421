"""What becomes of a campaign that waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from convener.campaigns import Campaign, Stage, WaitReason

PROBE_AGAIN = timedelta(minutes=14)
"""A quarter of an hour less a little: the next tick, which may come a little early, finds the moment past."""

KEEPING = (WaitReason.PAUSED, WaitReason.SERIES, WaitReason.LOST_ANSWERS)
"""Reasons that hold on while the whole series is paused. The others are over when their moment has come."""


def woken(campaign: Campaign, *, now: datetime, paused: bool, morning: datetime) -> Campaign | None:
    """The campaign after a tick looked at it; None where it waits on as it is.

    `morning` is `now` by day, else the hour at which mails of its kind may leave again. Where it is too late for the
    campaign it comes back at any hour, so that what is left of it is skipped.
    """
    if paused:
        over = campaign.why not in KEEPING and _come(campaign, now)
        return campaign.turned(Stage.WAITING, why=WaitReason.SERIES) if over else None
    if now >= campaign.too_late_at:
        return campaign.turned(Stage.SENDING)
    if campaign.why is WaitReason.PAUSED or not _come(campaign, now):
        return None
    if morning > now:
        why = WaitReason.RESUMED if campaign.why is WaitReason.SERIES else campaign.why
        return campaign.turned(Stage.WAITING, why=why, until=min(morning, campaign.too_late_at))
    if campaign.why is WaitReason.LOST_ANSWERS:
        return campaign.turned(Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=now + PROBE_AGAIN)
    return back(campaign)


def back(campaign: Campaign) -> Campaign:
    """Being sent again; answers that were lost before count no more."""
    return replace(campaign.turned(Stage.SENDING), lost=0)


def _come(campaign: Campaign, now: datetime) -> bool:
    return campaign.until is None or campaign.until <= now
