"""DynamoDB items as plain Python values, and conditional writes that recognise their own repetition."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from convener.errors import BadInput, Throttled
from convener.formats import check_format

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_to, _from = TypeSerializer(), TypeDeserializer()
WRITER = "writer"

MAX_ROUNDS = 8
"""How often keys that DynamoDB left out are requested again."""


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return Python values as a DynamoDB item."""
    return {name: _to.serialize(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a DynamoDB item as Python values. Numbers become int."""
    return {name: _plain(_from.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


@contextmanager
def readable(what: str, kind: str = "", item: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Raise BadInput where an item can't be read: a newer version wrote it, or it is damaged.

    Args:
        what: The name of the item in the message.
        kind: The kind of the item in `formats.NEWEST`. Empty: the number of the format is not checked.
        item: The item as Python values.
    """
    try:
        if kind:
            check_format(kind, item or {}, what)
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = "it is damaged, or has a word that this version does not know"
        raise BadInput(f"{what} can't be read: {reason}.") from error


def query(
    client: DynamoDBClient, table: str, key: str, values: Mapping[str, Any], **more: Any
) -> Iterator[dict[str, Any]]:
    """Yield every item of a key condition, read consistently unless an index is named."""
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": key,
        "ExpressionAttributeValues": to_item(values),
        "ConsistentRead": "IndexName" not in more,
        **more,
    }
    while request:
        page = client.query(**request)
        for item in page["Items"]:
            yield from_item(item)
        last = page.get("LastEvaluatedKey")
        request = {**request, "ExclusiveStartKey": last} if last else {}


def paired(
    some: Iterator[dict[str, Any]], others: Iterator[dict[str, Any]], *, key: Callable[[Mapping[str, Any]], str]
) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
    """Yield the items of two queries in order of their key, as pairs where both have the same key."""
    one, other = next(some, None), next(others, None)
    while one or other:
        first = min(key(item) for item in (one, other) if item)
        left, right = (item if item and key(item) == first else None for item in (one, other))
        yield left, right
        one, other = next(some, None) if left else one, next(others, None) if right else other


def batch_get(client: DynamoDBClient, table: str, keys: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the existing items of up to 100 keys, read consistently, in any order. Raises Throttled."""
    return (item for _, item in batch_get_all(client, {table: keys}))


def batch_get_all(
    client: DynamoDBClient, keys: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield pairs of table and item for up to 100 keys of several tables. Raises Throttled."""
    left: Any = {
        table: {"Keys": [to_item(key) for key in some], "ConsistentRead": True} for table, some in keys.items() if some
    }
    for _ in range(MAX_ROUNDS):
        answer = client.batch_get_item(RequestItems=left)
        for table, items in answer["Responses"].items():
            yield from ((table, from_item(item)) for item in items)
        left = answer.get("UnprocessedKeys")
        if not left:
            return
    raise Throttled("BatchGetItem kept leaving keys out")


def new_writer() -> str:
    """Return a new mark for one write. By this mark a write recognises that boto3 has repeated it."""
    return uuid.uuid4().hex


def is_own(error: ClientError, writer: str) -> bool:
    """Return whether a condition failed only because this very write had been done before."""
    old: Any = error.response.get("Item") or {}
    return bool(old) and from_item(old).get(WRITER) == writer


def put_if(client: DynamoDBClient, table: str, item: Mapping[str, Any], condition: str, **more: Any) -> None:
    """Put an item on a condition. A write that boto3 repeats counts as done. ClientError passes through."""
    writer = new_writer()
    try:
        client.put_item(
            TableName=table,
            Item=to_item({**item, WRITER: writer}),
            ConditionExpression=condition,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **more,
        )
    except ClientError as error:
        if not is_own(error, writer):
            raise
