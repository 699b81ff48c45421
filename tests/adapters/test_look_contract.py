"""What the second look promises, the fake one and DynamoDB's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convener.campaigns import Stage, WaitReason
from convener.delivery.ports import DeliverySnapshot
from convener.subscribers.models import SubscriberStatus
from tests.support.people import OPENED, campaign, subscriber

ID = "2024-04/invite"
PEOPLE = [subscriber(number) for number in range(1, 51)]


def test_it_sees_campaign_pause_and_everybody_at_once(parts: Any) -> None:
    """A whole chunk's readers, from whatever shards."""
    parts.ledger.open(campaign())
    for person in PEOPLE:
        parts.subscribers.add(person)
    ids = [person.id for person in PEOPLE]
    rows = {person.id: person for person in PEOPLE}
    assert parts.lookup.snapshot(campaign=ID, ids=ids) == DeliverySnapshot(campaign=campaign(), subscribers=rows)
    parts.ledger.pause(OPENED)
    assert parts.lookup.snapshot(campaign=ID, ids=ids) == DeliverySnapshot(
        campaign=campaign(), paused=True, subscribers=rows
    )


def test_it_sees_what_changed_just_now(parts: Any) -> None:
    """A campaign that was stopped, and a reader who left."""
    parts.ledger.open(campaign())
    parts.subscribers.add(PEOPLE[0])
    stopped = campaign().turned(Stage.STOPPED, why=WaitReason.OPERATOR)
    left = replace(PEOPLE[0], status=SubscriberStatus.LEFT, version=2)
    parts.ledger.turn(stopped)
    parts.subscribers.update(left, expected_version=1)
    assert parts.lookup.snapshot(campaign=ID, ids=[left.id]) == DeliverySnapshot(
        campaign=stopped, subscribers={left.id: left}
    )


def test_who_or_what_is_not_there_is_left_out(parts: Any) -> None:
    """No campaign, nobody, or some of several; who is asked for twice comes once."""
    assert parts.lookup.snapshot(campaign=ID, ids=[]) == DeliverySnapshot(campaign=None)
    parts.subscribers.add(PEOPLE[0])
    ids = [PEOPLE[1].id, PEOPLE[0].id, PEOPLE[0].id]
    assert parts.lookup.snapshot(campaign=ID, ids=ids) == DeliverySnapshot(
        campaign=None, subscribers={PEOPLE[0].id: PEOPLE[0]}
    )
