"""Shard cursors in the ledger: `campaign` = the campaign's id, `item` = `shard#a`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from convener.aws.chunk_items import chunk_items
from convener.aws.chunks import NAMES
from convener.aws.items import WRITER, from_item, new_writer, query, readable, to_item
from convener.aws.translate import translated
from convener.aws.unfinished import DynamoUnfinished
from convener.delivery.chunks import Chunk, Cursor


class DynamoCursors(DynamoUnfinished):
    """The Ledger table's cursors, which move together with the chunks they have passed."""

    def cursor(self, campaign: str, shard: str) -> Cursor:
        """Where a shard stands; at its beginning where nothing was written yet. Raises BadInput."""
        key = to_item({"campaign": campaign, "item": f"shard#{shard}"})
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return cursor_of(campaign, from_item(answer["Item"])) if "Item" in answer else Cursor(shard=shard)

    def cursors(self, campaign: str) -> Sequence[Cursor]:
        """Every cursor that was written. Raises BadInput where one can't be understood."""
        values = {":campaign": campaign, ":shard": "shard#"}
        with translated():
            items = query(
                self._client, self._table, "campaign = :campaign AND begins_with(#i, :shard)", values, **NAMES
            )
            return [cursor_of(campaign, item) for item in items]

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        """Chunk and cursor in one transaction. Raises Conflict where the cursor isn't `frm`."""
        writer = new_writer()
        writes: list[Any] = [{"Put": self._cursor_put(campaign, frm, to, writer)}]
        if chunk:
            writes += [{"Put": {"TableName": self._table, "Item": to_item(item)}} for item in chunk_items(chunk)]
        with translated():
            try:
                self._client.transact_write_items(TransactItems=writes)
            except (ClientError, BotoCoreError):
                # boto3 may have repeated a transaction whose answer was lost, or every answer may have been: then the
                # cursor bears our own mark, unless it moved on since.
                key = to_item({"campaign": campaign, "item": f"shard#{to.shard}"})
                now = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
                if now is None or from_item(now).get(WRITER) != writer:
                    raise

    def _cursor_put(self, campaign: str, frm: Cursor, to: Cursor, writer: str) -> dict[str, Any]:
        item = {
            "campaign": campaign,
            "item": f"shard#{to.shard}",
            "shard": to.shard,
            "last_id": to.last_id,
            "count": to.count,
            "chunks": to.chunks,
            "finished": to.finished,
            WRITER: writer,
        }
        put: dict[str, Any] = {"TableName": self._table, "Item": to_item(item)}
        if frm == Cursor(shard=frm.shard):
            return {**put, "ConditionExpression": "attribute_not_exists(campaign)"}
        return {
            **put,
            "ConditionExpression": "last_id = :last AND #c = :count AND chunks = :chunks AND finished = :finished",
            "ExpressionAttributeNames": {"#c": "count"},
            "ExpressionAttributeValues": to_item(
                {":last": frm.last_id, ":count": frm.count, ":chunks": frm.chunks, ":finished": frm.finished}
            ),
        }


def cursor_of(campaign: str, item: Mapping[str, Any]) -> Cursor:
    """A cursor as it was written. Raises BadInput."""
    with readable(f"A shard's cursor of {campaign}"):
        return Cursor(
            shard=item["shard"],
            last_id=item["last_id"],
            count=int(item["count"]),
            chunks=int(item["chunks"]),
            finished=item["finished"],
        )
