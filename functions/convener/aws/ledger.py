"""The Ledger table: who gets which campaign, and how far that has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convener.aws.campaign_stages import DynamoStages, read_campaign
from convener.aws.campaigns import CAMPAIGNS, SERIES, campaign_key
from convener.aws.chunk_items import called, chunk_of, part_keys, state_entries
from convener.aws.cursors import cursor_of
from convener.aws.items import batch_get, query, readable
from convener.aws.translate import translated
from convener.campaigns import Campaign
from convener.delivery.chunks import Cursor, tally, totals
from convener.delivery.ports import Work
from convener.delivery.states import DeliveryState
from convener.errors import BadInput
from convener.subscribers.models import SHARDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoLedger(DynamoStages):
    """Campaigns, their shards' cursors and their chunks.

    `unreadable` tells what `all` and the sweeping reads after it had to leave out, and why: by a campaign's id, or by
    the id and a chunk's name.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        super().__init__(client, table)
        self.unreadable: dict[str, str] = {}

    def all(self) -> Sequence[Campaign]:
        """Every campaign, read consistently, but those in `unreadable`: one bad record must not hold up the others."""
        with translated():
            items = list(query(self._client, self._table, "campaign = :all", {":all": CAMPAIGNS}))
        self.unreadable = {}
        campaigns = []
        for item in items:
            with self._telling(item["item"]):
                campaigns.append(read_campaign(item["item"], item))
        return campaigns

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        """A campaign and where one of its shards stands, read consistently in one request. Raises BadInput."""
        keys = [campaign_key(campaign), {"campaign": campaign, "item": f"shard#{shard}"}]
        found = self._several(keys)
        there, cursor = found.get(CAMPAIGNS), found.get(campaign)
        known = read_campaign(campaign, *there) if there else None
        return known, cursor_of(campaign, *cursor) if cursor else Cursor(shard=shard)

    def work(self, campaign: str, ref: str) -> Work:
        """Campaign, chunk and whether the series is paused, read consistently in one request. Raises BadInput."""
        with readable(f"Chunk {ref} of {campaign}"):
            parts = part_keys(campaign, ref)
        found = self._several([campaign_key(campaign), SERIES, *parts])
        there = found.get(CAMPAIGNS)
        return Work(
            campaign=read_campaign(campaign, *there) if there else None,
            chunk=chunk_of(campaign, ref, found.get(parts[0]["campaign"], [])),
            paused=SERIES["campaign"] in found,
        )

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        """How many of its recipients are in which state, but those of chunks in `unreadable`."""
        count: Counter[DeliveryState] = Counter()
        with translated():
            for state in (item for shard in SHARDS for item in self._parts(campaign, shard, "state#")):
                with self._telling(f"{campaign} {called(state)}"):
                    count += tally([state_entries(campaign, state)])
        return count

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Its sums once every shard is finished and nothing is unfinished, else None.

        The index is asked first because it answers cheaply; only the chunks themselves, read consistently, decide.
        Where one of them can't be understood the answer is None, and `unreadable` tells.
        """
        try:
            return self._totals(campaign)
        except BadInput as error:
            self.unreadable[campaign] = str(error)
            return None

    def _totals(self, campaign: str) -> Mapping[str, int] | None:
        cursors = self.cursors(campaign)
        if len(cursors) < len(SHARDS) or not all(cursor.finished for cursor in cursors):
            return None
        if self.any_unfinished(campaign):
            return None
        sums = totals(part for shard in SHARDS for part in self.entries(campaign, shard))
        return None if sums["unfinished"] else sums

    def _several(self, keys: Sequence[Mapping[str, str]]) -> dict[str, list[dict[str, Any]]]:
        """The items of those keys that there are, by their partition."""
        found: dict[str, list[dict[str, Any]]] = {}
        with translated():
            for item in batch_get(self._client, self._table, keys):
                found.setdefault(item["campaign"], []).append(item)
        return found
