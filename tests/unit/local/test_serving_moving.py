from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from local.serving.moving import FARTHEST, target
from local.virtual_clock import RunningClock

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2024, 3, 30, 9, 30, tzinfo=UTC)


def moved(**wish: str) -> datetime:
    return target(wish, now=NOW, next_at=NOW + timedelta(minutes=15), zone=LONDON)


def test_the_clock_moves_to_what_was_asked() -> None:
    """By hours, by calendar days (the clocks change that night), to a time of the series' zone, to the next thing."""
    assert moved(by="2h") == NOW + timedelta(hours=2)
    assert moved(by="1d") == datetime(2024, 3, 31, 8, 30, tzinfo=UTC)
    assert moved(by="1w") == datetime(2024, 4, 6, 8, 30, tzinfo=UTC)
    assert moved(to="2024-04-04T09:00") == datetime(2024, 4, 4, 8, tzinfo=UTC)
    assert moved(to="2024-04-04T09:00+00:00") == datetime(2024, 4, 4, 9, tzinfo=UTC)
    assert moved(next="1") == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"by": "soon"}, "no length of time"),
        ({"by": "-1d"}, "no length of time"),
        ({"to": "18/12/2026"}, "is no date and time"),
        ({}, "is no date and time"),
        ({"to": "2024-03-30T09:00"}, "only moves forward"),
        ({"by": "9999w"}, "more than five years"),
        ({"to": "9999-12-31T23:59"}, "more than five years"),
    ],
)
def test_what_cant_be_done_is_said(wish: dict[str, str], words: str) -> None:
    """Neither back, nor out of sight, nor by what nobody understands."""
    with pytest.raises(BadInput, match=words):
        moved(**wish)


def test_without_anything_ahead_there_is_no_next() -> None:
    """The words say how to get something."""
    with pytest.raises(BadInput, match="Drop a file"):
        target({"next": "1"}, now=NOW, next_at=None, zone=LONDON)


@given(st.text(max_size=20), st.sampled_from(["to", "by"]))
def test_any_words_give_a_moment_ahead_or_an_error_in_words(text: str, name: str) -> None:
    """No wish, however odd, moves the clock back or breaks anything."""
    with suppress(BadInput):
        assert NOW <= target({name: text}, now=NOW, next_at=None, zone=LONDON) <= NOW + FARTHEST


@given(st.lists(st.integers(-10_000, 10_000), max_size=8))
def test_a_running_clock_never_goes_back(moves: list[int]) -> None:
    """Whatever it is told, it runs on, and shows at least what it was moved to."""
    passed = [0.0]
    clock = RunningClock(NOW, passed=lambda: passed[0])
    for seconds in moves:
        before, wanted = clock.now(), NOW + timedelta(seconds=seconds)
        clock.move_to(wanted)
        assert clock.now() == max(before, wanted)
        passed[0] += 1.5
        assert clock.now() == max(before, wanted) + timedelta(seconds=1.5)


def test_a_handler_that_sleeps_moves_the_running_clock_and_nobody_waits() -> None:
    """Mails keep their pace by the stack's own time; a page that is asked for meanwhile need not wait for them."""
    passed = [0.0]
    clock = RunningClock(NOW, passed=lambda: passed[0])
    passed[0] = 2.0
    clock.sleep(3)
    passed[0] = 4.0
    assert clock.now() == NOW + timedelta(seconds=7)
