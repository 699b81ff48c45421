"""Coming back by one button, and saying why: for a week, once, and only from a leaving of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.leaving import UNDO, UnsubscribeReason, leave, say_why, undo
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.people import LONG_AGO, subscriber

NOW = datetime(2024, 4, 18, 12, tzinfo=UTC)
HER = subscriber(1).id


def gone(standing: SubscriberStatus = SubscriberStatus.CONFIRMED) -> FakeUnitOfWork:
    """A register whose reader has just left, from that standing."""
    rows = FakeUnitOfWork([subscriber(1, status=standing)])
    leave(HER, unit_of_work=rows, by="one-click", now=NOW)
    return rows


def back(rows: FakeUnitOfWork, after: timedelta) -> Subscriber | None:
    return undo(HER, unit_of_work=rows, consents=rows.consents, now=NOW + after)


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        (timedelta(seconds=1), SubscriberStatus.CONFIRMED),
        (UNDO - timedelta(seconds=1), SubscriberStatus.CONFIRMED),
        (UNDO, SubscriberStatus.LEFT),
    ],
)
def test_leaving_can_be_undone_for_a_week(after: timedelta, standing: SubscriberStatus) -> None:
    """To the second; she has been on the list since when she was, and the record says that she came back."""
    rows = gone()
    row = back(rows, after)
    assert row is not None
    assert (row.status, row.confirmed_at) == (standing, LONG_AGO)
    assert rows.rows[HER] == row
    came = [ConsentEvent.CAME_BACK] if standing is SubscriberStatus.CONFIRMED else []
    assert [entry.what for entry in rows.consents.of(HER)] == [ConsentEvent.LEFT, *came]


def test_a_second_press_changes_nothing() -> None:
    """She is back, and stays as she is."""
    rows = gone()
    first, second = back(rows, timedelta(hours=1)), back(rows, timedelta(hours=2))
    assert first == second
    assert rows.commits == 2  # leaving, and coming back once


@pytest.mark.parametrize(
    "standing", [standing for standing in SubscriberStatus if standing is not SubscriberStatus.LEFT]
)
def test_nothing_but_a_leaving_is_undone(standing: SubscriberStatus) -> None:
    """A bounce, a complaint, an erasure stay what they are."""
    row = subscriber(1, status=standing, status_since=NOW)
    rows = FakeUnitOfWork([row])
    assert back(rows, timedelta(hours=1)) == row
    assert rows.commits == 0


def test_whose_mail_came_back_before_leaving_is_not_revived() -> None:
    """Leaving and undoing is no way around a bounce; leaving again later, as one on the list, is undone as ever."""
    rows = gone(SubscriberStatus.BOUNCED)
    row = back(rows, timedelta(hours=1))
    assert row is not None
    assert (row.status, rows.commits) == (SubscriberStatus.LEFT, 1)
    again = replace(row, status=SubscriberStatus.CONFIRMED, version=row.version + 1)
    rows.commit(Transaction(changes=[RowChange(row=again, expected=row.version)]))
    leave(HER, unit_of_work=rows, by="page", now=NOW + timedelta(days=1))
    row = undo(HER, unit_of_work=rows, consents=rows.consents, now=NOW + timedelta(days=2))
    assert row is not None
    assert row.status is SubscriberStatus.CONFIRMED


def test_a_leaving_of_unknown_date_is_not_undone() -> None:
    """An imported row may not say since when."""
    rows = FakeUnitOfWork([subscriber(1, status=SubscriberStatus.LEFT)])
    back(rows, timedelta(0))
    assert rows.commits == 0


def why(rows: FakeUnitOfWork, word: UnsubscribeReason, now: datetime) -> None:
    say_why(HER, word, unit_of_work=rows, consents=rows.consents, now=now)


def said(rows: FakeUnitOfWork) -> list[str]:
    return [entry.note for entry in rows.consents.of(HER) if entry.what is ConsentEvent.SAID_WHY]


def test_a_reason_is_kept_once_for_each_leaving() -> None:
    """The first counts; leaving another time, she may give another. Her row stays what it is."""
    rows = gone()
    before = rows.rows[HER]
    why(rows, UnsubscribeReason.TOO_MANY, NOW)
    why(rows, UnsubscribeReason.OTHER, NOW + timedelta(minutes=1))
    assert said(rows) == ["too-many"]
    assert rows.rows[HER].status_since == before.status_since
    undo(HER, unit_of_work=rows, consents=rows.consents, now=NOW + timedelta(hours=1))
    why(rows, UnsubscribeReason.OTHER, NOW + timedelta(hours=1))
    assert said(rows) == ["too-many"]
    leave(HER, unit_of_work=rows, by="page", now=NOW + timedelta(hours=2))
    why(
        rows, UnsubscribeReason.NO_TIME, NOW + timedelta(hours=2) - timedelta(seconds=1)
    )  # a clock that is a little behind
    why(rows, UnsubscribeReason.OTHER, NOW + timedelta(hours=3))
    assert said(rows) == ["too-many", "no-time"]


def test_two_presses_at_once_keep_one_reason() -> None:
    """The row's version lets only one of them through; the other reads again and finds it said."""
    rows = gone()

    class Other(FakeUnitOfWork):
        """Another press wins just before this one is written."""

        def commit(self, transaction: Transaction) -> None:
            if not said(rows):
                why(rows, UnsubscribeReason.NOT_FOR_ME, NOW)
            rows.commit(transaction)

    late = Other()
    late.rows, late.consents = rows.rows, rows.consents
    why(late, UnsubscribeReason.TOO_MANY, NOW)
    assert said(rows) == ["not-for-me"]


def test_an_entry_is_never_older_than_the_leaving_it_is_about() -> None:
    """Clocks differ by a little; the order of the record is the order of what happened."""
    rows = gone()
    why(rows, UnsubscribeReason.OTHER, NOW - timedelta(seconds=5))
    entries: list[ConsentEntry] = list(rows.consents.of(HER))
    assert {entry.at for entry in entries} == {NOW}
