"""Choosing: what is written, what goes on record, and what happens when somebody else writes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.consent_coverage import Coverage
from convener.errors import Conflict, Unavailable
from convener.subscribers.choosing import Wanted, choose
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mailing_choices import boxes
from convener.subscribers.models import Calendar, SubscriberStatus
from convener.subscribers.row_updates import MAX_ATTEMPTS
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.people import subscriber

NOW = datetime(2024, 4, 18, 12, tzinfo=UTC)
ROW = subscriber(1)
RECAPS = boxes()["recap"]
COVERAGE = Coverage({"2": frozenset({"invite"})})


def test_what_she_chose_is_written_and_only_kinds_go_on_record() -> None:
    """A zone or a pause is no consent."""
    rows = FakeUnitOfWork([ROW])
    choose(
        ROW.id,
        Wanted(zone="Europe/London", paused_until=NOW + timedelta(days=9)),
        unit_of_work=rows,
        coverage=COVERAGE,
        now=NOW,
    )
    assert (rows.commits, rows.consents.entries) == (1, [])
    row = choose(ROW.id, Wanted(kinds=RECAPS), unit_of_work=rows, coverage=COVERAGE, now=NOW)
    assert row == replace(ROW, zone="Europe/London", paused_until=NOW + timedelta(days=9), kinds=RECAPS, version=3)
    (entry,) = rows.consents.entries
    assert (entry.what, entry.by, entry.kinds, entry.at) == (ConsentEvent.CHOSE, "page", RECAPS, NOW)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (ROW, Wanted(kinds=frozenset(), zone=ROW.zone, first_name=ROW.first_name, calendar=Calendar.FILE)),
        (ROW, Wanted(kinds=frozenset[str]().union(*boxes().values()), text_only=False, paused_until=None)),
        (replace(ROW, paused_until=NOW), Wanted(paused_until=None)),
        (replace(ROW, kinds=frozenset({"recap"})), Wanted(kinds=RECAPS)),
        (ROW, Wanted()),
    ],
)
def test_nothing_is_written_where_nothing_is_different(row: Any, wanted: Wanted) -> None:
    """All kinds are no choice, and a pause that is over is none."""
    rows = FakeUnitOfWork([row])
    assert choose(row.id, wanted, unit_of_work=rows, coverage=COVERAGE, now=NOW) == row
    assert rows.commits == 0


@pytest.mark.parametrize("standing", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
def test_only_who_is_on_the_list_chooses(standing: SubscriberStatus) -> None:
    """Choosing revives nobody."""
    row = replace(ROW, status=standing)
    rows = FakeUnitOfWork([row])
    assert choose(row.id, Wanted(kinds=RECAPS), unit_of_work=rows, coverage=COVERAGE, now=NOW) == row
    assert rows.commits == 0


class Busy(FakeUnitOfWork):
    """Another tab writes first, so many times: the zone, then the name, and in the end perhaps she has left."""

    times, then = 0, SubscriberStatus.CONFIRMED

    def commit(self, transaction: Transaction) -> None:
        """Be late."""
        if self.times:
            self.times -= 1
            known = self.rows[transaction.changes[0].row.id]
            self.rows[known.id] = replace(
                known, status=self.then, zone="Europe/Paris", first_name="Ana", version=known.version + 1
            )
            raise Conflict(known.id)
        super().commit(transaction)


def test_only_what_she_changed_is_put_into_a_row_that_changed_meanwhile() -> None:
    """Her form had zone and name as well, unchanged: the other's stay."""
    rows = Busy([ROW])
    rows.times = MAX_ATTEMPTS - 1
    wanted = Wanted(kinds=RECAPS, zone=ROW.zone, first_name=ROW.first_name, text_only=True)
    row = choose(ROW.id, wanted, unit_of_work=rows, coverage=COVERAGE, now=NOW)
    assert row is not None
    assert (row.zone, row.first_name, row.kinds, row.text_only) == ("Europe/Paris", "Ana", RECAPS, True)


def test_who_has_left_meanwhile_stays_so() -> None:
    """And who never finds a quiet moment is asked to try again."""
    rows = Busy([ROW])
    rows.times, rows.then = 1, SubscriberStatus.LEFT
    row = choose(ROW.id, Wanted(text_only=True), unit_of_work=rows, coverage=COVERAGE, now=NOW)
    assert row is not None
    assert (row.status, row.text_only) == (SubscriberStatus.LEFT, False)
    rows = Busy([ROW])
    rows.times = MAX_ATTEMPTS
    with pytest.raises(Unavailable):
        choose(ROW.id, Wanted(text_only=True), unit_of_work=rows, coverage=COVERAGE, now=NOW)
