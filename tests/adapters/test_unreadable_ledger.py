"""Damaged items of the ledger, or with words of a newer version: told in words, and nothing else is held up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.aws.items import to_item
from convener.aws.ledger import DynamoLedger
from convener.aws.recipient_lookup import DynamoRecipientLookup
from convener.aws.subscribers import DynamoSubscribers
from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.ports import DeliverySnapshot
from convener.delivery.states import DeliveryState
from convener.delivery.sweep import Sweeper
from convener.errors import BadInput
from convener.scheduling.tick import TickReport
from convener.subscribers.models import SHARDS, Unreadable
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.support.fakes import FakeQueues
from tests.support.people import OPENED, campaign, subscriber
from tests.support.sweeping import LATER, SERIES

ID, GOOD = "2033-01/invite", "2033-02/invite"
DAMAGED = "it is damaged, or has a word that this version does not know"
REFS = ["a-00001", "a-00002", "a-00003"]


class World:
    """A ledger with two campaigns, the first one with three chunks, and a way to spoil an item."""

    def __init__(self, stack: LocalStack) -> None:
        self.dynamodb = stack.session.client("dynamodb")
        self.table, self.people_table = stack.outputs["LedgerTable"], stack.outputs["SubscribersTable"]
        self.ledger = DynamoLedger(self.dynamodb, self.table)
        self.people = DynamoSubscribers(self.dynamodb, self.people_table)
        self.lookup = DynamoRecipientLookup(self.dynamodb, self.table, self.people_table)
        for one in (ID, GOOD):
            self.ledger.open(campaign(id=one))
        for number, ref in enumerate(REFS):
            frm = Cursor(shard="a", last_id=REFS[number - 1] if number else "", count=number, chunks=number)
            to = Cursor(shard="a", last_id=ref, count=number + 1, chunks=number + 1)
            self.ledger.move(ID, frm=frm, to=to, chunk=new_chunk(ID, "a", number + 1, [f"a{number}"]))

    def spoil(self, partition: str, item: str, **values: Any) -> None:
        """Change some attributes of a ledger item."""
        key = to_item({"campaign": partition, "item": item})
        old = self.dynamodb.get_item(TableName=self.table, Key=key)["Item"]
        self.dynamodb.put_item(TableName=self.table, Item={**old, **to_item(values)})


@pytest.fixture
def world(stack: LocalStack, empty_tables: Callable[[], None]) -> Iterator[World]:
    """Emptied afterwards too: other tests read all campaigns."""
    empty_tables()
    yield World(stack)
    empty_tables()


@pytest.mark.parametrize(
    "values",
    [{"stage": "resting"}, {"kind": "riddle"}, {"why": "moon"}, {"until": "soon"}, {"version": None}, {"totals": 7}],
    ids=lambda values: next(iter(values)),
)
def test_one_campaign_of_a_newer_version_does_not_hold_up_the_others(world: World, values: Any) -> None:
    """It is left out and named; whoever asks for it is told in words, whatever they ask."""
    world.spoil("campaigns", ID, **values)
    assert list(world.ledger.all()) == [campaign(id=GOOD)]
    assert world.ledger.unreadable == {ID: f"Campaign {ID} can't be read: {DAMAGED}."}
    for ask in (
        lambda: world.ledger.campaign(ID),
        lambda: world.ledger.shard(ID, "a"),
        lambda: world.ledger.work(ID, REFS[0]),
        lambda: world.lookup.snapshot(campaign=ID, ids=[]),
    ):
        with pytest.raises(BadInput, match=f"Campaign {ID} can't be read: {DAMAGED}"):
            ask()
    world.dynamodb.delete_item(TableName=world.table, Key=to_item({"campaign": "campaigns", "item": ID}))
    assert (list(world.ledger.all()), world.ledger.unreadable) == ([campaign(id=GOOD)], {})


def test_a_chunk_of_a_newer_version_does_not_keep_others_from_being_swept(world: World) -> None:
    """It is left out and named; the campaign isn't done as long as nobody knows what it says."""
    world.spoil(f"{ID}#a", "state#00002", entries="Z1.0.")
    assert [chunk.ref for chunk in world.ledger.unfinished(ID)] == [REFS[0], REFS[2]]
    assert world.ledger.unreadable == {f"{ID} a-00002": f"Chunk a-00002 of {ID} can't be read: {DAMAGED}."}
    world.spoil(f"{ID}#a", "state#00002", unfinished="unknown")
    assert (list(world.ledger.unknown(ID)), len(world.ledger.unreadable)) == ([], 1)
    for ask in (
        lambda: world.ledger.work(ID, REFS[1]),
        lambda: list(world.ledger.of_shard(ID, "a")),
        lambda: list(world.ledger.entries(ID, "a")),
        lambda: world.ledger.reached(ID, "a"),
    ):
        with pytest.raises(BadInput, match=f"Chunk a-00002 of {ID} can't be read"):
            ask()
    assert world.ledger.work(ID, REFS[0]).chunk


