"""The second look: a campaign, whether the series is paused, and some recipients, in one BatchGetItem."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convener.aws.campaigns import CAMPAIGNS, SERIES, campaign_key, campaign_of
from convener.aws.items import batch_get_all, readable
from convener.aws.subscribers import row_of
from convener.aws.translate import translated
from convener.delivery.ports import Seen
from convener.subscribers.models import Subscriber, Unreadable, shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoLook:
    """Ledger and Subscribers table together."""

    def __init__(self, client: DynamoDBClient, ledger_table: str, subscribers_table: str) -> None:
        self._client, self._ledger, self._subscribers = client, ledger_table, subscribers_table

    def look(self, *, campaign: str, ids: Sequence[str]) -> Seen:
        """Those of up to 98 ids that exist, and the campaign, read consistently.

        A subscriber who can't be understood is named and keeps nobody else waiting. Raises BadInput where the campaign
        can't be, and Throttled where DynamoDB kept leaving keys out.
        """
        people = [{"shard": shard_of(one), "id": one} for one in dict.fromkeys(ids)]
        keys = {self._ledger: [campaign_key(campaign), SERIES], self._subscribers: people}
        with translated():
            found = list(batch_get_all(self._client, keys))
        ours = {item["campaign"]: item for table, item in found if table == self._ledger}
        with readable(f"Campaign {campaign}"):
            known = campaign_of(ours[CAMPAIGNS]) if CAMPAIGNS in ours else None
        rows = [row_of(item) for table, item in found if table == self._subscribers]
        return Seen(
            campaign=known,
            paused=SERIES["campaign"] in ours,
            subscribers={row.id: row for row in rows if isinstance(row, Subscriber)},
            unreadable=frozenset(row.id for row in rows if isinstance(row, Unreadable)),
        )
