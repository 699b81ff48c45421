"""Merge values: the reader's own time, day and name."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.editions.formatting import day_and_month
from convener.editions.merge_fields import merge_values
from convener.editions.models import FIELDS, Occasion

LONDON = ZoneInfo("Europe/London")
APRIL = datetime(2024, 4, 18, 18, tzinfo=LONDON)
MARCH = datetime(2024, 3, 21, 18, tzinfo=LONDON)
DAY_BEFORE = datetime(2024, 4, 17, 8, tzinfo=UTC)


def occasion(begins: datetime = APRIL, previous: datetime | None = MARCH) -> Occasion:
    """Return the times of a session of 90 minutes in London."""
    return Occasion(
        begins=begins,
        ends=begins + timedelta(minutes=90),
        zone="Europe/London",
        zone_short="UK",
        previous_begins=previous,
    )


def values(zone: str, *, now: datetime = DAY_BEFORE, about: Occasion | None = None, name: str = "") -> dict[str, str]:
    """Return the merge values of a reader in that zone."""
    return merge_values(
        occasion=about or occasion(),
        zone=zone,
        first_name=name,
        joined_on="",
        leave_url="https://x.example",
        preferences_url="https://y.example",
        now=now,
    )


@pytest.mark.parametrize(
    ("zone", "line"),
    [
        (
            "Pacific/Auckland",
            "For you in Auckland: Friday 19 April, 05:00. Clocks changed: two hours earlier than last month.",
        ),
        (
            "America/Argentina/Buenos_Aires",
            "For you in Buenos Aires: Thursday 18 April, 14:00. Clocks changed: one hour earlier than last month.",
        ),
        (
            "Asia/Kathmandu",
            "For you in Kathmandu: Thursday 18 April, 22:45. Clocks changed: one hour earlier than last month.",
        ),
        (
            "Australia/Lord_Howe",
            "For you in Lord Howe: Friday 19 April, 03:30. "
            "Clocks changed: one and a half hours earlier than last month.",
        ),
        ("Etc/GMT+3", "For you at UTC−3: Thursday 18 April, 14:00. Clocks changed: one hour earlier than last month."),
        ("UTC", "For you at UTC: Thursday 18 April, 17:00. Clocks changed: one hour earlier than last month."),
        ("Europe/Paris", "For you in Paris: Thursday 18 April, 19:00"),
    ],
)
def test_the_readers_own_time(zone: str, line: str) -> None:
    """A reader in another zone reads the day and the hour there, and whether the clocks changed since last month."""
    assert values(zone)["reader_time"] == line


@pytest.mark.parametrize(
    "zone", ["", "Europe/London", "Europe/Lisbon", "Mars/Olympus", "America", "../etc/passwd", "a\x00b"]
)
def test_no_line_where_the_clock_is_the_same_or_unknown(zone: str) -> None:
    """A reader with the same clock, or with an unknown or invalid zone, gets no line and causes no error."""
    assert values(zone)["reader_time"] == ""
    assert values(zone)["when"] == "Tomorrow, 6pm UK"


def test_a_clock_that_agrees_again_counts_as_changed() -> None:
    """In winter Reykjavik has London's time: one hour later than at the last session in summer time."""
    winter = occasion(datetime(2024, 11, 21, 18, tzinfo=LONDON), datetime(2024, 10, 17, 18, tzinfo=LONDON))
    line = values("Atlantic/Reykjavik", about=winter)["reader_time"]
    assert line.endswith("18:00. Clocks changed: one hour later than last month.")


def test_after_a_long_pause_the_line_says_last_time() -> None:
    """After more than six weeks the line compares with "last time"."""
    after_pause = occasion(previous=datetime(2024, 2, 15, 18, tzinfo=LONDON))
    assert values("Pacific/Auckland", about=after_pause)["reader_time"].endswith("than last time.")


def test_a_session_at_another_hour_says_nothing_about_clocks() -> None:
    """If the session itself was at another hour, the line does not mention clocks."""
    moved = occasion(previous=datetime(2024, 3, 21, 17, tzinfo=LONDON))
    assert values("Pacific/Auckland", about=moved)["reader_time"] == "For you in Auckland: Friday 19 April, 05:00"


@pytest.mark.parametrize(
    ("zone", "now", "words"),
    [
        ("Europe/London", DAY_BEFORE, "Tomorrow, 6pm UK"),
        ("Europe/London", datetime(2024, 4, 18, 9, tzinfo=UTC), "Today, 6pm UK"),
        ("America/New_York", datetime(2024, 4, 18, 2, tzinfo=UTC), "Tomorrow, 6pm UK"),
        ("Pacific/Auckland", DAY_BEFORE, "Friday, 5am in Auckland"),
        ("Pacific/Auckland", datetime(2024, 4, 17, 13, tzinfo=UTC), "Tomorrow, 5am in Auckland"),
        ("Pacific/Honolulu", DAY_BEFORE, "Thursday, 6pm UK"),
        ("Etc/GMT-12", DAY_BEFORE, "Friday, 5am at UTC+12"),
        ("Europe/London", datetime(2024, 4, 1, 9, tzinfo=UTC), "Thu 18 April, 6pm UK"),
    ],
)
def test_today_and_tomorrow_follow_the_readers_calendar(zone: str, now: datetime, words: str) -> None:
    """The day is right by the reader's own calendar at the moment of sending."""
    assert values(zone, now=now)["when"] == words


@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime"})),
    day=st.dates(datetime(2024, 1, 1).date(), datetime(2037, 12, 31).date()),
    weeks=st.sampled_from([4, 5, 9]),
)
def test_the_readers_time_is_right_in_any_zone_on_any_day(zone: str, day: datetime, weeks: int) -> None:
    """In any zone and on any day, the line has the date and the hour of the reader's clock, and the right direction."""
    begins = datetime.combine(day, time(18), tzinfo=LONDON)
    previous = datetime.combine(day - timedelta(weeks=weeks), time(18), tzinfo=LONDON)
    line = values(zone, about=occasion(begins, previous))["reader_time"]
    reader_begins, reader_previous = begins.astimezone(ZoneInfo(zone)), previous.astimezone(ZoneInfo(zone))
    same_clock = reader_begins.replace(tzinfo=None) == begins.replace(tzinfo=None)
    if reader_begins.time() == reader_previous.time():
        assert "Clocks" not in line
        assert bool(line) is not same_clock
    else:
        moved = (reader_begins.replace(tzinfo=None) - reader_previous.replace(tzinfo=None)) - timedelta(weeks=weeks)
        assert ("later" if moved > timedelta() else "earlier") in line
    if line:
        assert f": {day_and_month(reader_begins)}, {reader_begins:%H:%M}" in line


def test_every_field_has_a_value() -> None:
    """A known name gives a greeting, and every field has a value."""
    full = merge_values(
        occasion=occasion(),
        zone="",
        first_name=" Aroha\r\nBcc: x ",
        joined_on=" on 2 March 2023",
        leave_url="https://leave.example/1",
        preferences_url="https://choose.example/1",
        now=DAY_BEFORE,
    )
    assert set(full) == set(FIELDS)
    assert full["greeting"] == "Hello Aroha Bcc: x,"
    assert full["joined_on"] == " on 2 March 2023"
    assert values("")["greeting"] == values("")["joined_on"] == ""
