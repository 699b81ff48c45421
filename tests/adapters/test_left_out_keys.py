"""BatchGetItem may leave keys out, of either table; they are asked for again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from convener.aws.items import MAX_ROUNDS
from convener.aws.ledger import DynamoLedger
from convener.aws.recipient_lookup import DynamoRecipientLookup
from convener.aws.subscribers import DynamoSubscribers
from convener.errors import Throttled
from local.stack import LocalStack
from tests.support.people import campaign, subscriber

PEOPLE = [subscriber(number) for number in range(1, 11)]
ID = "2024-04/invite"


class Stingy:
    """A client whose BatchGetItem answers up to so many keys a request, whatever their table."""

    def __init__(self, client: Any, most: int) -> None:
        self.client, self.most, self.asked = client, most, list[dict[str, int]]()

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - AWS's name
        keys = [(table, key) for table, wanted in RequestItems.items() for key in wanted["Keys"]]
        assert all(wanted["ConsistentRead"] for wanted in RequestItems.values())
        self.asked.append({table: len(wanted["Keys"]) for table, wanted in RequestItems.items()})
        now = _by_table(keys[: self.most])
        answer = self.client.batch_get_item(RequestItems=now) if now else {"Responses": {}}
        return {**answer, "UnprocessedKeys": _by_table(keys[self.most :])}


def _by_table(keys: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        table: {"Keys": [key for owner, key in keys if owner == table], "ConsistentRead": True} for table in dict(keys)
    }


def test_keys_that_were_left_out_are_asked_for_again(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """Until everybody is there, and only those that are missing."""
    empty_tables()
    client = stack.session.client("dynamodb")
    ledger, people = stack.outputs["LedgerTable"], stack.outputs["SubscribersTable"]
    DynamoLedger(client, ledger).open(campaign())
    for person in PEOPLE:
        DynamoSubscribers(client, people).add(person)
    stingy: Any = Stingy(client, 4)
    seen = DynamoRecipientLookup(stingy, ledger, people).snapshot(campaign=ID, ids=[person.id for person in PEOPLE])
    assert (seen.campaign, seen.subscribers) == (campaign(), {person.id: person for person in PEOPLE})
    assert stingy.asked == [{ledger: 2, people: 10}, {people: 8}, {people: 4}]


def test_who_is_left_out_again_and_again_is_not_taken_for_gone(stack: LocalStack) -> None:
    """After some rounds it is said that we were too fast: nobody is skipped for it."""
    stingy: Any = Stingy(stack.session.client("dynamodb"), 0)
    lookup = DynamoRecipientLookup(stingy, stack.outputs["LedgerTable"], stack.outputs["SubscribersTable"])
    with pytest.raises(Throttled, match="BatchGetItem"):
        lookup.snapshot(campaign=ID, ids=[PEOPLE[0].id])
    with pytest.raises(Throttled):
        DynamoLedger(stingy, stack.outputs["LedgerTable"]).work(ID, "a-00001")
    assert len(stingy.asked) == 2 * MAX_ROUNDS
