"""What slots promise, the fake ones and DynamoDB's: as many as are due, each to one taker."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convener.delivery.ports import SlotReservation
from tests.support.people import LONG_AGO, OPENED

SECOND = 1_000_000
"""Microseconds."""
HOUR = int(OPENED.timestamp()) // 3600


def after(**passed: float) -> datetime:
    """That long after the campaign was opened."""
    return OPENED + timedelta(**passed)


def take(
    parts: Any, mails: int = 1, *, now: datetime = OPENED, lane: str = "bulk", step: float = 1, **more: Any
) -> Any:
    """Some slots, by default one, now, in a lane of one a second."""
    return parts.slots.take(lane, mails=mails, step=step, now=now, within=more.get("within", 60))


def test_the_first_taker_may_begin_now(parts: Any) -> None:
    """The next one when the first one's slots are over; and again now when nobody took any for a while."""
    assert take(parts, 3) == SlotReservation(start=OPENED, spent={HOUR: 3})
    assert take(parts, 2, now=after(seconds=1)) == SlotReservation(start=after(seconds=3), spent={HOUR: 5})
    assert take(parts, now=after(seconds=5)) == SlotReservation(start=after(seconds=5), spent={HOUR: 6})
    assert take(parts, now=after(seconds=9)) == SlotReservation(start=after(seconds=9), spent={HOUR: 7})


def test_what_nobody_took_is_not_kept_for_later(parts: Any) -> None:
    """After an idle hour, slots are as far apart as ever: no burst."""
    take(parts)
    starts = [take(parts, now=after(hours=1)).start for _ in range(3)]
    assert starts == [after(hours=1, seconds=place) for place in range(3)]


def test_slots_that_are_too_far_off_are_not_taken(parts: Any) -> None:
    """The wait is answered, in seconds, and the next one to ask is answered the same."""
    take(parts, 5)
    for _ in range(2):
        assert take(parts, within=4.999999) == pytest.approx(5, abs=1e-9)
    assert take(parts, within=5) == SlotReservation(start=after(seconds=5), spent={HOUR: 6})
    assert take(parts, within=0) == pytest.approx(6, abs=1e-9)
    assert take(parts, now=after(seconds=6), within=0).start == after(seconds=6)


def test_lanes_know_nothing_of_each_other(parts: Any) -> None:
    """What one spends isn't in the other's numbers either."""
    take(parts, 10)
    assert take(parts, 2, lane="transactional") == SlotReservation(start=OPENED, spent={HOUR: 2})
    assert take(parts) == SlotReservation(start=after(seconds=10), spent={HOUR: 11})


def test_odd_rates_are_never_exceeded(parts: Any) -> None:
    """Where a step is no whole number of microseconds, takers wait a little longer rather than shorter."""
    take(parts, 7, step=1 / 14.1)
    start = take(parts, 1, step=1 / 14.1).start
    assert 0 <= (start - OPENED).total_seconds() - 7 / 14.1 < 2e-6


def test_clocks_that_differ_never_give_a_slot_back(parts: Any) -> None:
    """Who lives a minute earlier gets later slots, or is told to wait for them."""
    assert take(parts, now=after(minutes=1)).start == after(minutes=1)
    assert take(parts, within=59) == pytest.approx(61, abs=1e-9)
    assert take(parts, within=61).start == after(minutes=1, seconds=1)


def test_a_day_and_an_hour_are_remembered(parts: Any) -> None:
    """This hour and the 24 before it; older ones are forgotten, whoever took them."""
    for passed in range(27):
        spent = take(parts, passed + 1, now=after(hours=passed)).spent
    assert spent == {HOUR + passed: passed + 1 for passed in range(2, 27)}
    assert take(parts, now=after(days=9)).spent == {HOUR + 9 * 24: 1}


def test_any_time_zone_is_the_same_moment(parts: Any) -> None:
    """Hours are counted in UTC."""
    here = OPENED.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert take(parts, now=here) == SlotReservation(start=OPENED, spent={HOUR: 1})
    assert take(parts).start.tzinfo is UTC


TAKES = st.tuples(
    st.sampled_from(["one", "two"]),
    st.integers(1, 50),
    st.sampled_from([2_000, 12_500, 80_000, 1_000_000]),
    st.integers(-2_000_000, 30_000_000),
    st.sampled_from([0, 500_000, 1_000_000, 60_000_000]),
)
"""Lane, mails; then in microseconds: step, how far the taker's clock is ahead of the one before, within."""


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TAKES, max_size=12))
def test_no_slot_is_given_twice(parts: Any, takes: list[tuple[str, int, int, int, int]]) -> None:
    """Whoever takes how many, at whatever rate and by whatever clock: the first free one, or the wait until it."""
    own, now, free = uuid.uuid4().hex, OPENED, dict.fromkeys(("one", "two"), LONG_AGO)
    for lane, mails, step, passed, within in takes:
        now += timedelta(microseconds=passed)
        answer = take(parts, mails, now=now, lane=f"{lane}-{own}", step=step / SECOND, within=within / SECOND)
        first = max(now, free[lane])
        if first - now > timedelta(microseconds=within):
            assert answer == pytest.approx((first - now).total_seconds(), abs=1e-9)
        else:
            assert answer.start == first
            free[lane] = first + timedelta(microseconds=step * mails)
