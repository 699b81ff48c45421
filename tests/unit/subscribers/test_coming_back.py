"""Coming back by one button, and saying why: for a week, once, and only from a leaving of one's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from convener.subscribers.consent import Consent, What
from convener.subscribers.leaving import UNDO, Why, leave, say_why, undo
from convener.subscribers.models import Standing, Subscriber
from convener.subscribers.unit_of_work import Change, Saving
from tests.support.fake_register import FakeRegister
from tests.support.people import LONG_AGO, subscriber

NOW = datetime(2024, 4, 18, 12, tzinfo=UTC)
HER = subscriber(1).id


def gone(standing: Standing = Standing.CONFIRMED) -> FakeRegister:
    """A register whose reader has just left, from that standing."""
    rows = FakeRegister([subscriber(1, standing=standing)])
    leave(HER, register=rows, by="one-click", now=NOW)
    return rows


def back(rows: FakeRegister, after: timedelta) -> Subscriber | None:
    return undo(HER, register=rows, consents=rows.consents, now=NOW + after)


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        (timedelta(seconds=1), Standing.CONFIRMED),
        (UNDO - timedelta(seconds=1), Standing.CONFIRMED),
        (UNDO, Standing.LEFT),
    ],
)
def test_leaving_can_be_undone_for_a_week(after: timedelta, standing: Standing) -> None:
    """To the second; she has been on the list since when she was, and the record says that she came back."""
    rows = gone()
    row = back(rows, after)
    assert row is not None
    assert (row.standing, row.confirmed_at) == (standing, LONG_AGO)
    assert rows.rows[HER] == row
    came = [What.CAME_BACK] if standing is Standing.CONFIRMED else []
    assert [entry.what for entry in rows.consents.of(HER)] == [What.LEFT, *came]


def test_a_second_press_changes_nothing() -> None:
    """She is back, and stays as she is."""
    rows = gone()
    first, second = back(rows, timedelta(hours=1)), back(rows, timedelta(hours=2))
    assert first == second
    assert rows.commits == 2  # leaving, and coming back once


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.LEFT])
def test_nothing_but_a_leaving_is_undone(standing: Standing) -> None:
    """A bounce, a complaint, an erasure stay what they are."""
    row = subscriber(1, standing=standing, standing_since=NOW)
    rows = FakeRegister([row])
    assert back(rows, timedelta(hours=1)) == row
    assert rows.commits == 0


def test_whose_mail_came_back_before_leaving_is_not_revived() -> None:
    """Leaving and undoing is no way around a bounce; leaving again later, as one on the list, is undone as ever."""
    rows = gone(Standing.BOUNCED)
    row = back(rows, timedelta(hours=1))
    assert row is not None
    assert (row.standing, rows.commits) == (Standing.LEFT, 1)
    again = replace(row, standing=Standing.CONFIRMED, version=row.version + 1)
    rows.commit(Saving(changes=[Change(row=again, expected=row.version)]))
    leave(HER, register=rows, by="page", now=NOW + timedelta(days=1))
    row = undo(HER, register=rows, consents=rows.consents, now=NOW + timedelta(days=2))
    assert row is not None
    assert row.standing is Standing.CONFIRMED


def test_a_leaving_of_unknown_date_is_not_undone() -> None:
    """An imported row may not say since when."""
    rows = FakeRegister([subscriber(1, standing=Standing.LEFT)])
    back(rows, timedelta(0))
    assert rows.commits == 0


def why(rows: FakeRegister, word: Why, now: datetime) -> None:
    say_why(HER, word, register=rows, consents=rows.consents, now=now)


def said(rows: FakeRegister) -> list[str]:
    return [entry.note for entry in rows.consents.of(HER) if entry.what is What.SAID_WHY]


def test_a_reason_is_kept_once_for_each_leaving() -> None:
    """The first counts; leaving another time, she may give another. Her row stays what it is."""
    rows = gone()
    before = rows.rows[HER]
    why(rows, Why.TOO_MANY, NOW)
    why(rows, Why.OTHER, NOW + timedelta(minutes=1))
    assert said(rows) == ["too-many"]
    assert rows.rows[HER].standing_since == before.standing_since
    undo(HER, register=rows, consents=rows.consents, now=NOW + timedelta(hours=1))
    why(rows, Why.OTHER, NOW + timedelta(hours=1))
    assert said(rows) == ["too-many"]
    leave(HER, register=rows, by="page", now=NOW + timedelta(hours=2))
    why(rows, Why.NO_TIME, NOW + timedelta(hours=2) - timedelta(seconds=1))  # a clock that is a little behind
    why(rows, Why.OTHER, NOW + timedelta(hours=3))
    assert said(rows) == ["too-many", "no-time"]


def test_two_presses_at_once_keep_one_reason() -> None:
    """The row's version lets only one of them through; the other reads again and finds it said."""
    rows = gone()

    class Other(FakeRegister):
        """Another press wins just before this one is written."""

        def commit(self, saving: Saving) -> None:
            if not said(rows):
                why(rows, Why.NOT_FOR_ME, NOW)
            rows.commit(saving)

    late = Other()
    late.rows, late.consents = rows.rows, rows.consents
    why(late, Why.TOO_MANY, NOW)
    assert said(rows) == ["not-for-me"]


def test_an_entry_is_never_older_than_the_leaving_it_is_about() -> None:
    """Clocks differ by a little; the order of the record is the order of what happened."""
    rows = gone()
    why(rows, Why.OTHER, NOW - timedelta(seconds=5))
    entries: list[Consent] = list(rows.consents.of(HER))
    assert {entry.at for entry in entries} == {NOW}
