"""The local stack's transactions: all or nothing, as DynamoDB's, and no dearer than what they touch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models.dynamo_type import Item

from local.stack import LocalStack

HASH_ONLY, BOTH = "convener-test-one", "convener-test-two"


@pytest.fixture
def client(stack: LocalStack) -> Iterator[Any]:
    dynamodb: Any = stack.session.client("dynamodb")
    for name, keys in ((HASH_ONLY, ["a"]), (BOTH, ["a", "b"])):
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )
    yield dynamodb
    for name in (HASH_ONLY, BOTH):
        dynamodb.delete_table(TableName=name)


def held(client: Any) -> list[Any]:
    return [sorted(map(str, client.scan(TableName=name)["Items"])) for name in (HASH_ONLY, BOTH)]


def put(table: str, number: int, **more: Any) -> dict[str, Any]:
    keys = {"a": {"S": str(number)}, "b": {"S": "x"}, "n": {"N": str(number)}}
    return {"Put": {"TableName": table, "Item": keys, **more}}


def refused(table: str) -> dict[str, Any]:
    return put(table, 1, ConditionExpression="attribute_not_exists(a)")


@pytest.mark.parametrize("table", [HASH_ONLY, BOTH])
def test_of_a_refused_transaction_nothing_stays(client: Any, table: str) -> None:
    """What it put, changed and deleted before the refused item is as it was, in tables of both sorts."""
    client.transact_write_items(TransactItems=[put(table, 1), put(table, 2), put(table, 3)])
    before = held(client)
    key = {"a": {"S": "2"}} if table == HASH_ONLY else {"a": {"S": "2"}, "b": {"S": "x"}}
    change = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "SET n = :n",
        "ExpressionAttributeValues": {":n": {"N": "9"}},
    }
    gone = {"TableName": table, "Key": {**key, "a": {"S": "3"}}}
    items = [put(table, 7), {"Update": change}, {"Delete": gone}, refused(table)]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        client.transact_write_items(TransactItems=items)
    assert held(client) == before


def test_it_is_refused_again_and_works_after(client: Any) -> None:
    """A refused one leaves nothing that the next would stumble over."""
    client.transact_write_items(TransactItems=[put(BOTH, 1)])
    for _ in range(2):
        with pytest.raises(ClientError, match="TransactionCanceled"):
            client.transact_write_items(TransactItems=[put(BOTH, 2), refused(BOTH)])
    client.transact_write_items(TransactItems=[put(BOTH, 2)])
    assert len(held(client)[1]) == 2


def test_it_copies_what_it_touches_and_no_table(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a long list of people never comes in."""
    for start in range(0, 100, 25):
        client.transact_write_items(TransactItems=[put(BOTH, start + number) for number in range(25)])
    copies, own = [0], Item.__deepcopy__

    def counted(item: Item, memo: dict[int, Any]) -> Item:
        copies[0] += 1
        return own(item, memo)

    monkeypatch.setattr(Item, "__deepcopy__", counted)
    client.transact_write_items(TransactItems=[put(BOTH, number) for number in range(10)])
    assert 0 < copies[0] <= 20
