"""The lookup just before a claim: a campaign, the pause of the series, and recipients, in one BatchGetItem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from convener.aws.items import batch_get_all
from convener.aws.ledger_items import CAMPAIGNS, SERIES, campaign_key, campaign_of
from convener.aws.subscribers import row_of
from convener.aws.translate import translated
from convener.delivery.address_changes import snapshot_of
from convener.delivery.ports import DeliverySnapshot
from convener.subscribers.models import Subscriber, Unreadable, shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRecipientLookup:
    """Reads the Ledger table and the Subscribers table together."""

    def __init__(self, client: DynamoDBClient, ledger_table: str, subscribers_table: str) -> None:
        self._client, self._ledger, self._subscribers = client, ledger_table, subscribers_table

    def snapshot(self, *, campaign: str, ids: Sequence[str]) -> DeliverySnapshot:
        """Read the campaign and the subscribers with up to 98 ids consistently.

        Each change of address that a subscriber made takes one more request. A subscriber whose row cannot be read is
        named in the snapshot, so that the others need not wait.

        Raises:
            BadInput: The campaign cannot be read.
            Throttled: DynamoDB left keys out again and again.
        """
        keys = {self._ledger: [campaign_key(campaign), SERIES], self._subscribers: _keys(ids)}
        with translated():
            found = list(batch_get_all(self._client, keys))
        ledger_items = {item["campaign"]: item for table, item in found if table == self._ledger}
        known = campaign_of(campaign, ledger_items[CAMPAIGNS]) if CAMPAIGNS in ledger_items else None
        rows = {item["id"]: row_of(item) for table, item in found if table == self._subscribers}
        return snapshot_of(ids, rows, self._rows, campaign=known, paused=SERIES["campaign"] in ledger_items)

    def _rows(self, ids: Sequence[str]) -> Mapping[str, Subscriber | Unreadable]:
        with translated():
            found = list(batch_get_all(self._client, {self._subscribers: _keys(ids)}))
        return {item["id"]: row_of(item) for _, item in found}


def _keys(ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"shard": shard_of(identity), "id": identity} for identity in dict.fromkeys(ids)]
