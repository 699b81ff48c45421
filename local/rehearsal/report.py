"""`report.json`: what a rehearsal came to, in numbers that add up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convener.campaigns import Campaign
from convener.delivery.chunks import totals
from convener.subscribers.models import SHARDS
from local.rehearsal.world import World

NUMBERS = ("audience", "accepted", "skipped", "failed", "unknown")


def build_report(world: World, *, begins: datetime, until: datetime) -> dict[str, Any]:
    """Range, campaigns in the order in which they were opened, and the number of mails handed over."""
    campaigns = sorted(world.ledger.all(), key=lambda campaign: (campaign.opened_at, campaign.id))
    zone = world.series.tz
    return {
        "from": begins.astimezone(zone).date().isoformat(),
        "to": until.astimezone(zone).date().isoformat(),
        "campaigns": [_numbers(campaign, world) for campaign in campaigns],
        "mails": world.outbox.count,
    }


def _numbers(campaign: Campaign, world: World) -> dict[str, Any]:
    sums = campaign.totals or totals(part for shard in SHARDS for part in world.ledger.entries(campaign.id, shard))
    named = {"id": campaign.id, "kind": campaign.kind.value, "session": campaign.session}
    unfinished = {"unfinished": sums["unfinished"]} if sums["unfinished"] else {}
    return {**named, **{number: sums[number] for number in NUMBERS}, **unfinished}
