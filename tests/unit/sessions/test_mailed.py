"""A change that comes after the invitation: the editor is told that readers are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from convener.intake.sessions.loading import load_sessions
from tests.support.fakes import FakeSessions
from tests.support.people import series, session
from tests.support.session_updates import update, upload

BEFORE = datetime(2024, 4, 4, 7, 59, tzinfo=UTC)  # the invite of 18 April leaves at 09:00 in London, a fortnight before
INVITED = datetime(2024, 4, 4, 8, tzinfo=UTC)
REMINDED = datetime(2024, 4, 17, 8, tzinfo=UTC)
OVER = datetime(2024, 4, 18, 18, 30, tzinfo=UTC)


def warnings(now: datetime, known: dict[str, Any] | None = None, **values: Any) -> list[str]:
    store = FakeSessions([session(**known or {})])
    report = load_sessions(
        upload(update("2024-04", **values)), store=store, series=series(mail_from=date(2024, 4, 1)), now=now, by="anna"
    )
    return [note.text for note in report.warnings]


@pytest.mark.parametrize(
    "values",
    [{"date": date(2024, 4, 25)}, {"start": time(19)}, {"length_minutes": 60}, {"status": "cancelled"}],
    ids=["day", "hour", "length", "cancelled"],
)
def test_what_an_invitation_says_is_in_peoples_calendars(values: dict[str, Any]) -> None:
    """From the moment at which it is due until the session is over; before and after nobody needs to know."""
    [text] = warnings(INVITED, **values)
    assert text.startswith("Session 2024-04: its invitation was due on 4 April 2024. Whoever has it is not mailed")
    assert warnings(BEFORE, **values) == warnings(OVER, **values) == []


def test_a_reminder_will_say_it_or_nothing_will() -> None:
    """It goes by the new day, never twice, and never for what is cancelled."""
    assert "The reminder on 24 April 2024 will say it" in warnings(INVITED, date=date(2024, 4, 25))[0]
    assert "The reminder on 10 April 2024 will say it" in warnings(INVITED, date=date(2024, 4, 11))[0]
    for now, values in (
        (REMINDED, {"date": date(2024, 4, 25)}),
        (INVITED, {"date": date(2024, 4, 4)}),
        (INVITED, {"status": "cancelled"}),
    ):
        assert warnings(now, **values)[0].endswith("No further mail will say it: let people know.")


@pytest.mark.parametrize(
    ("known", "values"),
    [
        ({}, {"title": "Joy"}),
        ({}, {"join_url": "https://meet.example/other"}),
        ({}, {"start": time(18)}),
        ({"title": None}, {"start": time(19)}),
        ({"status": "cancelled"}, {"status": "planned"}),
        ({"date": date(2024, 3, 21), "month": "2024-03"}, {"start": time(19)}),
    ],
    ids=["title", "link", "nothing", "never invited", "cancelled before", "from before we mailed"],
)
def test_other_changes_need_no_word(known: dict[str, Any], values: dict[str, Any]) -> None:
    """Their link leads to wherever the meeting is, and without an invitation there is nothing to mend."""
    now = datetime(2024, 3, 10, 12, tzinfo=UTC) if "date" in known else INVITED
    assert warnings(now, known, **values) == []
