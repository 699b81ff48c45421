"""The unit of work in DynamoDB: one TransactWriteItems changes rows, consent record and requests, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from convener.aws.consents import consent_item, consent_key
from convener.aws.items import WRITER, from_item, new_writer, to_item
from convener.aws.requests import request_key, used_item
from convener.aws.subscribers import DynamoSubscribers, subscriber_item
from convener.aws.translate import translated
from convener.errors import LostAnswer
from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import RowChange, Transaction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoUnitOfWork(DynamoSubscribers):
    """The Subscribers table, whose rows change together with items of the Consents and Requests tables."""

    def __init__(self, client: DynamoDBClient, *, subscribers: str, consents: str, requests: str) -> None:
        super().__init__(client, subscribers)
        self._consents, self._requests = consents, requests

    def commit(self, transaction: Transaction) -> None:
        """Write the whole transaction or nothing. A repetition of the same request counts as done.

        Raises:
            Conflict: A condition of the transaction does not hold.
            Unavailable: Nothing was written.
            LostAnswer: Nobody knows whether the transaction was written.
        """
        writer = new_writer()
        writes: Any = list(self._writes(transaction, writer))
        with translated():
            try:
                self._client.transact_write_items(TransactItems=writes)
            except (ClientError, BotoCoreError):
                # The answer may have been lost, of this request or of a request that boto3 repeated.
                if not self._is_written(transaction, writer):
                    raise

    def _writes(self, transaction: Transaction, writer: str) -> Iterator[dict[str, Any]]:
        mark = {WRITER: writer}
        for change in transaction.changes:
            yield {"Put": self._row_put(change, mark)}
        for entry in transaction.consents:
            yield {"Put": _new(self._consents, {**consent_item(entry), **mark}, "subscriber")}
        if transaction.done and transaction.at:
            yield {
                "Update": {
                    "TableName": self._requests,
                    "Key": to_item(request_key(transaction.done)),
                    "UpdateExpression": "SET done_at = :at, writer = :writer",
                    "ConditionExpression": "attribute_exists(part) AND attribute_not_exists(done_at)",
                    "ExpressionAttributeValues": to_item({":at": transaction.at.isoformat(), ":writer": writer}),
                }
            }
        if transaction.used:
            yield {"Put": _new(self._requests, {**used_item(transaction.used), **mark}, "part")}
        for row in transaction.removals:
            yield {"Delete": self._row_delete(row)}

    def _row_put(self, change: RowChange, mark: dict[str, str]) -> dict[str, Any]:
        item = {**subscriber_item(change.row), **mark}
        if change.expected is None:
            return _new(self._table, item, "id")
        return {
            "TableName": self._table,
            "Item": to_item(item),
            "ConditionExpression": "version = :expected",
            "ExpressionAttributeValues": to_item({":expected": change.expected}),
        }

    def _row_delete(self, row: Subscriber) -> dict[str, Any]:
        values = {":version": row.version, ":standing": row.status.value, ":batch": row.batch}
        return {
            "TableName": self._table,
            "Key": to_item({"shard": row.shard, "id": row.id}),
            "ConditionExpression": "version = :version AND standing = :standing AND #batch = :batch",
            "ExpressionAttributeNames": {"#batch": "batch"},
            "ExpressionAttributeValues": to_item(values),
        }

    def _is_written(self, transaction: Transaction, writer: str) -> bool:
        """Return whether this transaction was written: its items then have its mark. Raises LostAnswer.

        A row may have been written again since. So an item that is written only once is looked up, if there is one.
        """
        table, key = next(self._marked_items(transaction))
        try:
            answer = self._client.get_item(TableName=table, Key=to_item(key), ConsistentRead=True)
        except (ClientError, BotoCoreError):
            raise LostAnswer("what was written can't be looked up") from None
        return "Item" in answer and from_item(answer["Item"]).get(WRITER) == writer

    def _marked_items(self, transaction: Transaction) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield table and key of the items that have the transaction's mark, those that are written only once first."""
        yield from ((self._consents, consent_key(entry)) for entry in transaction.consents)
        if transaction.used:
            used = used_item(transaction.used)
            yield self._requests, {"part": used["part"], "item": used["item"]}
        if transaction.done:
            yield self._requests, request_key(transaction.done)
        yield from ((self._table, {"shard": change.row.shard, "id": change.row.id}) for change in transaction.changes)


def _new(table: str, item: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a Put on condition that no item with this key is stored. `key` is the name of the partition key."""
    return {"TableName": table, "Item": to_item(item), "ConditionExpression": f"attribute_not_exists({key})"}
