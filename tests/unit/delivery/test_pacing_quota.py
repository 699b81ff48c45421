"""The daily quota: the stack's share less the reserve, counted by the hour, bounded by what SES itself counted."""

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
def test_the_last_of_the_day_are_granted_whatever_the_batch(batch: int) -> None:
    """Of slots beyond the quota only as many count as it grants; the rest is wasted, and then none are given."""
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
    """And not one mail more, until a moment that it names."""
    its = stack(per_day, share=share)
    send(its, allowed)
    with pytest.raises(QuotaUsedUp) as caught:
        send(its, 1)
    assert caught.value.until == BEGINS.replace(minute=0) + 25 * HOUR


def test_when_the_moment_has_come_some_of_it_is_free_again() -> None:
    """An hour before nothing is; then as much as left in the oldest hour, and the next moment is an hour on."""
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


def test_the_sandbox_lets_180_leave_a_day() -> None:
    """200 a day and one a second, less the reserve: three minutes and twenty seconds."""
    its = stack(200, per_second=1)
    send(its, 180)
    assert (its.clock.now() - BEGINS).total_seconds() == pytest.approx(179 / 0.9, abs=0.01)
    with pytest.raises(QuotaUsedUp):
        send(its, 1)


def test_without_a_limit_nothing_is_counted() -> None:
    """GetAccount's -1."""
    its = stack(None)
    its.account.others = 10**9
    send(its, 1000)


def test_what_others_send_from_the_account_counts_once_all_of_it_is_used() -> None:
    """Their share is theirs; when the whole day is used up we wait an hour, since we don't know their hours."""
    its = stack(1000, share=0.5)
    its.account.others = 990
    send(its, 10)
    with pytest.raises(QuotaUsedUp, match="account") as caught:
        send(its, 1)
    assert caught.value.until == its.clock.now() + HOUR


def test_two_processes_count_together() -> None:
    """The hours lie in the ledger, beside the slots."""
    its = stack(200)
    other = replace(its, tempo=Tempo())
    for one in (its, other) * 9:
        send(one, 10)
    for one in (its, other):
        with pytest.raises(QuotaUsedUp):
            send(one, 1)


def test_a_quota_that_aws_raises_is_used_from_the_next_minute_on() -> None:
    """No hand is needed."""
    its = stack(200)
    send(its, 180)
    with pytest.raises(QuotaUsedUp):
        send(its, 1)
    its.account.granted = replace(its.account.granted, per_day=50_000)
    its.clock.sleep(61)
    send(its, 1000)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30), st.floats(0, 40_000)), max_size=25))
def test_no_24_hours_ever_see_more_than_the_share(rounds: list[tuple[int, int, float]]) -> None:
    """However mails and wasted slots are spread over the days."""
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
