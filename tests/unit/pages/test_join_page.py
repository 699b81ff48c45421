"""The page that leads to the meeting, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from convener.sessions.models import Presentation, Speaker
from tests.support.event_links import JOIN, TOKENS
from tests.support.people import material, series, session
from tests.support.visiting import METHODS, Visit, words

MEETING = "https://meet.example/k"
BEGINS = datetime(2024, 4, 18, 17, tzinfo=UTC)  # 18:00 in London
ENDS = BEGINS + timedelta(minutes=90)
DOORS = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


def visit_at(moment: datetime, **changes: Any) -> Visit:
    """Return a visit at that time, with the session of April."""
    return Visit(sessions=[session(speakers=(Speaker(name="Mira"), Speaker(name="Jo")), **changes)], now=moment)


@pytest.mark.parametrize("moment", [BEGINS - DOORS, BEGINS, ENDS, ENDS + DOORS])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_doors_are_open_around_the_session(moment: datetime, method: str) -> None:
    """From half an hour before to half an hour after the session, to the second, the link leads to the meeting."""
    answer = visit_at(moment).ask("join", JOIN, method)
    assert (answer.status, answer.headers["location"], answer.headers["cache-control"]) == (303, MEETING, "no-store")


@pytest.mark.parametrize("minutes", [0, 10, 600])
def test_the_series_says_how_long_the_doors_are_open(minutes: int) -> None:
    """By doors_minutes in series.toml."""
    for moment, status in (
        (BEGINS - timedelta(minutes=minutes), 303),
        (BEGINS - timedelta(minutes=minutes) - SECOND, 200),
    ):
        visit = Visit(sessions=[session()], now=moment, of_series=series(doors_minutes=minutes))
        assert visit.ask("join", JOIN).status == status


def test_before_the_doors_open_the_page_says_when() -> None:
    """Title, time, length, and the hour from which this link leads to the meeting; also calendar links."""
    answer = visit_at(BEGINS - DOORS - SECOND).ask("join", JOIN)
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
    """A session at ten past midnight."""
    night = {"date": date(2024, 4, 19), "start": time(0, 10)}
    assert "from Thursday 18 April, 23:40 UK time" in words(visit_at(BEGINS - DOORS, **night).ask("join", JOIN))


@pytest.mark.parametrize(
    ("day", "start", "opens", "said"),
    [
        # Clocks went forward at one: half an hour before ten past two they showed twenty to one.
        (date(2024, 3, 31), time(2, 10), datetime(2024, 3, 31, 0, 40, tzinfo=UTC), "from 00:40 UK time on the day"),
        # Clocks went back at two, during the session.
        (date(2024, 10, 27), time(0, 45), datetime(2024, 10, 26, 23, 15, tzinfo=UTC), "from 00:15 UK time on the day"),
    ],
)
def test_clocks_may_change_in_that_night(day: date, start: time, opens: datetime, said: str) -> None:
    """The doors open by elapsed time, to the second; the page shows the time of clocks in London."""
    night = {"date": day, "start": start}
    closes = opens + DOORS + timedelta(minutes=90) + DOORS
    assert said in words(visit_at(opens - SECOND, **night).ask("join", JOIN))
    assert [visit_at(moment, **night).ask("join", JOIN).status for moment in (opens, closes)] == [303, 303]
    assert "This conversation is over" in words(visit_at(closes + SECOND, **night).ask("join", JOIN))


def test_after_the_session_the_page_shows_its_materials() -> None:
    """Insights, recording and slides if they are there, and the next date by the rule."""
    slides = (Presentation(title="Our slides", url="https://files.example/slides"),)
    rich = visit_at(ENDS + DOORS + SECOND, insights=material("i"), recording=material("r"), presentations=slides)
    said, body = words(rich.ask("join", JOIN)), rich.ask("join", JOIN).body
    for part in ("This conversation is over", "Read the insights", "Watch the recording", "Our slides"):
        assert part in said
    assert "https://files.example/slides" in body
    assert "Next: Thursday 16 May, 6pm UK time" in said
    bare = words(visit_at(ENDS + DOORS + SECOND).ask("join", JOIN))
    assert "we send them by mail" in bare
    assert "Read the insights" not in bare


def test_the_recap_is_promised_as_long_as_it_may_come() -> None:
    """When it is too late for a recap, the page no longer promises one."""
    last = BEGINS + timedelta(days=60)
    assert "we send them by mail" in words(visit_at(last - SECOND).ask("join", JOIN))
    said = words(visit_at(last).ask("join", JOIN))
    assert ("Thank you to everybody" in said, "by mail" in said) == (True, False)


@pytest.mark.parametrize(("moment", "tense"), [(ENDS, "will not take place"), (ENDS + SECOND, "did not take place")])
def test_a_cancelled_session_has_the_right_tense(moment: datetime, tense: str) -> None:
    """An old link shows the past tense."""
    assert tense in words(visit_at(moment, status="cancelled").ask("join", JOIN))


@pytest.mark.parametrize("moment", [BEGINS - timedelta(days=3), BEGINS, ENDS + timedelta(days=3)])
def test_a_cancelled_session_is_called_cancelled(moment: datetime) -> None:
    """At any time; the link leads to no meeting, and the page names the next session, not the cancelled one."""
    answer = visit_at(moment, status="cancelled").ask("join", JOIN)
    assert (answer.status, "location" in answer.headers) == (200, False)
    assert "This conversation is cancelled" in words(answer)
    assert "<s>Thursday 18 April 2024" in answer.body
    assert "Next: Thursday 16 May" in words(answer)


def test_a_session_without_a_meeting_link_says_so() -> None:
    """Before and during the session, with a contact."""
    assert "not here yet; it will be" in words(visit_at(BEGINS - timedelta(days=1), join_url=None).ask("join", JOIN))
    during = visit_at(BEGINS, join_url=None).ask("join", JOIN)
    assert (during.status, "reload this page" in words(during)) == (200, True)
    assert "hello@kindness.example" in words(during)


@pytest.mark.parametrize("moment", [BEGINS - timedelta(days=3), ENDS + timedelta(days=3)])
@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_no_page_contains_the_url_of_the_meeting(moment: datetime, status: str) -> None:
    """Only the redirect contains it."""
    answer = visit_at(moment, status=status, insights=material("i")).ask("join", JOIN)
    assert "meet.example" not in answer.body + str(answer.headers)


def test_a_session_that_is_gone_or_unreadable() -> None:
    """A missing session gets 404; a record that can't be read gets 503, because an operator must repair it."""
    gone = Visit().ask("join", JOIN)
    assert (gone.status, "no longer in our records" in words(gone)) == (404, True)
    visit = Visit()
    visit.sessions.unreadable = {"2024-04": "its record can't be read: date"}
    assert visit.ask("join", JOIN).status == 503


@pytest.mark.parametrize("method", METHODS)
def test_only_reading_is_possible(method: str) -> None:
    """Every other method gets 405 with Allow, and changes no session."""
    visit = visit_at(BEGINS)
    before = dict(visit.sessions.rows)
    answer = visit.ask("join", JOIN, method)
    assert answer.status == (303 if method in ("GET", "HEAD") else 405)
    assert answer.headers.get("allow") == (None if answer.status == 303 else "GET, HEAD")
    assert visit.sessions.rows == before


def test_a_token_of_another_purpose_is_refused() -> None:
    """A token to view or to unsubscribe does not lead to the meeting."""
    assert visit_at(BEGINS).ask("join", TOKENS.view("2024-04/invite")).status == 404


def test_markup_in_a_title_is_shown_as_text() -> None:
    """The page shows what editors type as it is."""
    answer = visit_at(BEGINS - timedelta(days=1), title="<script>x</script> {{ y }}").ask("join", JOIN)
    assert "<script" not in answer.body
    assert "<script>x</script> {{ y }}" in words(answer)
