"""The daily quota: the stack's share less the reserve, counted by the hour, bounded by what SES itself counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.campaigns import Stage, Why
from convener.delivery.deliver import How
from convener.delivery.pacing import Pacing, Tempo
from convener.delivery.ports import Limits
from convener.errors import LostAnswer, QuotaUsedUp, Unavailable
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS, ID, REF, raising, world
from tests.support.fake_pacing import FakeSlots
from tests.support.fakes import FakeMailer

HOUR = timedelta(hours=1)


class Ses:
    """An account that counts what it takes in 24 hours; `others` is what else left from it. May fail."""

    def __init__(self, clock: VirtualClock, limits: Limits) -> None:
        self.clock, self.granted, self.others = clock, limits, 0
        self.taken: list[datetime] = []
        self.error: Exception | None = None

    def sent(self) -> int:
        return self.others + sum(one > self.clock.now() - timedelta(hours=24) for one in self.taken)

    def limits(self) -> Limits:
        if self.error:
            raise self.error
        return replace(self.granted, sent_in_24_hours=self.sent())


def stack(per_day: int | None, *, share: float = 1.0, per_second: float = 1000) -> Any:
    """A stack's pacing."""
    clock = VirtualClock(BEGINS)
    limits = Limits(per_second=per_second, per_day=per_day, sent_in_24_hours=0)
    return Pacing(account=Ses(clock, limits), slots=FakeSlots(), clock=clock, share=share)


def send(its: Any, mails: int) -> None:
    """As many, one by one, each taken by SES."""
    for _ in range(mails):
        taken = its.reserve(1, within=60)
        assert not isinstance(taken, float)
        its.clock.move_to(taken.start)
        its.account.taken.append(its.clock.now())


def waste(its: Any, *, seconds: int) -> None:
    """Ten slots a second that nobody uses."""
    for _ in range(seconds):
        its.reserve(10, within=60)
        its.clock.sleep(1)


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


def test_slots_wasted_in_hours_of_an_outage_use_up_nothing() -> None:
    """SES counted none of them: whatever our own count says, everything leaves when the outage is over."""
    its = stack(50_000, per_second=14)
    for _ in range(6 * 60):
        for _ in range(60):
            its.reserve(10, within=60)
        its.clock.sleep(60)
    assert sum(its.slots.hours["bulk"].values()) > 45_000
    send(its, 1000)


@pytest.mark.parametrize("error", [Unavailable("no"), LostAnswer("time-out")])
def test_slots_wasted_while_ses_tells_nothing_cost_an_hour_at_most(error: Exception) -> None:
    """Our own count is all there is, and may be nothing but waste: it is looked at again before long, not next day."""
    its = stack(50_000, per_second=14)
    send(its, 1)
    its.account.error = error
    its.clock.sleep(61)
    with pytest.raises(QuotaUsedUp) as caught:
        waste(its, seconds=6 * 60 * 60)
    assert caught.value.until == its.clock.now() + HOUR
    its.account.error = None
    its.clock.move_to(caught.value.until)
    send(its, 1000)


def test_a_campaign_that_ses_refuses_for_long_is_not_said_to_have_no_quota() -> None:
    """Its chunk wastes more slots than the day has mails; it goes on the minute SES does."""
    limits = Limits(per_second=14, per_day=200, sent_in_24_hours=0)
    delivery = world(12, limits=limits, mailer=FakeMailer(raising(Unavailable("no connection"), on=1, times=20)))
    delivery.clock.time_left = lambda: 300.0
    for _ in range(20):
        assert delivery.deliver(ID, REF).how is How.PUT_OFF
        delivery.clock.sleep(60)
    assert sum(delivery.pacing.slots.hours["bulk"].values()) > 180
    assert delivery.deliver(ID, REF).how is How.DONE
    assert len({mail.recipient for mail in delivery.mailer.sent}) == len(delivery.mailer.sent) == 12


def test_a_campaign_whose_quota_is_used_up_ends_after_days_without_a_hand() -> None:
    """Even where a day grants less than a second: it waits until the moment it names, and everybody has it once."""
    sandbox = Limits(per_second=100, per_day=22, sent_in_24_hours=0)
    delivery = world(50, limits=sandbox)
    delivery.clock.time_left = lambda: 300.0
    waited = 0
    while delivery.deliver(ID, REF).how is not How.DONE:
        campaign = delivery.ledger.campaigns[ID]
        assert (campaign.why, delivery.queue.chunks) == (Why.QUOTA, [])
        delivery.pacing.account.granted = replace(sandbox, sent_in_24_hours=0)
        delivery.clock.move_to(campaign.until)
        delivery.ledger.campaigns[ID] = campaign.turned(Stage.SENDING)
        waited += 1
    assert waited == 2
    assert len({mail.recipient for mail in delivery.mailer.sent}) == len(delivery.mailer.sent) == 50
