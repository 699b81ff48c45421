"""What a change of address writes: onto every standing, in chains, there and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.confirming import confirm
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from convener.subscribers.moving import plan_move
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeRequestStore, FakeUnitOfWork
from tests.support.joining import ASKED, NEW_SUBSCRIBER, move_request
from tests.support.people import LONG_AGO, OPENED, subscriber

OLD = subscriber(
    1, kinds=frozenset({"recap"}), calendar=Calendar.LINK, text_only=True, batch="b", moved_from=("e" * 32,), version=4
)
REQUEST = move_request()


def moved(
    there: Subscriber | None, old: Subscriber = OLD, request: ConfirmationRequest = REQUEST
) -> tuple[Subscriber, Subscriber]:
    """The old row and the new one, as they are to be."""
    rows = {row.id: row for row in (old, there) if row}
    transaction = plan_move(request, rows, now=OPENED)
    assert isinstance(transaction, Transaction)
    left, new = transaction.changes
    assert (left.expected, new.expected) == (old.version, there.version if there else None)
    assert [(entry.subscriber, entry.what) for entry in transaction.consents] == [
        (old.id, ConsentEvent.MOVED),
        (request.subscriber, ConsentEvent.MOVED),
    ]
    assert not any("@" in entry.note for entry in transaction.consents)
    return left.row, new.row


@pytest.mark.parametrize("standing", [None, SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED])
def test_a_free_address_takes_everything_along(standing: SubscriberStatus | None) -> None:
    """Choices and the day of confirming; the old row keeps neither address nor name, and names the new one."""
    there = subscriber(2, status=standing, status_since=LONG_AGO, version=9, kinds=frozenset()) if standing else None
    left, new = moved(there)
    assert (left.status, left.moved_to, left.status_since) == (SubscriberStatus.MOVED, NEW_SUBSCRIBER.id, OPENED)
    assert (left.address, left.first_name, left.zone, left.confirmed_at) == ("", "", "", LONG_AGO)
    assert (new.id, new.address, new.status, new.version) == (
        NEW_SUBSCRIBER.id,
        NEW_SUBSCRIBER.address,
        SubscriberStatus.CONFIRMED,
        10 if standing else 1,
    )
    assert (new.first_name, new.zone, new.kinds, new.calendar, new.text_only) == (
        OLD.first_name,
        OLD.zone,
        OLD.kinds,
        OLD.calendar,
        True,
    )
    assert (new.confirmed_at, new.moved_at, new.moved_from) == (LONG_AGO, OPENED, ("e" * 32, OLD.id))
    assert (new.status_since, new.moved_to, new.batch) == (None, "", "")


def test_an_address_on_the_list_in_its_own_right_keeps_its_choices() -> None:
    """It only learns of the other; the old row forgets its day, so nothing of it follows."""
    there = subscriber(2, first_name="Bea", kinds=frozenset({"invite"}), version=3, moved_from=("d" * 32,))
    left, new = moved(there)
    assert (left.confirmed_at, left.moved_to) == (None, NEW_SUBSCRIBER.id)
    assert (new.first_name, new.kinds, new.confirmed_at, new.moved_at) == ("Bea", frozenset({"invite"}), LONG_AGO, None)
    assert (new.moved_from, new.version) == (("d" * 32, "e" * 32, OLD.id), 4)


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [
        (SubscriberStatus.BOUNCED, ConfirmationResult.BOUNCED),
        (SubscriberStatus.COMPLAINED, ConfirmationResult.COMPLAINED),
    ],
)
def test_an_address_that_bounced_or_complained_is_refused(standing: SubscriberStatus, verdict: str) -> None:
    """Nothing moves there."""
    there = subscriber(2, status=standing)
    assert plan_move(REQUEST, {OLD.id: OLD, there.id: there}, now=OPENED) == verdict


@pytest.mark.parametrize(
    "changes",
    [
        *({"status": standing} for standing in SubscriberStatus if standing != SubscriberStatus.CONFIRMED),
        {"confirmed_at": ASKED + timedelta(seconds=1)},
        {"moved_at": ASKED + timedelta(seconds=1)},
    ],
)
def test_only_who_was_there_when_it_was_asked_for_is_moved(changes: dict[str, Any]) -> None:
    """Whoever left, moved elsewhere, or came back since, is not carried off by an older mail; nor is an unknown row."""
    old = subscriber(1, **changes)
    assert plan_move(REQUEST, {old.id: old}, now=OPENED) == ConfirmationResult.OVERTAKEN
    assert plan_move(REQUEST, {}, now=OPENED) == ConfirmationResult.OVERTAKEN


def test_another_spelling_of_the_same_address_is_only_spelt_anew() -> None:
    """Its id is the same: one row, one change."""
    transaction = plan_move(move_request(subscriber=OLD.id, address="Reader1@example.org"), {OLD.id: OLD}, now=OPENED)
    assert isinstance(transaction, Transaction)
    (change,) = transaction.changes
    assert (change.row.address, change.row.status, transaction.consents) == (
        "Reader1@example.org",
        SubscriberStatus.CONFIRMED,
        (),
    )


def end_of(register: FakeUnitOfWork, identity: str) -> str:
    """Where the links of a row lead."""
    for _ in range(len(register.rows) + 1):
        row = register.rows[identity]
        if row.status != SubscriberStatus.MOVED:
            return identity
        identity = row.moved_to
    raise AssertionError("moved in a circle")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.sets(st.integers(2, 4)))
def test_however_often_she_moves_there_is_one_of_her(way: list[int], taken: set[int]) -> None:
    """Along any way, there and back, onto others of the list: all her links lead to where she is, which names them."""
    register = FakeUnitOfWork([OLD, *(subscriber(number) for number in taken)])
    here, been, now = OLD.id, {OLD.id}, OPENED
    for number in way:
        now += timedelta(days=1)
        here = _move(register, here, subscriber(number), now)
        been.add(here)
        row = register.rows[here]
        assert row.status == SubscriberStatus.CONFIRMED
        assert {*row.moved_from, here} >= been
        assert here not in row.moved_from
        assert len(set(row.moved_from)) == len(row.moved_from)
        assert {end_of(register, one) for one in been} == {here}
        listed = {one.id for one in register.rows.values() if one.status == SubscriberStatus.CONFIRMED}
        assert listed == {here} | {subscriber(number).id for number in taken} - been
        assert all(one.address == "" for one in register.rows.values() if one.status == SubscriberStatus.MOVED)


def _move(register: FakeUnitOfWork, here: str, there: Subscriber, now: datetime) -> str:
    request = move_request(subscriber=there.id, address=there.address, moving=here, asked_at=now)
    register.requests.keep(request)
    requests: FakeRequestStore = register.requests
    seen = confirm(request.id, unit_of_work=register, requests=requests, mail_requests=FakeMailRequestQueue, now=now)
    assert seen.plan == ConfirmationResult.DONE
    return there.id
