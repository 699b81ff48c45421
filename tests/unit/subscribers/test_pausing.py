"""Pauses: which days may be chosen, and the moment at which such a day begins for the reader."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.subscribers.pausing import in_months, until_day

NOW = datetime(2024, 1, 31, 12, tzinfo=UTC)
AUCKLAND, LONDON, BEIRUT = ZoneInfo("Pacific/Auckland"), ZoneInfo("Europe/London"), ZoneInfo("Asia/Beirut")


def test_a_month_is_a_month_of_the_calendar_where_she_is() -> None:
    """From 31 January, or in Auckland already 1 February, to the beginning of a day there."""
    assert in_months(1, now=NOW, tz=LONDON) == datetime(2024, 2, 29, tzinfo=UTC)
    assert in_months(3, now=NOW, tz=LONDON) == datetime(2024, 4, 29, 23, tzinfo=UTC)
    assert in_months(1, now=NOW, tz=AUCKLAND) == datetime(2024, 2, 29, 11, tzinfo=UTC)


def test_a_day_begins_in_her_zone_also_where_midnight_is_left_out() -> None:
    """Beirut's clocks went from 24:00 to 01:00 that night."""
    assert until_day("2024-03-01", now=NOW, tz=AUCKLAND) == datetime(2024, 2, 29, 11, tzinfo=UTC)
    assert until_day("2024-03-31", now=NOW, tz=BEIRUT) == datetime(2024, 3, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "which day"),
        ("soon", "like 2024-03-01"),
        ("1/3/2024", r"\AWrite year, month and day like 2024-03-01"),
        ("20/05/2024", r"\AWrite year, month and day like 2024-03-01"),
        ("20240301", "like 2024-03-01"),
        ("2024-W09-5", "like 2024-03-01"),
        ("2024-02-30", "no day of the calendar"),
        ("2024-02-29\n", "like 2024-03-01"),
        ("٢٠٢٤-٠٣-٠١", "like 2024-03-01"),
        ("2024-01-31", "not in the future"),
        ("0001-01-01", "not in the future"),
        ("2025-02-01", "until 31 January 2025"),
        ("9999-12-31", "until 31 January 2025"),
    ],
)
def test_other_days_are_refused_with_what_would_do(typed: str, told: str) -> None:
    """Each with its reason, and none with an error of ours."""
    with pytest.raises(BadInput, match=told):
        until_day(typed, now=NOW, tz=LONDON)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)), st.timezones(), st.integers(1, 365))
def test_every_day_of_the_year_ahead_may_be_chosen(moment: datetime, tz: ZoneInfo, days: int) -> None:
    """Its beginning is ahead, and lies on that day in her zone: the first moment of it that there is."""
    now = moment.replace(tzinfo=UTC)
    day: date = now.astimezone(tz).date() + timedelta(days=days)
    until = until_day(day.isoformat(), now=now, tz=tz)
    assert now < until
    assert until == datetime.combine(day, time(), tz).astimezone(UTC)


@given(st.text())
def test_whatever_is_typed_is_a_day_or_a_reason(typed: str) -> None:
    """Nothing else comes of it."""
    try:
        assert until_day(typed, now=NOW, tz=LONDON) > NOW
    except BadInput as reason:
        assert str(reason)  # noqa: PT017 - either is right
