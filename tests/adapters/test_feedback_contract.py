"""Feedback on the fakes and on DynamoDB: the same outcome, and the same answer to what can't be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from convener.aws.items import to_item
from convener.aws.ledger import DynamoLedger
from convener.aws.subscribers import DynamoSubscribers
from convener.delivery.chunks import Chunk, Cursor, new_chunk
from convener.delivery.feedback import Feedback
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import BadInput
from convener.subscribers.models import SubscriberStatus
from local.stack import LocalStack
from tests.support.people import campaign, subscriber
from tests.support.ses_events import SET, bodies, ses_event, tags_for

ID, REF = "2024-04/invite", "a-00001"
PEOPLE = [subscriber(number) for number in (0x1A, 0x2A, 0x3A)]


class Interrupted:
    """A ledger in which delivery records an outcome between each of our first reads and its write."""

    def __init__(self, ledger: Any, *outcomes: tuple[int, RecipientState]) -> None:
        self.ledger, self.outcomes = ledger, list(outcomes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if self.outcomes:
            place, entry = self.outcomes.pop(0)
            now = self.ledger.chunk(ID, REF)
            self.ledger.save(now.with_entries({place: entry}), messages={place: f"m-{place}"})
        self.ledger.save(chunk, messages=messages)


def test_a_batch_settles_suppresses_and_loses_nothing_of_others(parts: Any) -> None:
    """While delivery records its own outcomes; a second time, nothing is written."""
    chunk = new_chunk(ID, "a", 1, [person.id for person in PEOPLE])
    parts.ledger.open(campaign())
    parts.ledger.move(ID, frm=Cursor(shard="a"), to=Cursor(shard="a", count=3, chunks=1), chunk=chunk)
    sending = {place: RecipientState(DeliveryState.SENDING, 1, 90, "0123456789") for place in range(3)}
    parts.ledger.save(chunk.with_entries(sending), messages={})
    for person in PEOPLE:
        parts.subscribers.add(person)
    ledger = Interrupted(
        parts.ledger,
        (1, RecipientState(DeliveryState.ACCEPTED, 1, 91)),
        (0, RecipientState(DeliveryState.UNKNOWN, 1, 95, "x")),
    )
    feedback = Feedback(ledger=ledger, subscribers=parts.subscribers, configuration_set=SET)
    told = [("delayed", 0), ("bounced", 2), ("sent", 1)]
    batch = bodies([ses_event(what, tags_for(PEOPLE[place].id, chunk=REF)) for what, place in told])
    for _ in range(2):
        heard = feedback.take(batch)
        assert not heard.parked | heard.again
        found = parts.ledger.chunk(ID, REF)
        expected = (
            RecipientState(DeliveryState.ACCEPTED, 1, 90, "delayed"),
            RecipientState(DeliveryState.ACCEPTED, 1, 91),
            RecipientState(DeliveryState.BOUNCED, 1, 95),
        )
        assert found.entries == expected
        assert (found.version, found.messages.keys(), found.messages[1]) == (4, {0, 1, 2}, "m-1")
    rows = parts.subscribers.get(ids=[person.id for person in PEOPLE])
    assert [rows[person.id].status for person in PEOPLE].count(SubscriberStatus.CONFIRMED) == 2
    assert (rows[PEOPLE[2].id].status, rows[PEOPLE[2].id].version) == (SubscriberStatus.BOUNCED, 2)
    assert not parts.ledger.any_unfinished(ID)


@pytest.fixture
def stores(stack: LocalStack) -> Any:
    """Ledger, subscribers, and a way to change an item's attributes by hand."""
    dynamodb = stack.session.client("dynamodb")

    def spoil(table: str, key: Mapping[str, str], **values: Any) -> None:
        item = dynamodb.get_item(TableName=stack.outputs[table], Key=to_item(key)).get("Item", {})
        dynamodb.put_item(TableName=stack.outputs[table], Item={**item, **to_item({**key, **values})})

    ledger = DynamoLedger(dynamodb, stack.outputs["LedgerTable"])
    return ledger, DynamoSubscribers(dynamodb, stack.outputs["SubscribersTable"]), spoil


@pytest.mark.parametrize("entries", ["A1.62. Z9.62.", "A1", "A1.62.", "A1.62. D1.62. D1.62.", 7, None])
def test_a_chunk_of_a_newer_version_is_refused_in_words(stores: Any, entries: Any) -> None:
    """Unknown states, other forms, fewer or more entries than recipients: nothing is guessed."""
    ledger, _, spoil = stores
    key = {"campaign": "2029-01/invite#b"}
    spoil("LedgerTable", {**key, "item": "chunk#00001"}, recipients="b1 b2", messages={})
    spoil("LedgerTable", {**key, "item": "state#00001"}, entries=entries, version=1)
    with pytest.raises(BadInput, match="Chunk b-00001 of 2029-01/invite can't be read"):
        ledger.chunk("2029-01/invite", "b-00001")


def test_a_campaign_or_subscriber_of_a_newer_version_is_refused_in_words(stores: Any) -> None:
    """An unknown kind, an unknown standing; the words hold no address."""
    ledger, people, spoil = stores
    spoil("LedgerTable", {"campaign": "campaigns", "item": "2029-01/riddle"}, kind="riddle", session="2029-01")
    spoil("SubscribersTable", {"shard": "b", "id": "b77"}, status="asleep", address="reader@example.org")
    with pytest.raises(BadInput, match="Campaign 2029-01/riddle can't be read"):
        ledger.campaign("2029-01/riddle")
    with pytest.raises(BadInput) as raised:
        people.get(ids=["b77"])
    assert (
        str(raised.value) == "A subscriber can't be read: it is damaged, or has a word that this version does not know."
    )
