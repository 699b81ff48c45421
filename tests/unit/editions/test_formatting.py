"""Dates, times and lists in words."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from convener.editions.formatting import (
    and_list,
    duration_words,
    full_date,
    hour_words,
    one_line,
    short_date,
    time_range,
)


def test_dates_are_written_out() -> None:
    """Dates name the month as a word."""
    assert full_date(date(2024, 4, 18)) == "Thursday 18 April 2024"
    assert short_date(date(2024, 4, 18)) == "Thu 18 April"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(18, 0, "6pm"), (18, 30, "6.30pm"), (9, 5, "9.05am"), (12, 0, "12 noon"), (12, 30, "12.30pm"), (0, 0, "12am")],
)
def test_hours_are_written_as_people_say_them(hour: int, minute: int, words: str) -> None:
    """Hours are written as people say them, and noon differs from midnight."""
    assert hour_words(datetime(2024, 4, 18, hour, minute)) == words


def test_a_session_past_midnight_names_both_days() -> None:
    """If a session ends on another day, both days are named."""
    late, early = datetime(2024, 4, 18, 23), datetime(2024, 4, 19, 0, 30)
    assert time_range(late, early, "UK time") == "Thursday 18 April 2024, 23:00, to Friday 19 April, 00:30 UK time"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (60, "one hour"),
        (120, "two hours"),
        (30, "half an hour"),
        (90, "one and a half hours"),
        (45, "45 minutes"),
        (105, "one hour and 45 minutes"),
    ],
)
def test_durations_in_words(minutes: int, words: str) -> None:
    """Durations are written in words."""
    assert duration_words(minutes) == words


def test_lists_of_names() -> None:
    """Names are joined with commas and "and"."""
    assert [and_list(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == ["", "A", "A and B", "A, B and C"]


def test_one_line_has_no_breaks() -> None:
    """Line breaks and control characters are removed."""
    assert one_line(" a\r\nBcc: x\x00\u2028 b ") == "a Bcc: x b"
