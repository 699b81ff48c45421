"""The way to the meeting, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from convener.sessions.models import Presentation, Speaker
from tests.support.event_links import JOIN, TOKENS
from tests.support.people import series, session, there
from tests.support.visiting import METHODS, Visit, words

MEETING = "https://meet.example/k"
BEGINS = datetime(2024, 4, 18, 17, tzinfo=UTC)  # 18:00 in London
ENDS = BEGINS + timedelta(minutes=90)
DOORS = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


def at(moment: datetime, **changes: Any) -> Visit:
    """April's session at that moment."""
    return Visit(sessions=[session(speakers=(Speaker(name="Mira"), Speaker(name="Jo")), **changes)], now=moment)


@pytest.mark.parametrize("moment", [BEGINS - DOORS, BEGINS, ENDS, ENDS + DOORS])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_doors_are_open_around_the_conversation(moment: datetime, method: str) -> None:
    """From half an hour before until half an hour after, to the second, the link leads to the meeting."""
    answer = at(moment).ask("join", JOIN, method)
    assert (answer.status, answer.headers["location"], answer.headers["cache-control"]) == (303, MEETING, "no-store")


@pytest.mark.parametrize("minutes", [0, 10, 600])
def test_the_series_says_how_long_the_doors_are_open(minutes: int) -> None:
    """doors_minutes in series.toml."""
    for moment, status in (
        (BEGINS - timedelta(minutes=minutes), 303),
        (BEGINS - timedelta(minutes=minutes) - SECOND, 200),
    ):
        visit = Visit(sessions=[session()], now=moment, its=series(doors_minutes=minutes))
        assert visit.ask("join", JOIN).status == status


def test_before_the_page_says_when_to_come_back() -> None:
    """Title, when, how long, and the hour from which this same link opens the meeting; calendar links too."""
    answer = at(BEGINS - DOORS - SECOND).ask("join", JOIN)
    said = words(answer)
    for part in (
        "Not open yet Kindness under pressure",
        "Thursday 18 April 2024, 18:00–19:30 UK time with Mira and Jo",
        "Come back from 17:30 UK time on the day : this same link opens the meeting then.",
        "lasts one and a half hours",
        "Google Outlook Microsoft 365 Yahoo",
    ):
        assert part in said
    assert "https%3A%2F%2Fc.example%2Fjoin%2F" in answer.body


def test_doors_that_open_the_day_before_name_the_day() -> None:
    """A conversation at ten past midnight."""
    night = {"date": date(2024, 4, 19), "start": time(0, 10)}
    assert "from Thursday 18 April, 23:40 UK time" in words(at(BEGINS - DOORS, **night).ask("join", JOIN))


@pytest.mark.parametrize(
    ("day", "start", "opens", "said"),
    [
        # Clocks went forward at one: half an hour before ten past two, they showed twenty to one.
        (date(2024, 3, 31), time(2, 10), datetime(2024, 3, 31, 0, 40, tzinfo=UTC), "from 00:40 UK time on the day"),
        # Clocks went back at two, while it lasted.
        (date(2024, 10, 27), time(0, 45), datetime(2024, 10, 26, 23, 15, tzinfo=UTC), "from 00:15 UK time on the day"),
    ],
)
def test_clocks_may_change_in_that_night(day: date, start: time, opens: datetime, said: str) -> None:
    """The doors go by elapsed time, to the second, and the page by what clocks in London show."""
    night = {"date": day, "start": start}
    closes = opens + DOORS + timedelta(minutes=90) + DOORS
    assert said in words(at(opens - SECOND, **night).ask("join", JOIN))
    assert [at(moment, **night).ask("join", JOIN).status for moment in (opens, closes)] == [303, 303]
    assert "This conversation is over" in words(at(closes + SECOND, **night).ask("join", JOIN))


