"""The register in DynamoDB: rows, consent record and requests change in one TransactWriteItems, or not at all."""

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
from convener.subscribers.unit_of_work import RowChange, Transaction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoUnitOfWork(DynamoSubscribers):
    """The Subscribers table, and what is written with its rows into Consents and Requests."""

    def __init__(self, client: DynamoDBClient, *, subscribers: str, consents: str, requests: str) -> None:
        super().__init__(client, subscribers)
        self._consents, self._requests = consents, requests

    def commit(self, saving: Transaction) -> None:
        """Write all of it in one transaction; its own repetition counts as done.

        Raises Conflict, Unavailable (nothing was written) or LostAnswer (nobody knows).
        """
        writer = new_writer()
        writes: Any = list(self._writes(saving, writer))
        with translated():
            try:
                self._client.transact_write_items(TransactItems=writes)
            except (ClientError, BotoCoreError):
                # boto3 may have repeated a transaction whose answer was lost, or every answer may have been.
                if not self._is_written(saving, writer):
                    raise

    def _writes(self, saving: Transaction, writer: str) -> Iterator[dict[str, Any]]:
        own = {WRITER: writer}
        for change in saving.changes:
            yield {"Put": self._row_put(change, own)}
        for entry in saving.consents:
            yield {"Put": _new(self._consents, {**consent_item(entry), **own}, "subscriber")}
        if saving.done and saving.at:
            yield {
                "Update": {
                    "TableName": self._requests,
                    "Key": to_item(request_key(saving.done)),
                    "UpdateExpression": "SET done_at = :at, writer = :writer",
                    "ConditionExpression": "attribute_exists(part) AND attribute_not_exists(done_at)",
                    "ExpressionAttributeValues": to_item({":at": saving.at.isoformat(), ":writer": writer}),
                }
            }
        if saving.used:
            yield {"Put": _new(self._requests, {**used_item(saving.used), **own}, "part")}

    def _row_put(self, change: RowChange, own: dict[str, str]) -> dict[str, Any]:
        item = {**subscriber_item(change.row), **own}
        if change.expected is None:
            return _new(self._table, item, "id")
        return {
            "TableName": self._table,
            "Item": to_item(item),
            "ConditionExpression": "version = :expected",
            "ExpressionAttributeValues": to_item({":expected": change.expected}),
        }

    def _is_written(self, saving: Transaction, writer: str) -> bool:
        """Whether this very transaction was done: then what it wrote bears its mark. Raises LostAnswer.

        A row may have been written anew since; what stands before it here is written once and never touched again.
        """
        table, key = next(self._proofs(saving))
        try:
            answer = self._client.get_item(TableName=table, Key=to_item(key), ConsistentRead=True)
        except (ClientError, BotoCoreError):
            raise LostAnswer("what was written can't be looked up") from None
        return "Item" in answer and from_item(answer["Item"]).get(WRITER) == writer

    def _proofs(self, saving: Transaction) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from ((self._consents, consent_key(entry)) for entry in saving.consents)
        if saving.used:
            used = used_item(saving.used)
            yield self._requests, {"part": used["part"], "item": used["item"]}
        if saving.done:
            yield self._requests, request_key(saving.done)
        yield from ((self._table, {"shard": change.row.shard, "id": change.row.id}) for change in saving.changes)


def _new(table: str, item: dict[str, Any], name: str) -> dict[str, Any]:
    """A Put where there is nothing of that key yet."""
    return {"TableName": table, "Item": to_item(item), "ConditionExpression": f"attribute_not_exists({name})"}
