"""When the invite and the reminder are due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from convener.mailing_types import INVITE, REMINDER
from convener.scheduling.due import WaitingMailing, next_due, plan
from tests.support.people import campaign, material, session
from tests.support.planning import SERIES, due_campaigns, leaves_at, london


def test_the_invite_leaves_fourteen_days_before_at_nine() -> None:
    """The invite leaves at 09:00 in London, also if the clocks change between invite and session."""
    assert leaves_at(INVITE) == london(2024, 4, 4, 9)
    assert leaves_at(INVITE, date=date(2025, 4, 10), edited_at=london(2025, 1, 1)) == london(2025, 3, 27, 9)


def test_the_reminder_leaves_the_day_before_at_nine() -> None:
    """The reminder leaves the day before, also in a month that begins on a Thursday."""
    assert leaves_at(REMINDER) == london(2024, 4, 17, 9)
    assert leaves_at(REMINDER, date=date(2026, 10, 15)) == london(2026, 10, 14, 9)


def test_an_invite_waits_for_a_title() -> None:
    """Without a title no invite is due, and the plan has the reason."""
    items = plan([session(title=None)], [], SERIES)
    assert WaitingMailing(session="2024-04", kind=INVITE, why="waits for a title") in items
    assert due_campaigns(london(2024, 4, 4, 9), session(title=None)) == []


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
    """After an edit the invite waits 30 minutes, and at night until nine in the morning."""
    assert leaves_at(INVITE, edited_at=edited) == expected


def test_no_invite_comes_after_the_reminder() -> None:
    """If the title comes after the time of the reminder, only the reminder leaves."""
    late = session(edited_at=london(2024, 4, 17, 10))
    assert due_campaigns(london(2024, 4, 17, 11), late) == ["2024-04/reminder"]
    assert due_campaigns(london(2024, 4, 18, 9), session(), campaigns=[campaign(REMINDER)]) == []


def test_a_session_that_moves_after_its_reminder_gets_no_invite() -> None:
    """The reminder has told readers about the session, so no invite follows."""
    moved = session(date=date(2024, 5, 23), edited_at=london(2024, 4, 18, 9))
    assert due_campaigns(london(2024, 5, 9, 9), moved, campaigns=[campaign(REMINDER)]) == []


def test_no_reminder_comes_once_the_session_began() -> None:
    """The reminder may leave until the session begins."""
    assert due_campaigns(london(2024, 4, 18, 17, 58), session()) == ["2024-04/reminder"]
    assert due_campaigns(london(2024, 4, 18, 18, 0), session()) == []


def test_nothing_leaves_at_night() -> None:
    """A mailing that is due at 21:00 leaves at nine the next morning."""
    planned = session()
    assert due_campaigns(london(2024, 4, 4, 20, 59), planned) == ["2024-04/invite"]
    assert due_campaigns(london(2024, 4, 4, 21, 0), planned) == []
    assert due_campaigns(london(2024, 4, 5, 8, 59), planned) == []
    assert due_campaigns(london(2024, 4, 5, 9, 0), planned) == ["2024-04/invite"]


def test_sessions_before_mail_from_have_no_mailings() -> None:
    """A session before mail_from has no mailings; a session on that day has."""
    whole = {"insights": material("i"), "recording": material("r")}
    old, new = session(date=date(2024, 3, 31), **whole), session(date=date(2024, 4, 1), **whole)
    assert due_campaigns(london(2024, 4, 2, 9), old) == []
    assert due_campaigns(london(2024, 4, 2, 9), new) == ["2024-04/recap"]


def test_a_cancelled_session_mails_nobody() -> None:
    """A cancelled session has no mailings."""
    assert plan([session(status="cancelled", insights=material("i"))], [], SERIES) == []


def test_the_next_due_moment_is_the_earliest_ahead() -> None:
    """The next moment ignores open campaigns, and is never at night."""
    planned = session()
    assert next_due(london(2024, 3, 1), [planned], [], SERIES) == london(2024, 4, 4, 9)
    assert next_due(london(2024, 4, 4, 9), [planned], [campaign()], SERIES) == london(2024, 4, 17, 9)
    assert next_due(london(2024, 4, 4, 22), [planned], [], SERIES) == london(2024, 4, 5, 9)
    assert next_due(london(2024, 4, 18, 18), [planned], [], SERIES) is None


def test_no_moment_is_missed_between_two_ticks() -> None:
    """Whenever a mailing becomes due at a tick, `next_due` of the tick before is at that moment or earlier."""
    planned = session(insights=material("i"), recording=material("r"), edited_at=london(2024, 4, 8, 15, 10))
    at, step = london(2024, 4, 1), timedelta(minutes=15)
    before: set[str] = set()
    while at < london(2024, 4, 22):
        now = set(due_campaigns(at, planned))
        if now - before:
            ahead = next_due(at - step, [planned], [], SERIES)
            assert ahead is not None
            assert ahead <= at
        before, at = now, at + step