def test_after_there_is_what_came_of_it_and_what_comes_next() -> None:
    """Insights, recording and slides where they are there, and the next date by the rule."""
    slides = (Presentation(title="Our slides", url="https://files.example/slides"),)
    rich = at(ENDS + DOORS + SECOND, insights=there("i"), recording=there("r"), presentations=slides)
    said, body = words(rich.ask("join", JOIN)), rich.ask("join", JOIN).body
    for part in ("This conversation is over", "Read the insights", "Watch the recording", "Our slides"):
        assert part in said
    assert "https://files.example/slides" in body
    assert "Next: Thursday 16 May, 6pm UK time" in said
    bare = words(at(ENDS + DOORS + SECOND).ask("join", JOIN))
    assert "we send them by mail" in bare
    assert "Read the insights" not in bare


def test_nothing_is_promised_for_ever() -> None:
    """Once it is too late for a recap, the page thanks, and no longer says that one will come."""
    last = BEGINS + timedelta(days=60)
    assert "we send them by mail" in words(at(last - SECOND).ask("join", JOIN))
    said = words(at(last).ask("join", JOIN))
    assert ("Thank you to everybody" in said, "by mail" in said) == (True, False)


@pytest.mark.parametrize(("moment", "tense"), [(ENDS, "will not take place"), (ENDS + SECOND, "did not take place")])
def test_a_cancelled_conversation_has_its_tense(moment: datetime, tense: str) -> None:
    """Who presses an old link reads of the past."""
    assert tense in words(at(moment, status="cancelled").ask("join", JOIN))


@pytest.mark.parametrize("moment", [BEGINS - timedelta(days=3), BEGINS, ENDS + timedelta(days=3)])
def test_a_cancelled_conversation_says_so(moment: datetime) -> None:
    """Whenever the link is pressed; it leads nowhere, and the next one is named, not the cancelled."""
    answer = at(moment, status="cancelled").ask("join", JOIN)
    assert (answer.status, "location" in answer.headers) == (200, False)
    assert "This conversation is cancelled" in words(answer)
    assert "<s>Thursday 18 April 2024" in answer.body
    assert "Next: Thursday 16 May" in words(answer)


def test_a_meeting_without_a_link_yet_says_so() -> None:
    """Before and during, with whom to ask."""
    assert "not here yet; it will be" in words(at(BEGINS - timedelta(days=1), join_url=None).ask("join", JOIN))
    during = at(BEGINS, join_url=None).ask("join", JOIN)
    assert (during.status, "reload this page" in words(during)) == (200, True)
    assert "hello@kindness.example" in words(during)


@pytest.mark.parametrize("moment", [BEGINS - timedelta(days=3), ENDS + timedelta(days=3)])
@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_the_meetings_address_is_on_no_page(moment: datetime, status: str) -> None:
    """Only the redirect knows it."""
    answer = at(moment, status=status, insights=there("i")).ask("join", JOIN)
    assert "meet.example" not in answer.body + str(answer.headers)


def test_a_session_that_is_gone_or_unreadable() -> None:
    """Gone is told as such; a record that can't be read is for an operator to mend, and the reader tries again."""
    gone = Visit().ask("join", JOIN)
    assert (gone.status, "no longer in our records" in words(gone)) == (404, True)
    visit = Visit()
    visit.shelf.unreadable = {"2024-04": "its record can't be read: date"}
    assert visit.ask("join", JOIN).status == 503


@pytest.mark.parametrize("method", METHODS)
def test_only_looking_is_possible(method: str) -> None:
    """Every other method is 405 with Allow, and no session changes, ever."""
    visit = at(BEGINS)
    before = dict(visit.shelf.rows)
    answer = visit.ask("join", JOIN, method)
    assert answer.status == (303 if method in ("GET", "HEAD") else 405)
    assert answer.headers.get("allow") == (None if answer.status == 303 else "GET, HEAD")
    assert visit.shelf.rows == before


def test_another_purpose_opens_no_door() -> None:
    """A token to view or to leave is none to join."""
    assert at(BEGINS).ask("join", TOKENS.view("2024-04/invite")).status == 404


def test_markup_in_a_title_is_words() -> None:
    """What editors type is shown as typed."""
    answer = at(BEGINS - timedelta(days=1), title="<script>x</script> {{ y }}").ask("join", JOIN)
    assert "<script" not in answer.body
    assert "<script>x</script> {{ y }}" in words(answer)
