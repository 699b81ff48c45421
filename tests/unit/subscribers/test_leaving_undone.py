"""Who leaves by a mail that an import had brought, after the import was undone: no later list brings her back."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import pytest

from convener.errors import Conflict
from convener.intake.subscribers.lines import LineOutcome
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import subscriber_id
from convener.subscribers.leaving import leave
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.event_links import TOKENS
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, NOW, load, undo_import
from tests.support.visiting import ONE_CLICK, Visit

ANNA = subscriber_id("anna@example.org", key=KEY)
LATER = NOW + timedelta(hours=1)
Store = TypeVar("Store", bound=FakeUnitOfWork)


def gone(store: Store) -> Store:
    """She was brought in, mailed, and taken off again with her list."""
    load("anna@example.org\n", store)
    undo_import(store, now=NOW)
    assert store.rows == {}
    return store


def leaves(store: FakeUnitOfWork, by: str = "one-click") -> Subscriber | None:
    """By the link in the mail that she got meanwhile."""
    return leave(ANNA, unit_of_work=store, consents=store.consents, by=by, now=LATER)


def test_the_next_import_leaves_her_alone() -> None:
    """Nothing but a mark is kept, the record says that she left, and doing it twice changes nothing."""
    store = gone(FakeUnitOfWork())
    mark = leaves(store)
    assert mark == Subscriber(id=ANNA, address="", status=SubscriberStatus.ERASED, status_since=LATER, version=1)
    assert (leaves(store), store.rows) == (mark, {ANNA: mark})
    assert [(entry.what, entry.by) for entry in store.consents.of(ANNA)][-1] == (ConsentEvent.LEFT, "one-click")
    report = load("anna@example.org\n", store, batch="second")
    assert report.counts == {LineOutcome.ERASED: 1}
    assert store.rows == {ANNA: mark}


def test_somebody_of_whom_nothing_is_recorded_leaves_no_mark() -> None:
    """A row that never was is not made by leaving."""
    store = FakeUnitOfWork()
    assert leaves(store) is None
    assert (store.rows, store.consents.entries) == ({}, [])


def test_an_import_at_that_very_moment_is_left_too() -> None:
    """Whoever writes first, she is off the list in the end."""

    class Second(FakeUnitOfWork):
        """Another import is faster, once."""

        faster = False

        def commit(self, transaction: Transaction) -> None:
            if self.faster:
                self.faster = False
                load("anna@example.org\n", self, batch="second")
                raise Conflict("there is a row")
            super().commit(transaction)

    store = Second()
    gone(store).faster = True
    leaves(store)
    assert store.rows[ANNA].status is SubscriberStatus.LEFT


@pytest.mark.parametrize(("body", "by"), [(ONE_CLICK, "one-click"), (f"{ONE_CLICK}&by=page", "page")])
def test_her_page_leaves_that_mark(body: str, by: str) -> None:
    """How she left stays on record; she sees the same page as before."""
    store = gone(FakeUnitOfWork())
    visit = Visit(now=LATER)
    visit.change(unit_of_work=store, consents=store.consents)
    token = TOKENS.leave(ANNA)
    seen = visit.ask("leave", token)
    pressed = visit.leave(token, body)
    assert (pressed, store.consents.of(ANNA)[-1].by) == (seen, by)
