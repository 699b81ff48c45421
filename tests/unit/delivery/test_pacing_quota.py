"""The daily quota: the stack's share less the reserve, counted by the hour and limited by SES's own count."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.delivery.pacing import Tempo
from convener.errors import QuotaUsedUp
from tests.support.delivering import BEGINS
from tests.support.quota import HOUR, send, stack


@pytest.mark.parametrize("batch", [1, 7, 50, 1000])
def test_the_last_mails_of_the_day_are_granted(batch: int) -> None:
    """Of a batch beyond the quota only the granted number counts; the other slots are wasted. Then none is granted."""
    process, granted = stack(200), 0
    while granted < 180:
        taken = process.reserve(batch, within=10**6)
        granted += taken.mails
        process.account.taken += [process.clock.now()] * taken.mails
    with pytest.raises(QuotaUsedUp):
        process.reserve(batch, within=10**6)
    assert granted == 180


@pytest.mark.parametrize(("per_day", "share", "allowed"), [(200, 1.0, 180), (1000, 0.5, 450), (50, 0.1, 4)])
def test_the_stack_sends_its_share_less_the_reserve(per_day: int, share: float, allowed: int) -> None:
    """Not one mail more is granted until the time that the error names."""
    process = stack(per_day, share=share)
    send(process, allowed)
    with pytest.raises(QuotaUsedUp) as caught:
        send(process, 1)
    assert caught.value.until == BEGINS.replace(minute=0) + 25 * HOUR


def test_at_the_named_time_a_part_of_the_quota_is_free_again() -> None:
    """An hour earlier nothing is free; then as much as left in the oldest hour, and the next time is an hour later."""
    process = stack(200)
    send(process, 100)
    process.clock.move_to(BEGINS + HOUR)
    send(process, 80)
    with pytest.raises(QuotaUsedUp) as caught:
        send(process, 1)
    until = caught.value.until
    assert until
    process.clock.move_to(until - HOUR)
    with pytest.raises(QuotaUsedUp) as caught:
        send(process, 1)
    assert caught.value.until == until
    process.clock.move_to(until)
    send(process, 95)
    with pytest.raises(QuotaUsedUp) as caught:
        send(process, 10)
    assert caught.value.until == until + HOUR


def test_the_sandbox_grants_180_mails_a_day() -> None:
    """It has 200 a day and one a second, less the reserve: this takes three minutes and twenty seconds."""
    process = stack(200, per_second=1)
    send(process, 180)
    assert (process.clock.now() - BEGINS).total_seconds() == pytest.approx(179 / 0.9, abs=0.01)
    with pytest.raises(QuotaUsedUp):
        send(process, 1)


def test_without_a_limit_nothing_is_counted() -> None:
    """GetAccount answers -1 then."""
    process = stack(None)
    process.account.others = 10**9
    send(process, 1000)


def test_mails_of_others_count_once_the_whole_quota_is_used() -> None:
    """When the account's whole day is used up, the stack waits an hour, because the hours of the others are unknown."""
    process = stack(1000, share=0.5)
    process.account.others = 990
    send(process, 10)
    with pytest.raises(QuotaUsedUp, match="account") as caught:
        send(process, 1)
    assert caught.value.until == process.clock.now() + HOUR


def test_two_processes_count_together() -> None:
    """The hours are stored in the ledger, beside the slots."""
    process = stack(200)
    other = replace(process, tempo=Tempo())
    for one in (process, other) * 9:
        send(one, 10)
    for one in (process, other):
        with pytest.raises(QuotaUsedUp):
            send(one, 1)


def test_a_quota_that_aws_raises_is_used_from_the_next_minute_on() -> None:
    """No operator has to do anything."""
    process = stack(200)
    send(process, 180)
    with pytest.raises(QuotaUsedUp):
        send(process, 1)
    process.account.granted = replace(process.account.granted, per_day=50_000)
    process.clock.sleep(61)
    send(process, 1000)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30), st.floats(0, 40_000)), max_size=25))
def test_no_24_hours_have_more_mails_than_the_share(rounds: list[tuple[int, int, float]]) -> None:
    """This holds however mails and wasted slots are spread over the days."""
    process, named = stack(200), list[tuple[datetime, datetime | None]]()
    for mails, wasted, pause in rounds:
        try:
            send(process, mails)
            if wasted:
                taken = process.reserve(wasted, within=60)
                assert 1 <= taken.mails <= wasted
        except QuotaUsedUp as refused:
            named.append((process.clock.now(), refused.until))
        assert process.account.sent() <= 180
        process.clock.sleep(pause)
    assert all(until and now < until <= now + 25 * HOUR for now, until in named)
