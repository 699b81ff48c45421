"""What the second look promises of people who moved, the fake one and DynamoDB's."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.address_changes import MAX_MOVES
from convener.delivery.ports import DeliverySnapshot
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.support.people import OPENED, subscriber

ID = "2024-04/invite"
HOUR = timedelta(hours=1)


def way(parts: Any, numbers: list[int], **last: Any) -> list[Subscriber]:
    """Rows of one who moved from number to number, written down."""
    rows = [subscriber(number, moved_at=OPENED if place else None) for place, number in enumerate(numbers)]
    gone: dict[str, Any] = {"status": SubscriberStatus.MOVED, "address": "", "status_since": OPENED}
    made = [replace(row, moved_to=after.id, **gone) for row, after in itertools.pairwise(rows)]
    made.append(replace(rows[-1], earlier=((OPENED, OPENED),), **last))
    for row in made:
        parts.subscribers.add(row)
    return made


def look(parts: Any, *rows: Subscriber) -> DeliverySnapshot:
    """At these rows."""
    seen: DeliverySnapshot = parts.lookup.snapshot(campaign=ID, ids=[row.id for row in rows])
    return seen


def test_whoever_moved_is_found_at_the_end_of_her_way(parts: Any) -> None:
    """Under each of her ids, together with those who stayed; the rows she left are told besides."""
    first, second, end = way(parts, [1, 2, 19])
    stays = subscriber(4)
    parts.subscribers.add(stays)
    rows = {first.id: end, second.id: end, end.id: end, stays.id: stays}
    seen = look(parts, first, second, end, stays)
    assert seen == DeliverySnapshot(campaign=None, subscribers=rows, moved={first.id: first, second.id: second})


def test_the_row_at_the_end_is_told_whatever_became_of_it(parts: Any) -> None:
    """She moved, and left."""
    first, end = way(parts, [1, 2], status=SubscriberStatus.LEFT)
    assert look(parts, first).subscribers == {first.id: end}


def test_nobody_is_followed_to_an_address_that_was_on_the_list_already(parts: Any) -> None:
    """That row gets what is its own."""
    first, second, _ = way(parts, [1, 2, 3])
    parts.subscribers.update(replace(second, confirmed_at=None, version=2), expected_version=1)
    assert look(parts, first).subscribers[first.id].id == second.id


def test_nobody_is_followed_to_an_address_that_another_has_taken_since(parts: Any) -> None:
    """She left there; whoever moved there later has a place of her own."""
    first, end = way(parts, [1, 2], version=2)
    parts.subscribers.update(replace(end, moved_at=OPENED + HOUR, earlier=(), version=3), expected_version=2)
    assert look(parts, first).subscribers == {first.id: first}


def test_a_way_that_leads_nowhere_is_gone(parts: Any) -> None:
    """Its next row is no more."""
    first = replace(subscriber(1), status=SubscriberStatus.MOVED, moved_to=subscriber(2).id)
    parts.subscribers.add(first)
    assert look(parts, first) == DeliverySnapshot(campaign=None, moved={first.id: first})


@pytest.mark.parametrize(("steps", "arrives"), [(MAX_MOVES, True), (MAX_MOVES + 1, False)])
def test_so_many_steps_and_no_more(parts: Any, steps: int, arrives: bool) -> None:
    """A longer way ends at a row that moved."""
    rows = way(parts, list(range(1, steps + 2)))
    assert (look(parts, rows[0]).subscribers[rows[0].id].status is SubscriberStatus.CONFIRMED) is arrives


def test_a_cycle_ends(parts: Any) -> None:
    """At a row that moved: nobody is mailed, nothing hangs."""
    first, second, _ = way(parts, [1, 2, 3])
    parts.subscribers.update(replace(second, moved_to=first.id, version=2), expected_version=1)
    assert look(parts, first).subscribers[first.id].status is SubscriberStatus.MOVED
