"""The page's words, calendar files and groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.timeline.calendarview import read_events
from local.timeline.moments import TimelineEvent
from local.timeline.sections import days
from local.timeline.words import written_campaign, written_loss, written_range
from tests.support.made_up_types import made_up, registered
from tests.support.sample_outbox import CALENDAR

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("campaign", "words"),
    [
        ("2024-04/invite", "Invitation, April 2024"),
        ("2024-04b/follow-up", "Follow-up, April 2024 (b)"),
        ("2024-04/update/2", "Update 2, April 2024"),
        ("2024-04/novelty", "novelty, April 2024"),
        ("2024-13/invite", "2024-13/invite"),
        ("", "Other mail"),
    ],
)
def test_a_campaign_is_named_in_words(campaign: str, words: str) -> None:
    """The page names a campaign by the label of its type and the month. It shows any other text as it is."""
    with registered(made_up(name="update", label="Update")):
        assert written_campaign(campaign) == words


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ("2024-04-03", "2024-05-21", "3 April to 21 May 2024"),
        ("2023-12-20", "2024-01-10", "20 December 2023 to 10 January 2024"),
        ("2024-04-03T23:30:00+00:00", "2024-05-21T12:00:00Z", "4 April to 21 May 2024"),
    ],
)
def test_the_range_is_written_out(begin: str, end: str, words: str) -> None:
    """Days are days; moments are days of the series' zone."""
    assert written_range(begin, end, zone=LONDON) == words


def test_a_calendar_file_is_told_in_words() -> None:
    """Times come in the series' zone, and the reminder in minutes."""
    (rows,) = read_events(CALENDAR, zone=LONDON, zone_name="UK time")
    assert dict(rows)["Begins"] == "Thursday 18 April 2024, 18:00 UK time"
    assert dict(rows)["Reminder"] == "15 minutes before"
    assert dict(rows)["Method"] == "PUBLISH"


@pytest.mark.parametrize("text", ["", "nonsense", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "END:VEVENT\r\n"])
def test_a_broken_calendar_file_is_a_value_error(text: str) -> None:
    """Whatever is wrong with a file, the page can say so."""
    with pytest.raises(ValueError, match=r".+"):
        read_events(text, zone=LONDON, zone_name="UK time")


@pytest.mark.parametrize(("sound", "broken"), [("20240418T170000Z", "soon"), ("-PT15M", "a bit earlier")])
def test_a_senseless_time_is_a_value_error(sound: str, broken: str) -> None:
    """A beginning or a reminder that is no time makes the file one that no calendar opens."""
    with pytest.raises(ValueError, match=r".+"):
        read_events(CALENDAR.replace(sound, broken), zone=LONDON, zone_name="UK time")


def test_an_event_of_a_whole_day() -> None:
    """A day without hours is a day."""
    text = CALENDAR.replace("DTSTART:20240418T170000Z", "DTSTART;VALUE=DATE:20240418").replace(
        "DTEND:20240418T183000Z\r\n", ""
    )
    (rows,) = read_events(text, zone=LONDON, zone_name="UK time")
    assert dict(rows)["Begins"] == "Thursday 18 April 2024, all day"


@given(st.lists(st.integers(min_value=0, max_value=60 * 24 * 400)))
def test_every_moment_is_on_the_timeline_once_and_in_order(minutes: list[int]) -> None:
    """No moment is lost by grouping, no day comes twice, and time only goes forward."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    moments = [TimelineEvent(start + timedelta(minutes=minute), "tick", str(minute)) for minute in minutes]
    grouped = days(moments, LONDON, {})
    entries = [entry for _, those in grouped for entry in those]
    assert sorted(entry.text for entry in entries) == sorted(moment.text for moment in moments)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert len({day for day, _ in grouped}) == len(grouped)


def test_a_moment_belongs_to_the_day_of_the_series() -> None:
    """23:30 UTC in summer is already tomorrow in London."""
    ((day, (entry,)),) = days([TimelineEvent(datetime(2024, 4, 3, 23, 30, tzinfo=UTC), "tick", "x")], LONDON, {})
    assert (day, f"{entry.at:%H:%M}") == ("Thursday 4 April 2024", "00:30")


@pytest.mark.parametrize(
    ("answers", "settled", "events", "words"),
    [
        (
            5,
            4,
            116,
            "5 answers and 116 events of SES were lost on purpose. Of 5 mails without an answer, events told what "
            "became of 4; 1 stayed unknown.",
        ),
        (
            1,
            1,
            0,
            "1 answer of SES was lost on purpose. Of 1 mail without an answer, events told what became of 1; 0 stayed "
            "unknown.",
        ),
        (0, 0, 3, "3 events of SES were lost on purpose."),
    ],
)
def test_what_was_lost_is_told_with_what_came_of_it(answers: int, settled: int, events: int, words: str) -> None:
    """The numbers add up: told and unknown are the mails without an answer."""
    assert written_loss({"answers": answers, "settled_by_events": settled, "events": events}) == words
