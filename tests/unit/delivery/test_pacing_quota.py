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
    its, granted = stack(200), 0
    while granted < 180:
        taken = its.reserve(batch, within=10**6)
        granted += taken.mails
        its.account.taken += [its.clock.now()] * taken.mails
    with pytest.raises(QuotaUsedUp):
        its.reserve(batch, within=10**6)
    assert granted == 180


@pytest.mark.parametrize(("per_day", "share", "allowed"), [(200, 1.0, 180), (1000, 0.5, 450), (50, 0.1, 4)])
def test_the_stack_sends_its_share_less_the_reserve(per_day: int, share: float, allowed: int) -> None:
    """Not one mail more is granted until the time that the error names."""
    its = stack(per_day, share=share)
    send(its, allowed)
    with pytest.raises(QuotaUsedUp) as caught:
        send(its, 1)
    assert caught.value.until == BEGINS.replace(minute=0) + 25 * HOUR


def test_at_the_named_time_a_part_of_the_quota_is_free_again() -> None:
    """An hour earlier nothing is free; then as much as left in the oldest hour, and the next time is an hour later."""
    its = stack(200)
    send(its, 100)
    its.clock.move_to(BEGINS + HOUR)
    send(its, 80)
    with pytest.raises(QuotaUsedUp) as caught:
        send(its, 1)
    until = caught.value.until
    assert until
    its.clock.move_to(until - HOUR)
    with pytest.raises(QuotaUsedUp) as caught:
        send(its, 1)
    assert caught.value.until == until
    its.clock.move_to(until)
    send(its, 95)
    with pytest.raises(QuotaUsedUp) as caught:
        send(its, 10)
    assert caught.value.until == until + HOUR


def test_the_sandbox_grants_180_mails_a_day() -> None:
    """It has 200 a day and one a second, less the reserve: this takes three minutes and twenty seconds."""
    its = stack(200, per_second=1)
    send(its, 180)
    assert (its.clock.now() - BEGINS).total_seconds() == pytest.approx(179 / 0.9, abs=0.01)
    with pytest.raises(QuotaUsedUp):
        send(its, 1)


def test_without_a_limit_nothing_is_counted() -> None:
    """GetAccount answers -1 then."""
    its = stack(None)
    its.account.others = 10**9
    send(its, 1000)


def test_mails_of_others_count_once_the_whole_quota_is_used() -> None:
    """When the account's whole day is used up, the stack waits an hour, because the hours of the others are unknown."""
    its = stack(1000, share=0.5)
    its.account.others = 990
    send(its, 10)
    with pytest.raises(QuotaUsedUp, match="account") as caught:
        send(its, 1)
    assert caught.value.until == its.clock.now() + HOUR


def test_two_processes_count_together() -> None:
    """The hours are stored in the ledger, beside the slots."""
    its = stack(200)
    other = replace(its, tempo=Tempo())
    for one in (its, other) * 9:
        send(one, 10)
    for one in (its, other):
        with pytest.raises(QuotaUsedUp):
            send(one, 1)


def test_a_quota_that_aws_raises_is_used_from_the_next_minute_on() -> None:
    """No operator has to do anything."""
    its = stack(200)
    send(its, 180)
    with pytest.raises(QuotaUsedUp):
        send(its, 1)
    its.account.granted = replace(its.account.granted, per_day=50_000)
    its.clock.sleep(61)
    send(its, 1000)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30), st.floats(0, 40_000)), max_size=25))
def test_no_24_hours_have_more_mails_than_the_share(rounds: list[tuple[int, int, float]]) -> None:
    """This holds however mails and wasted slots are spread over the days."""
    its, told = stack(200), list[tuple[datetime, datetime | None]]()
    for mails, wasted, pause in rounds:
        try:
            send(its, mails)
            if wasted:
                taken = its.reserve(wasted, within=60)
                assert 1 <= taken.mails <= wasted
        except QuotaUsedUp as refused:
            told.append((its.clock.now(), refused.until))
        assert its.account.sent() <= 180
        its.clock.sleep(pause)
    assert all(until and now < until <= now + 25 * HOUR for now, until in told)
