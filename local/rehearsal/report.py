"""`report.json`: what a rehearsal came to, in numbers that add up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convener.campaigns import Campaign, Stage, campaign_of_tag
from convener.delivery.chunks import totals
from convener.delivery.states import DeliveryState
from convener.subscribers.models import SHARDS
from local.rehearsal.world import World
from local.ses import Kept

SUMS = ("audience", "accepted", "skipped", "failed", "unknown")


def build_report(world: World, *, begins: datetime, until: datetime) -> dict[str, Any]:
    """Range, campaigns in the order in which they were opened, and the number of mails that SES took.

    With `lost`, where answers or events were: answers of SES that were lost, how many of those mails events settled,
    and events that never came.
    """
    campaigns = sorted(world.ledger.all(), key=lambda campaign: (campaign.opened_at, campaign.id))
    zone = world.series.tz
    return {
        "from": begins.astimezone(zone).date().isoformat(),
        "to": until.astimezone(zone).date().isoformat(),
        "campaigns": [_numbers(campaign, world) for campaign in campaigns],
        "mails": world.outbox.count,
        **_lost(world),
    }


def _lost(world: World) -> dict[str, Any]:
    unanswered = [mail for mail in world.outbox.all if not mail.answered]
    events = world.stack.ses.post.counted["lost"]
    if not (unanswered or events):
        return {}
    settled = sum(_state(world, mail) is not DeliveryState.UNKNOWN for mail in unanswered)
    return {"lost": {"answers": len(unanswered), "settled_by_events": settled, "events": events}}


def _state(world: World, mail: Kept) -> DeliveryState | None:
    """What the ledger holds of the one whom that mail went to."""
    chunk = world.ledger.chunk(campaign_of_tag(mail.tags["campaign"]), mail.tags["chunk"])
    if chunk is None:
        return None
    return chunk.entries[chunk.recipients.index(mail.tags["recipient"])].state


def _numbers(campaign: Campaign, world: World) -> dict[str, Any]:
    """Summed up now, not when it ended: events settle what was unknown then."""
    sums = totals(part for shard in SHARDS for part in world.ledger.entries(campaign.id, shard))
    named = {"id": campaign.id, "kind": campaign.kind.name, "session": campaign.session}
    if campaign.stage is not Stage.DONE:
        named["stage"] = campaign.stage.value
    unfinished = {"unfinished": sums["unfinished"]} if sums["unfinished"] else {}
    return {**named, **{number: sums[number] for number in SUMS}, **unfinished}
