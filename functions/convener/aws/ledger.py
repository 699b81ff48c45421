"""The Ledger table: who gets which campaign, and how far that has come.

Campaigns lie in one partition, since the tick reads them together and there are a few dozen a year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from convener.aws.cursors import DynamoCursors, cursor_of
from convener.aws.items import batch_get, from_item, is_own, new_writer, put_if, query, readable, to_item
from convener.aws.translate import translated
from convener.campaigns import Campaign, Kind, Stage
from convener.delivery.chunks import Cursor, totals
from convener.subscribers.models import SHARDS

PARTITION = "campaigns"


class DynamoLedger(DynamoCursors):
    """Campaign items: `campaign` = "campaigns", `item` = the campaign's id."""

    def all(self) -> Sequence[Campaign]:
        """Every campaign, read consistently."""
        with translated():
            items = list(query(self._client, self._table, "campaign = :all", {":all": PARTITION}))
        return [_campaign(item) for item in items]

    def campaign(self, campaign: str) -> Campaign | None:
        """One campaign, read consistently. Raises BadInput where it can't be understood."""
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=_key(campaign), ConsistentRead=True)
        with readable(f"Campaign {campaign}"):
            return _campaign(from_item(answer["Item"])) if "Item" in answer else None

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        """A campaign and where one of its shards stands, read consistently in one request."""
        keys = [{"campaign": PARTITION, "item": campaign}, {"campaign": campaign, "item": f"shard#{shard}"}]
        with translated():
            found = {item["campaign"]: item for item in batch_get(self._client, self._table, keys)}
        there, cursor = found.get(PARTITION), found.get(campaign)
        return _campaign(there) if there else None, cursor_of(cursor) if cursor else Cursor(shard=shard)

    def open(self, campaign: Campaign) -> None:
        """Write a new campaign. Raises Conflict where there is one with its id."""
        with translated():
            put_if(self._client, self._table, _item(campaign), "attribute_not_exists(campaign)")

    def advance(self, campaign: str, *, frm: Stage, to: Stage, totals: Mapping[str, int]) -> None:
        """Change its stage. Raises Conflict where it isn't in `frm`, unless it was this very write that changed it."""
        writer = new_writer()
        values = {":from": frm.value, ":to": to.value, ":totals": dict(totals), ":writer": writer}
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(campaign),
                    UpdateExpression="SET stage = :to, totals = :totals, writer = :writer",
                    ConditionExpression="stage = :from",
                    ExpressionAttributeValues=to_item(values),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                if not is_own(error, writer):
                    raise

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Its sums once every shard is finished and nothing is unfinished, else None.

        The index is asked first because it answers cheaply; only the chunks themselves, read consistently, decide.
        """
        cursors = self.cursors(campaign)
        if len(cursors) < len(SHARDS) or not all(cursor.finished for cursor in cursors):
            return None
        if self.any_unfinished(campaign):
            return None
        sums = totals(part for cursor in cursors if cursor.chunks for part in self.entries(campaign, cursor.shard))
        return None if sums["unfinished"] else sums


def _key(campaign: str) -> dict[str, Any]:
    return to_item({"campaign": PARTITION, "item": campaign})


def _item(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign": PARTITION,
        "item": campaign.id,
        "session": campaign.session,
        "kind": campaign.kind.value,
        "stage": campaign.stage.value,
        "opened_at": campaign.opened_at.isoformat(),
        "too_late_at": campaign.too_late_at.isoformat(),
        "edition": campaign.edition,
        "brings": sorted(campaign.brings),
        "reached_by": campaign.reached_by,
        "totals": dict(campaign.totals),
    }


def _campaign(item: Mapping[str, Any]) -> Campaign:
    return Campaign(
        id=item["item"],
        session=item["session"],
        kind=Kind(item["kind"]),
        stage=Stage(item["stage"]),
        opened_at=datetime.fromisoformat(item["opened_at"]),
        too_late_at=datetime.fromisoformat(item["too_late_at"]),
        edition=item["edition"],
        brings=frozenset(item["brings"]),
        reached_by=item["reached_by"],
        totals=item["totals"],
    )