def test_a_chunk_of_a_newer_version_does_not_keep_its_campaign_from_being_looked_after(world: World) -> None:
    """A tick brings the campaign back and queues its other chunks; a stop by itself counts what can be read."""
    world.spoil(f"{ID}#a", "state#00001", entries="C1.0.")
    world.spoil(f"{ID}#a", "state#00002", entries="Z1.0.")
    assert world.ledger.tally(ID) == {DeliveryState.COMPLAINED: 1, DeliveryState.PENDING: 1}
    waits = campaign(id=ID).turned(Stage.WAITING, why=WaitReason.QUOTA, until=OPENED)
    world.ledger.turn(waits)
    queues, report = FakeQueues(), TickReport()
    sweeper = Sweeper(
        ledger=world.ledger, queues=queues, clock=VirtualClock(LATER), series=SERIES, lease=timedelta(minutes=15)
    )
    sweeper.sweep([waits], report)
    assert (report.brought_back, report.blocked) == ([ID], {})
    assert [ref for _, ref, _ in queues.chunks] == [REFS[2]]
    assert list(world.ledger.unreadable) == [f"{ID} a-00002"]


@pytest.mark.parametrize(("listed", "entries"), [("unfinished", "A1.0."), ("unknown", "R1.0."), ("unknown", "A1.0.")])
def test_an_index_that_lags_finds_nothing_that_is_no_longer_so(world: World, listed: str, entries: str) -> None:
    """Only the chunks themselves decide: what was settled meanwhile is left out."""
    world.spoil(f"{ID}#a", "state#00002", unfinished=listed, entries=entries)
    assert [chunk.ref for chunk in world.ledger.unfinished(ID)] == [REFS[0], REFS[2]]
    assert list(world.ledger.unknown(ID)) == []


def test_a_campaign_whose_sums_cannot_be_known_is_not_done(world: World) -> None:
    """Neither for a chunk nor for a cursor that can't be read; the reason is told."""
    for shard in SHARDS:
        known = world.ledger.cursor(ID, shard)
        world.ledger.move(ID, frm=known, to=replace(known, finished=True), chunk=None)
    for number in (1, 2, 3):
        key = to_item({"campaign": f"{ID}#a", "item": f"state#0000{number}"})
        item = to_item({"entries": "A1.0." if number != 2 else "Z1.0.", "version": 1})
        world.dynamodb.put_item(TableName=world.table, Item={**key, **item})
    assert world.ledger.finished_totals(ID) is None
    assert world.ledger.unreadable == {ID: f"Chunk a-00002 of {ID} can't be read: {DAMAGED}."}
    world.spoil(f"{ID}#a", "state#00002", entries="A1.0.")
    assert world.ledger.finished_totals(ID)
    world.spoil(ID, "shard#a", count="many")
    assert world.ledger.finished_totals(ID) is None
    assert world.ledger.unreadable[ID] == f"A shard's cursor of {ID} can't be read: {DAMAGED}."
    for ask in (lambda: world.ledger.cursor(ID, "a"), lambda: world.ledger.shard(ID, "a")):
        with pytest.raises(BadInput, match="A shard's cursor of"):
            ask()


def test_half_a_chunk_is_told_and_something_else_in_the_index_too(world: World) -> None:
    """A chunk whose recipients are gone can't be delivered, and isn't taken for one that never was."""
    world.dynamodb.delete_item(TableName=world.table, Key=to_item({"campaign": f"{ID}#a", "item": "chunk#00003"}))
    single = {"campaign": f"{ID}#a", "item": "single#a77", "unfinished": "unfinished"}
    world.dynamodb.put_item(TableName=world.table, Item=to_item(single))
    assert [chunk.ref for chunk in world.ledger.unfinished(ID)] == REFS[:2]
    assert world.ledger.unreadable.keys() == {f"{ID} a-00003", f"{ID}#a single#a77"}
    with pytest.raises(BadInput, match="Chunk a-00003"):
        list(world.ledger.of_shard(ID, "a"))
    assert world.ledger.any_unfinished(ID)


@pytest.mark.parametrize("ref", ["", "a", "a-1-2"])
def test_a_message_that_names_no_chunk_is_refused_in_words(world: World, ref: str) -> None:
    """So that it is parked with a reason."""
    for ask in (lambda: world.ledger.work(ID, ref), lambda: world.ledger.chunk(ID, ref)):
        with pytest.raises(BadInput, match=f"Chunk {ref} of {ID}"):
            ask()


def test_a_subscriber_of_a_newer_version_is_named_and_keeps_nobody_waiting(world: World) -> None:
    """By the id alone: to leave the person out would be to miss them silently."""
    one = subscriber(1)
    world.people.add(one)
    key = {"shard": one.shard, "id": one.id}
    item = {**key, "standing": "asleep", "address": one.address}
    world.dynamodb.put_item(TableName=world.people_table, Item=to_item(item))
    other = subscriber(17)
    world.people.add(other)
    unreadable = Unreadable(id=one.id, reason=f"A subscriber can't be read: {DAMAGED}.")
    assert world.people.page(one.shard, after="", limit=10) == [unreadable, other]
    seen = world.lookup.snapshot(campaign=GOOD, ids=[one.id, other.id])
    assert seen == DeliverySnapshot(
        campaign=campaign(id=GOOD), subscribers={other.id: other}, unreadable=frozenset({one.id})
    )
    with pytest.raises(BadInput, match="A subscriber can't be read"):
        world.people.get(ids=[one.id])


def test_a_pause_of_a_newer_version_is_a_pause(world: World) -> None:
    """Nothing leaves, though nobody can tell since when."""
    item = {"campaign": "control", "item": "series", "from": "today"}
    world.dynamodb.put_item(TableName=world.table, Item=to_item(item))
    assert world.ledger.work(GOOD, REFS[0]).paused
    assert world.lookup.snapshot(campaign=GOOD, ids=[]).paused
    with pytest.raises(BadInput, match="The series' pause can't be read"):
        world.ledger.paused_since()
