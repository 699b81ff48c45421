"""Days by the rule, and moments across changes of clocks."""

from __future__ import annotations

import calendar
from datetime import UTC, date, time, timedelta

import pytest

from convener.errors import BadInput
from convener.sessions.recurrence import date_by_rule
from tests.support.people import series, session

MONTHS = [f"{year}-{month:02d}" for year in range(2020, 2101) for month in range(1, 13)]


def test_the_third_thursday_is_right_for_every_month_until_2100() -> None:
    """The rule's day is a Thursday from the 15th to the 21st, in each of 972 months."""
    rule = series().rule
    for month in MONTHS:
        day = date_by_rule(month, rule)
        assert day.strftime("%Y-%m") == month
        assert day.weekday() == calendar.THURSDAY
        assert 15 <= day.day <= 21


def test_a_rule_without_a_day_in_the_month_says_so() -> None:
    """A fifth Thursday that a month lacks is a message with month and rule, not a neighbouring month's day."""
    with pytest.raises(BadInput, match="2024-04"):
        date_by_rule("2024-04", "FREQ=MONTHLY;BYDAY=5TH")


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2024, 3, 21), 18), (date(2024, 4, 18), 17), (date(2024, 10, 17), 17), (date(2024, 11, 21), 18)],
)
def test_six_in_london_is_six_in_london_whatever_the_clocks_do(day: date, hour: int) -> None:
    """18:00 stays 18:00 for readers in London across both changes, so it moves in UTC."""
    one = session(date=day)
    begins = one.begins(series().tz)
    assert (begins.hour, begins.astimezone(UTC).hour) == (18, hour)
    assert one.ends(series().tz) - begins == timedelta(minutes=90)


def test_a_length_is_elapsed_time_across_the_change_of_clocks() -> None:
    """A session over the night in which clocks go forward lasts as long as any other."""
    night = session(date=date(2024, 3, 31), start=time(0, 30), length_minutes=60)
    ends = night.ends(series().tz)
    assert (ends.hour, ends.minute) == (2, 30)
    assert ends.astimezone(UTC) - night.begins(series().tz).astimezone(UTC) == timedelta(hours=1)
