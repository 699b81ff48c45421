"""Items of joining that are damaged, or have a word of a newer version: told in words that repeat nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from convener.aws.items import to_item
from convener.errors import BadInput
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.unit_of_work import Transaction
from local.stack import LocalStack
from tests.support.people import OPENED
from tests.support.unit_of_work_stack import Desk

DAY = 86_400
DAMAGED = "it is damaged, or has a word that this version does not know"


@pytest.fixture
def desk(stack: LocalStack, empty_tables: Callable[[], None]) -> Desk:
    """One in empty tables."""
    empty_tables()
    return Desk(stack)


def spoil(stack: LocalStack, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Change some attributes of an item, or take them away."""
    client = stack.session.client("dynamodb")
    old = client.get_item(TableName=stack.outputs[table], Key=to_item(key))["Item"]
    gone = {name for name, value in values.items() if value is None}
    kept = {name: value for name, value in {**old, **to_item(values)}.items() if name not in gone}
    client.put_item(TableName=stack.outputs[table], Item=kept)


@pytest.mark.parametrize(
    "values", [{"wish": "marry"}, {"address": None}, {"asked_at": "lately"}, {"kinds": 3}, {"done_at": 0}]
)
def test_a_request_that_cant_be_understood_says_so(desk: Desk, stack: LocalStack, values: dict[str, Any]) -> None:
    """A page can tell of it; it is not taken for one that is gone."""
    desk.requests.keep(desk.request)
    spoil(stack, "RequestsTable", {"part": f"request/{desk.request.id}", "item": "request"}, values)
    with pytest.raises(BadInput, match=DAMAGED):
        desk.requests.find(desk.request.id)


@pytest.mark.parametrize("values", [{"what": "sang"}, {"wording": None}, {"kinds": 3}])
def test_an_entry_that_cant_be_understood_says_whose_it_is(
    desk: Desk, stack: LocalStack, values: dict[str, Any]
) -> None:
    """No record of consent is told with a part of it left out; the others' stay readable."""
    mine = ConsentEntry(subscriber=desk.row.id, at=OPENED, what=ConsentEvent.JOINED, by="page", mark="m")
    theirs = ConsentEntry(subscriber="0" * 32, at=OPENED, what=ConsentEvent.JOINED, by="page", mark="m")
    desk.register.commit(Transaction(consents=[mine, theirs]))
    key = {"subscriber": mine.subscriber, "at": f"{OPENED.isoformat(timespec='microseconds')}#m"}
    spoil(stack, "ConsentsTable", key, values)
    with pytest.raises(BadInput, match=f"{mine.subscriber}.*{DAMAGED}"):
        desk.consents.of(mine.subscriber)
    with pytest.raises(BadInput, match=DAMAGED):
        list(desk.consents.all())
    assert desk.consents.of(theirs.subscriber) == [theirs]


def test_an_entry_at_no_moment_is_told_too(desk: Desk, stack: LocalStack) -> None:
    """Somebody wrote it by hand."""
    item = {"subscriber": desk.row.id, "at": "yesterday", "what": "joined", "by": "page"}
    table = stack.outputs["ConsentsTable"]
    stack.session.client("dynamodb").put_item(TableName=table, Item=to_item(item))
    with pytest.raises(BadInput, match=DAMAGED):
        desk.consents.of(desk.row.id)


def test_every_item_of_requests_goes_by_itself(desk: Desk, stack: LocalStack) -> None:
    """In seconds since 1970, as DynamoDB wants it, and never before its time."""
    desk.requests.keep(desk.request)
    desk.requests.visit("n", now=OPENED)
    desk.requests.allow(desk.row.id, "m", most=3, now=OPENED)
    desk.requests.use(desk.used)
    client, table = stack.session.client("dynamodb"), stack.outputs["RequestsTable"]
    items = client.scan(TableName=table)["Items"]
    hours = {
        item["part"]["S"].partition("/")[0]: (int(item["expires"]["N"]) - OPENED.timestamp()) / 3600 for item in items
    }
    assert hours == {"request": 7 * 24, "network": 2, "address": 2 * 24, "used": 24}
    told = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert told.get("AttributeName") == "expires"
