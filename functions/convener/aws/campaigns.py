"""Campaign items of the ledger, and the one that pauses the whole series.

campaign     item              what
campaigns    2024-04/invite    one campaign; all lie in one partition, since the tick reads them together
control      series            there as long as the series is paused, with `since`
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from convener.campaigns import Campaign, Stage, WaitReason
from convener.mailing_types import MailingType

CAMPAIGNS = "campaigns"
SERIES = {"campaign": "control", "item": "series"}


def campaign_key(campaign: str) -> dict[str, str]:
    """Where a campaign lies."""
    return {"campaign": CAMPAIGNS, "item": campaign}


def campaign_item(campaign: Campaign) -> dict[str, Any]:
    """A new campaign as it is written."""
    return {
        **campaign_key(campaign.id),
        "session": campaign.session,
        "kind": campaign.kind.value,
        "opened_at": campaign.opened_at.isoformat(),
        "too_late_at": campaign.too_late_at.isoformat(),
        "edition": campaign.edition,
        "brings": sorted(campaign.brings),
        "reached_by": campaign.reached_by,
        **{name: value for name, value in turning(campaign).items() if value is not None},
    }


def turning(campaign: Campaign) -> dict[str, Any]:
    """What a turn writes; None for what is then absent."""
    return {
        "stage": campaign.stage.value,
        "why": campaign.why.value if campaign.why else None,
        "until": campaign.until.isoformat() if campaign.until else None,
        "lost": campaign.lost,
        "totals": dict(campaign.totals),
        "version": campaign.version,
    }


def campaign_of(item: Mapping[str, Any]) -> Campaign:
    """A campaign as it was written. Raises what `readable` turns into words."""
    return Campaign(
        id=item["item"],
        session=item["session"],
        kind=MailingType(item["kind"]),
        stage=Stage(item["stage"]),
        opened_at=datetime.fromisoformat(item["opened_at"]),
        too_late_at=datetime.fromisoformat(item["too_late_at"]),
        edition=item["edition"],
        brings=frozenset(item["brings"]),
        reached_by=item["reached_by"],
        why=WaitReason(item["why"]) if "why" in item else None,
        until=datetime.fromisoformat(item["until"]) if "until" in item else None,
        lost=int(item.get("lost", 0)),  # this and the version are missing from those opened before there were turns
        totals={name: int(count) for name, count in item["totals"].items()},
        version=int(item.get("version", 0)),
    )
