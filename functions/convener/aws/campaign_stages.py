"""How far campaigns have come, and whether the whole series is paused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from convener.aws.campaigns import SERIES, campaign_item, campaign_key, campaign_of, turning
from convener.aws.cursors import DynamoCursors
from convener.aws.items import WRITER, from_item, is_own, new_writer, put_if, readable, to_item
from convener.aws.translate import translated
from convener.campaigns import Campaign


class DynamoStages(DynamoCursors):
    """The Ledger table's campaign items, written on their version."""

    def campaign(self, campaign: str) -> Campaign | None:
        """One campaign, read consistently. Raises BadInput where it can't be understood."""
        found = self._get(campaign_key(campaign))
        return read_campaign(campaign, found) if found else None

    def open(self, campaign: Campaign) -> None:
        """Write a new campaign. Raises Conflict where there is one with its id."""
        with translated():
            put_if(self._client, self._table, campaign_item(campaign), "attribute_not_exists(campaign)")

    def turn(self, campaign: Campaign) -> None:
        """Write its stage and what goes with it, on condition that its version is the one before.

        Raises Conflict where it isn't, unless it was this very write that changed it.
        """
        writer = new_writer()
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(campaign_key(campaign.id)),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **_change({**turning(campaign), WRITER: writer}, campaign.version),
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                if not is_own(error, writer):
                    raise

    def paused_since(self) -> datetime | None:
        """Since when the whole series is paused; None where it isn't. Raises BadInput."""
        found = self._get(SERIES)
        with readable("The series' pause"):
            return datetime.fromisoformat(found["since"]) if found else None

    def pause(self, since: datetime) -> None:
        """Pause the whole series."""
        with translated():
            self._client.put_item(TableName=self._table, Item=to_item({**SERIES, "since": since.isoformat()}))

    def resume(self) -> None:
        """End the pause of the series; where there was none, nothing happens."""
        with translated():
            self._client.delete_item(TableName=self._table, Key=to_item(SERIES))

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=to_item(key), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None


def _change(values: Mapping[str, Any], version: int) -> dict[str, Any]:
    """The update that sets these, and removes what is None, where the version is the one before."""
    sets = [name for name, value in values.items() if value is not None]
    gone = [name for name in values if name not in sets]
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in sets)
    condition = "#version = :before"
    if version == 1:  # a campaign that was opened before there were turns has no version
        condition = f"attribute_exists(campaign) AND (attribute_not_exists(#version) OR {condition})"
    return {
        "UpdateExpression": update + (" REMOVE " + ", ".join(f"#{name}" for name in gone) if gone else ""),
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": to_item({":before": version - 1} | {f":{name}": values[name] for name in sets}),
    }


def read_campaign(campaign: str, item: Mapping[str, Any]) -> Campaign:
    """A campaign as it was written. Raises BadInput."""
    with readable(f"Campaign {campaign}"):
        return campaign_of(item)
