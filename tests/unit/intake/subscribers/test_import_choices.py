"""The choices of people in an exported list."""

from __future__ import annotations

from datetime import UTC, datetime

from convener.intake.subscribers.lines import LineOutcome
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Calendar
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, load


def test_choices_of_an_exported_list_are_imported() -> None:
    """Kinds, calendar, text only and a pause that has not ended; a pause that has ended is left out."""
    store = FakeUnitOfWork()
    load(
        "email,kinds,calendar,text_only,paused_until\n"
        "anna@example.org,recap follow-up,link,yes,2024-06-01T00:00:00+00:00\n"
        "ben@example.org,,,,2024-01-01\n",
        store,
    )
    anna, ben = (
        store.rows[subscriber_id("anna@example.org", key=KEY)],
        store.rows[subscriber_id("ben@example.org", key=KEY)],
    )
    assert (anna.kinds, anna.calendar, anna.text_only) == (frozenset({"recap", "follow-up"}), Calendar.LINK, True)
    assert anna.paused_until == datetime(2024, 6, 1, tzinfo=UTC)
    assert (ben.kinds, ben.calendar, ben.text_only) == (frozenset(), Calendar.FILE, False)
    assert ben.paused_until is None


def test_an_unreadable_choice_is_not_ignored() -> None:
    """A person who made a choice does not get every mailing because the choice is misspelt."""
    report = load("email,kinds,paused_until\nanna@example.org,recpa,\nben@example.org,,soon\n", FakeUnitOfWork())
    assert report.counts == {LineOutcome.MALFORMED: 2}
    assert [problem.reason[:7] for problem in report.problems] == ["“recpa”", "“soon” "]
