"""Leaving: who leaves, who stays what she was, and what happens when somebody else writes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from convener.errors import Conflict, Unavailable
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.leaving import leave
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.row_updates import MAX_ATTEMPTS, MAX_MOVES, find
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.people import subscriber

NOW = datetime(2024, 4, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize("standing", [SubscriberStatus.CONFIRMED, SubscriberStatus.BOUNCED])
def test_who_gets_mail_or_might_leaves(standing: SubscriberStatus) -> None:
    """Her standing, since when, and the version change; nothing else does."""
    row = subscriber(1, status=standing)
    rows = FakeUnitOfWork([row, subscriber(2)])
    left = leave(row.id, unit_of_work=rows, by="page", now=NOW)
    assert left == replace(row, status=SubscriberStatus.LEFT, status_since=NOW, version=row.version + 1)
    assert rows.rows == {row.id: left, subscriber(2).id: subscriber(2)}
    (entry,) = rows.consents.entries
    assert (entry.subscriber, entry.at, entry.what, entry.by) == (row.id, NOW, ConsentEvent.LEFT, "page")


@pytest.mark.parametrize(
    "standing", [SubscriberStatus.LEFT, SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED, SubscriberStatus.MOVED]
)
def test_who_gets_none_stays_as_she_is(standing: SubscriberStatus) -> None:
    """A complaint or an erasure is never overwritten, and the day on which somebody left stays."""
    row = subscriber(1, status=standing, status_since=datetime(2023, 1, 1, tzinfo=UTC))
    rows = FakeUnitOfWork([row])
    assert leave(row.id, unit_of_work=rows, by="page", now=NOW) == row
    assert rows.writes == 0


def test_a_row_that_is_gone_stays_gone() -> None:
    """Nobody is made anew by leaving."""
    rows = FakeUnitOfWork()
    assert leave(subscriber(1).id, unit_of_work=rows, by="page", now=NOW) is None
    assert rows.rows == {}


def test_a_link_of_an_earlier_address_acts_on_the_row_at_the_end() -> None:
    """Up to ten changes of address are followed; one more, or an end that is gone, is a row that gets no mail."""
    moved = [
        subscriber(n, status=SubscriberStatus.MOVED, moved_to=subscriber(n + 1).id, address="") for n in range(1, 12)
    ]
    rows = FakeUnitOfWork([*moved, subscriber(12)])
    left = leave(moved[11 - MAX_MOVES].id, unit_of_work=rows, by="one-click", now=NOW)
    assert left is not None
    assert (left.id, left.status) == (subscriber(12).id, SubscriberStatus.LEFT)
    assert find(moved[0].id, rows=rows) == moved[-1]
    del rows.rows[subscriber(12).id]
    assert find(moved[1].id, rows=rows) == moved[-1]


class Busy(FakeUnitOfWork):
    """Somebody else writes first, so many times, and makes it this."""

    times, then = 0, SubscriberStatus.CONFIRMED

    def commit(self, transaction: Transaction) -> None:
        """Be late."""
        if self.times:
            self.times -= 1
            known = self.rows[transaction.changes[0].row.id]
            self.rows[known.id] = replace(known, status=self.then, version=known.version + 1)
            raise Conflict(known.id)
        super().commit(transaction)


def test_when_somebody_else_writes_first_it_is_decided_anew() -> None:
    """A bounce meanwhile doesn't keep her from leaving; a complaint meanwhile stays one."""
    for then, expected in (
        (SubscriberStatus.BOUNCED, SubscriberStatus.LEFT),
        (SubscriberStatus.COMPLAINED, SubscriberStatus.COMPLAINED),
    ):
        rows = Busy([subscriber(1)])
        rows.times, rows.then = MAX_ATTEMPTS - 1, then
        row = leave(subscriber(1).id, unit_of_work=rows, by="page", now=NOW)
        assert row is not None
        assert (row.status, rows.rows[row.id]) == (expected, row)


def test_when_others_never_stop_it_says_so() -> None:
    """After five times the reader is asked to try again, instead of being told what isn't so."""
    rows = Busy([subscriber(1)])
    rows.times = MAX_ATTEMPTS
    with pytest.raises(Unavailable):
        leave(subscriber(1).id, unit_of_work=rows, by="page", now=NOW)
