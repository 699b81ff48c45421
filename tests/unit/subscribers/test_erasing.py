"""Erasing: what is left, whose rows and entries go along, and how it goes on after breaking off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.errors import Conflict, Unavailable
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.erasing import LinkUse, earlier, erase, unfinished
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import UsedLink
from tests.support.fake_unit_of_work import FakeConsentRecord, FakeUnitOfWork
from tests.support.people import LONG_AGO, subscriber

NOW = datetime(2024, 4, 18, 12, tzinfo=UTC)
USED = UsedLink(nonce="1" * 16, action="erase", until=NOW + timedelta(minutes=30))


def chain(length: int, **last: Any) -> FakeUnitOfWork:
    """A reader of so many addresses, the last is number `length`; each has an entry in the record."""
    rows = [
        subscriber(n, status=SubscriberStatus.MOVED, moved_to=subscriber(n + 1).id, address="", first_name="")
        for n in range(1, length)
    ]
    end = subscriber(length, moved_from=tuple(row.id for row in rows), moved_at=NOW if rows else None)
    end = replace(end, **last)
    register = FakeUnitOfWork([*rows, end, subscriber(99)])
    for row in (*rows, end, subscriber(99)):
        register.consents.add([ConsentEntry(subscriber=row.id, at=LONG_AGO, what=ConsentEvent.JOINED, by="page")])
    return register


def press(register: FakeUnitOfWork, number: int, consents: FakeConsentRecord | None = None) -> Subscriber | None:
    record = consents or register.consents
    link = LinkUse(requests=register.requests, used=USED)
    return erase(subscriber(number).id, unit_of_work=register, consents=record, link=link, now=NOW)


def bare(row: Subscriber) -> Subscriber:
    return Subscriber(id=row.id, address="", status=SubscriberStatus.ERASED, status_since=NOW, version=row.version)


@pytest.mark.parametrize("length", [1, 2, 11, 25])
def test_all_of_the_chain_goes_and_nobody_else(length: int) -> None:
    """Of each row its id, "erased" and the date stay, and one entry that says no more; others' stay whole."""
    register = chain(length)
    row = press(register, length)
    assert row is not None
    for n in range(1, length + 1):
        its = register.rows[subscriber(n).id]
        assert its == bare(its)
        (entry,) = register.consents.of(its.id)
        assert (entry.what, entry.note, entry.at) == (ConsentEvent.ERASED, "", NOW)
    assert register.rows[subscriber(99).id] == subscriber(99)
    assert [entry.what for entry in register.consents.of(subscriber(99).id)] == [ConsentEvent.JOINED]


def test_an_earlier_address_that_somebody_joined_with_anew_is_not_hers() -> None:
    """Nor one that has moved elsewhere since: their rows and entries stay."""
    register = chain(4)
    anew, elsewhere = (
        subscriber(1),
        subscriber(2, status=SubscriberStatus.MOVED, moved_to=subscriber(99).id, address=""),
    )
    register.rows |= {anew.id: anew, elsewhere.id: elsewhere}
    assert [row.id for row in earlier(register.rows[subscriber(4).id], rows=register)] == [subscriber(3).id]
    press(register, 4)
    assert (register.rows[anew.id], register.rows[elsewhere.id]) == (anew, elsewhere)
    assert [register.consents.of(one.id)[0].what for one in (anew, elsewhere)] == [
        ConsentEvent.JOINED,
        ConsentEvent.JOINED,
    ]


@pytest.mark.parametrize("standing", [SubscriberStatus.LEFT, SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED])
def test_who_gets_no_mail_may_erase_too(standing: SubscriberStatus) -> None:
    """It is her right whatever happened before."""
    register = chain(1, status=standing)
    row = press(register, 1)
    assert row is not None
    assert row.status is SubscriberStatus.ERASED


def test_a_row_that_moved_on_is_left_to_a_newer_link() -> None:
    """This one was sent to another mailbox."""
    register = chain(2)
    row = press(register, 1)
    assert row is not None
    assert (row.status, register.commits) == (SubscriberStatus.MOVED, 0)
    assert press(FakeUnitOfWork(), 1) is None


class Breaking(FakeConsentRecord):
    """The record breaks off at the n-th call of `forget`."""

    left = 0
    error: Exception = Unavailable("down")

    def forget(self, entries: Any) -> None:
        """Break off, so many times."""
        if self.left:
            self.left -= 1
            raise self.error
        super().forget(entries)


def breaking(register: FakeUnitOfWork, error: Exception) -> Breaking:
    record = Breaking()
    record.add(register.consents.entries)
    record.left, record.error = 1, error
    register.consents = record
    return record


def test_what_broke_off_is_finished_by_pressing_again() -> None:
    """The rows are erased already, and name what is still to be done until it is."""
    register = chain(3)
    record = breaking(register, Unavailable("down"))
    with pytest.raises(Unavailable):
        press(register, 3)
    half = register.rows[subscriber(3).id]
    assert (half.status, half.address, unfinished(half, consents=record)) == (SubscriberStatus.ERASED, "", True)
    row = press(register, 3)
    assert row is not None
    assert row == bare(row)
    assert not unfinished(row, consents=record)
    assert {entry.what for entry in record.entries if entry.subscriber != subscriber(99).id} == {ConsentEvent.ERASED}


def test_two_presses_at_once_end_as_one() -> None:
    """The record refuses the slower one, which then finds nothing left to do."""
    register = chain(2)
    breaking(register, Conflict("another forgets this"))
    row = press(register, 2)
    assert row is not None
    assert row == bare(row)


def test_a_used_link_does_not_erase_who_joined_again() -> None:
    """What she agrees to after erasing is hers, and an old link doesn't take it away."""
    register = chain(1)
    press(register, 1)
    again = subscriber(1, version=9)
    register.rows[again.id] = again
    register.consents.add(
        [ConsentEntry(subscriber=again.id, at=NOW + timedelta(hours=1), what=ConsentEvent.JOINED, by="page")]
    )
    assert press(register, 1) == again
    assert [entry.what for entry in register.consents.of(again.id)] == [ConsentEvent.ERASED, ConsentEvent.JOINED]
