"""DynamoDB's register under several hands at once. What the fakes can't show: each of theirs is alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.errors import Conflict
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.unit_of_work import RowChange, Transaction
from local.stack import LocalStack
from tests.support.people import OPENED
from tests.support.unit_of_work_stack import Desk

HANDS = 8


@pytest.fixture
def desk(stack: LocalStack) -> Desk:
    """One of them."""
    return Desk(stack)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What each of several hands gets, all working at the same time."""
    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(work, range(HANDS)))


def test_of_many_who_read_one_version_exactly_one_writes(desk: Desk) -> None:
    """The others are told, and their entries aren't written either."""
    desk.register.add(desk.row)

    def write(hand: int) -> bool:
        row = replace(desk.row, first_name=f"Hand {hand}", version=2)
        entry = ConsentEntry(
            subscriber=row.id, at=OPENED + timedelta(hours=hand), what=ConsentEvent.CHOSE, by=str(hand)
        )
        try:
            desk.register.commit(Transaction(changes=[RowChange(row=row, expected=1)], consents=[entry]))
        except Conflict:
            return False
        return True

    won = at_once(write)
    (entry,), row = desk.consents.of(desk.row.id), desk.now()
    assert [hand for hand in range(HANDS) if won[hand]] == [int(entry.by)]
    assert row is not None
    assert row.first_name == f"Hand {entry.by}"


def test_many_hands_share_the_limits(desk: Desk) -> None:
    """So many marks and no more, each visit counted, one user of a link."""
    network, reader = uuid.uuid4().hex, desk.row.id
    allowed = at_once(lambda hand: desk.requests.allow(reader, str(hand), most=3, now=OPENED))
    assert sum(allowed) == 3
    assert allowed == at_once(lambda hand: desk.requests.allow(reader, str(hand), most=3, now=OPENED))
    assert sorted(at_once(lambda _: desk.requests.visit(network, now=OPENED))) == list(range(1, HANDS + 1))
    assert sum(at_once(lambda _: desk.requests.use(desk.used))) == 1
