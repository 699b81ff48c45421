"""The second look: a campaign, whether the series is paused, and some recipients, in one BatchGetItem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from convener.aws.campaigns import CAMPAIGNS, SERIES, campaign_key, campaign_of
from convener.aws.items import batch_get_all, readable
from convener.aws.subscribers import row_of
from convener.aws.translate import translated
from convener.delivery.address_changes import snapshot_of
from convener.delivery.ports import DeliverySnapshot
from convener.subscribers.models import Subscriber, Unreadable, shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRecipientLookup:
    """Ledger and Subscribers table together."""

    def __init__(self, client: DynamoDBClient, ledger_table: str, subscribers_table: str) -> None:
        self._client, self._ledger, self._subscribers = client, ledger_table, subscribers_table

    def look(self, *, campaign: str, ids: Sequence[str]) -> DeliverySnapshot:
        """Those of up to 98 ids that exist, and the campaign, read consistently; a request more for each step moved.

        A subscriber who can't be understood is named and keeps nobody else waiting. Raises BadInput where the campaign
        can't be, and Throttled where DynamoDB kept leaving keys out.
        """
        keys = {self._ledger: [campaign_key(campaign), SERIES], self._subscribers: _keys(ids)}
        with translated():
            found = list(batch_get_all(self._client, keys))
        ours = {item["campaign"]: item for table, item in found if table == self._ledger}
        with readable(f"Campaign {campaign}"):
            known = campaign_of(ours[CAMPAIGNS]) if CAMPAIGNS in ours else None
        rows = {item["id"]: row_of(item) for table, item in found if table == self._subscribers}
        return snapshot_of(ids, rows, self._rows, campaign=known, paused=SERIES["campaign"] in ours)

    def _rows(self, ids: Sequence[str]) -> Mapping[str, Subscriber | Unreadable]:
        with translated():
            found = list(batch_get_all(self._client, {self._subscribers: _keys(ids)}))
        return {item["id"]: row_of(item) for _, item in found}


def _keys(ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"shard": shard_of(one), "id": one} for one in dict.fromkeys(ids)]
