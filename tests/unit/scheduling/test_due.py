"""What is due, and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from convener.mailing_types import INVITE, REMINDER
from convener.scheduling.due import WaitingMailing, next_due, plan
from tests.support.people import campaign, session, there
from tests.support.planning import SERIES, kinds_due, leaves, london


def test_the_invite_leaves_fourteen_days_before_at_nine() -> None:
    """09:00 in London, also where that is on the other side of a change of clocks."""
    assert leaves(INVITE) == london(2024, 4, 4, 9)
    assert leaves(INVITE, date=date(2025, 4, 10), edited_at=london(2025, 1, 1)) == london(2025, 3, 27, 9)


def test_the_reminder_leaves_the_day_before_at_nine() -> None:
    """Also in a month that begins on a Thursday, where the third Wednesday comes after the third Thursday."""
    assert leaves(REMINDER) == london(2024, 4, 17, 9)
    assert leaves(REMINDER, date=date(2026, 10, 15)) == london(2026, 10, 14, 9)


def test_an_invite_waits_for_a_title() -> None:
    """Without a title nothing is due, and the plan says why."""
    items = plan([session(title=None)], [], SERIES)
    assert WaitingMailing(session="2024-04", kind=INVITE, why="waits for a title") in items
    assert kinds_due(london(2024, 4, 4, 9), session(title=None)) == []


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (london(2024, 4, 4, 8, 20), london(2024, 4, 4, 9)),
        (london(2024, 4, 4, 8, 45), london(2024, 4, 4, 9, 15)),
        (london(2024, 4, 8, 15, 10), london(2024, 4, 8, 15, 40)),
        (london(2024, 4, 8, 20, 45), london(2024, 4, 9, 9)),
        (london(2024, 4, 8, 2, 0), london(2024, 4, 8, 9)),
    ],
)
def test_an_invite_waits_for_thirty_quiet_minutes_and_never_leaves_at_night(
    edited: datetime, expected: datetime
) -> None:
    """After an edit it waits half an hour; where that ends at night, until nine in the morning."""
    assert leaves(INVITE, edited_at=edited) == expected


def test_no_invite_comes_after_the_reminder() -> None:
    """A title that comes after the reminder's time brings the reminder only."""
    late = session(edited_at=london(2024, 4, 17, 10))
    assert kinds_due(london(2024, 4, 17, 11), late) == ["2024-04/reminder"]
    assert kinds_due(london(2024, 4, 18, 9), session(), campaigns=[campaign(REMINDER)]) == []


def test_a_session_that_moves_after_its_reminder_gets_no_invite() -> None:
    """Readers were told by the reminder already; an invite now would say the same as news."""
    moved = session(date=date(2024, 5, 23), edited_at=london(2024, 4, 18, 9))
    assert kinds_due(london(2024, 5, 9, 9), moved, campaigns=[campaign(REMINDER)]) == []


def test_no_reminder_comes_once_the_session_began() -> None:
    """Two minutes before it may still leave; from the beginning on it may not."""
    assert kinds_due(london(2024, 4, 18, 17, 58), session()) == ["2024-04/reminder"]
    assert kinds_due(london(2024, 4, 18, 18, 0), session()) == []


def test_nothing_leaves_at_night() -> None:
    """What a tick finds due at 21:00 leaves at nine the next morning."""
    one = session()
    assert kinds_due(london(2024, 4, 4, 20, 59), one) == ["2024-04/invite"]
    assert kinds_due(london(2024, 4, 4, 21, 0), one) == []
    assert kinds_due(london(2024, 4, 5, 8, 59), one) == []
    assert kinds_due(london(2024, 4, 5, 9, 0), one) == ["2024-04/invite"]


def test_nothing_is_sent_for_what_began_before_mail_from() -> None:
    """A session the day before mail_from mails nobody; one on that day does."""
    whole = {"insights": there("i"), "recording": there("r")}
    old, new = session(date=date(2024, 3, 31), **whole), session(date=date(2024, 4, 1), **whole)
    assert kinds_due(london(2024, 4, 2, 9), old) == []
    assert kinds_due(london(2024, 4, 2, 9), new) == ["2024-04/recap"]


def test_a_cancelled_session_mails_nobody() -> None:
    """Neither invite nor reminder nor recap."""
    assert plan([session(status="cancelled", insights=there("i"))], [], SERIES) == []


def test_the_next_due_moment_is_the_earliest_ahead() -> None:
    """It looks past what is open, and from the night to the morning."""
    one = session()
    assert next_due(london(2024, 3, 1), [one], [], SERIES) == london(2024, 4, 4, 9)
    assert next_due(london(2024, 4, 4, 9), [one], [campaign()], SERIES) == london(2024, 4, 17, 9)
    assert next_due(london(2024, 4, 4, 22), [one], [], SERIES) == london(2024, 4, 5, 9)
    assert next_due(london(2024, 4, 18, 18), [one], [], SERIES) is None


def test_no_moment_is_missed_between_two_ticks() -> None:
    """Whenever something is due at a quarter of an hour, next_due from the one before led there."""
    one = session(insights=there("i"), recording=there("r"), edited_at=london(2024, 4, 8, 15, 10))
    at, step = london(2024, 4, 1), timedelta(minutes=15)
    before: set[str] = set()
    while at < london(2024, 4, 22):
        now = set(kinds_due(at, one))
        if now - before:
            ahead = next_due(at - step, [one], [], SERIES)
            assert ahead is not None
            assert ahead <= at
        before, at = now, at + step
