"""Dates of joining."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.subscribers.cells import joined_at

NOW = datetime(2024, 4, 18, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("2024-03-31", datetime(2024, 3, 31, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-04-18", datetime(2024, 4, 18, tzinfo=UTC)),
        ("2024-04-19", NOW),  # today in Auckland
        ("2024-03-31T12:30:00+01:00", datetime(2024, 3, 31, 11, 30, tzinfo=UTC)),
        ("2024-03-31T12:30Z", datetime(2024, 3, 31, 12, 30, tzinfo=UTC)),
        ("2024-03-31 12:30:15", datetime(2024, 3, 31, 12, 30, 15, tzinfo=UTC)),
        ("25/03/2024", datetime(2024, 3, 25, tzinfo=UTC)),  # no calendar has 25 months
        ("3/25/2024", datetime(2024, 3, 25, tzinfo=UTC)),
        ("31.12.2023", datetime(2023, 12, 31, tzinfo=UTC)),
        ("05/05/2023", datetime(2023, 5, 5, tzinfo=UTC)),
    ],
)
def test_dates_with_one_meaning_and_moments_are_read(typed: str, joined: datetime) -> None:
    """A date is its midnight in UTC, and never later than now."""
    assert joined_at(typed, now=NOW) == joined


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("04/05/2024", "Write 2024-05-04 or 2024-04-05."),
        ("4.5.2024", "Write 2024-05-04 or 2024-04-05."),
        ("31/02/2024", "“2024-02-31” is no day of the calendar"),
        ("20.04.2024", "2024-04-20, lies in the future"),
        ("45387", "not a date"),
        ("2024", "not a date"),
        ("2024-W14-4", "not a date"),
        ("yesterday", "not a date"),
        ("99/99/2024", "not a date"),
        ("2024-02-30", "no day of the calendar"),
        ("2024-13-01", "no day of the calendar"),
        ("2024-04-20", "2024-04-20, lies in the future"),
        ("2024-04-18T17:00:01Z", "lies in the future"),
        ("1969-12-31", "before 1970"),
        ("0001-01-01T00:00:00+14:00", "not a date"),
    ],
)
def test_uncertain_dates_are_refused(typed: str, reason: str) -> None:
    """The message says how to write the date, with both meanings where there are two."""
    with pytest.raises(BadInput) as refusal:
        joined_at(typed, now=NOW)
    assert reason in str(refusal.value)


@given(st.text(max_size=30) | st.from_regex(r"\A\d{4}-\d\d-\d\d([T ]\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?)?\Z"))
def test_any_text_is_a_past_moment_or_is_refused(typed: str) -> None:
    """No text raises another error, and no date of joining is in the future."""
    try:
        joined = joined_at(typed, now=NOW)
    except BadInput:
        return
    assert joined <= NOW
