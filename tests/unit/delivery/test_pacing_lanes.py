"""Two lanes of one account: campaigns and transactional mails together stay within SES's limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.delivery.pacing import (
    CAMPAIGNS,
    MIN_LAPSE_SECONDS,
    TRANSACTIONAL,
    Pacing,
    lanes_are_separate,
    lapse_seconds,
)
from convener.delivery.ports import SendingLimits
from convener.errors import QuotaUsedUp
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS
from tests.support.fake_pacing import FakeAccount, FakeSlots
from tests.support.paced_rounds import fits, processes, run, transactional_processes

RATES = st.one_of(st.sampled_from([0.2, 1.0, 2.0, 3.0, 4.5, 5.0, 14.0, 100.0, 500.0]), st.floats(0.2, 600))
SHARES = st.sampled_from([1.0, 1.0, 0.5, 0.1])


def pacing(lane: Any, slots: FakeSlots, per_second: float = 14, **limits: Any) -> Any:
    """Return the pacing of a process in that lane."""
    account = FakeAccount(SendingLimits(per_second=per_second, **{"per_day": None, "sent_in_24_hours": 0, **limits}))
    return Pacing(account=account, slots=slots, clock=VirtualClock(BEGINS), share=1.0, lane=lane)


@settings(max_examples=100, deadline=None)
@given(RATES, processes, transactional_processes, SHARES)
def test_both_lanes_together_never_overflow_the_bucket_of_ses(
    granted: float, given: list[Any], transactional: list[Any], share: float
) -> None:
    """From the sandbox's one mail a second on, and below, no mail is ever too fast for SES, whatever runs at once."""
    moments, _, recorded = run(granted, given, transactional, share)
    assert fits(moments, rate=granted, size=max(1.0, granted))
    assert recorded == len(moments)


@settings(max_examples=50, deadline=None)
@given(st.floats(5, 600), transactional_processes)
def test_transactional_mails_use_only_their_tenth(granted: float, transactional: list[Any]) -> None:
    """However many are requested, campaigns have the rest."""
    allowed = granted * TRANSACTIONAL.part
    moments, _, _ = run(granted, [], transactional)
    assert fits(moments, rate=allowed, size=allowed * 1.1 + 1)


@settings(deadline=None)
@given(st.floats(0.2, 600), SHARES)
def test_a_slot_is_long_enough_to_be_used(per_second: float, share: float) -> None:
    """Separate lanes leave enough time to read and claim; at low rates there are no separate lanes."""
    if lanes_are_separate(per_second, share):
        assert lapse_seconds(per_second, share) >= MIN_LAPSE_SECONDS
    else:
        assert 0 < lapse_seconds(per_second, share) <= 1
        assert per_second < 5


@pytest.mark.parametrize(("per_second", "waits"), [(14, 0), (1, 40)])
def test_a_transactional_mail_waits_for_campaigns_only_at_low_rates(per_second: float, waits: float) -> None:
    """In the sandbox it waits for its turn among the campaigns' mails; at a usual rate it leaves at once."""
    slots = FakeSlots()
    slots.take(CAMPAIGNS.name, mails=1, step=40, now=BEGINS, within=0)
    process = pacing(TRANSACTIONAL, slots, per_second)
    taken = process.reserve(1, within=60)
    assert (taken.start - BEGINS).total_seconds() == pytest.approx(waits)
    assert taken.mails == 1


def test_the_wait_is_returned_where_the_campaigns_use_every_slot() -> None:
    """In the sandbox, during a campaign, the message of a transactional mail comes again."""
    slots = FakeSlots()
    slots.take(CAMPAIGNS.name, mails=1, step=100, now=BEGINS, within=0)
    assert pacing(TRANSACTIONAL, slots, 1).reserve(1, within=60) == pytest.approx(100)


def test_transactional_mails_have_a_tenth_of_the_daily_quota() -> None:
    """Of 100 mails, ten are theirs. The eleventh waits, and all wait once the account's own quota is used up."""
    slots = FakeSlots()
    slots.take(CAMPAIGNS.name, mails=90, step=0.001, now=BEGINS, within=0)
    process = pacing(TRANSACTIONAL, slots, 100, per_day=100, sent_in_24_hours=80)
    for _ in range(10):
        process.clock.sleep(1)
        assert process.reserve(1, within=60).mails == 1
    with pytest.raises(QuotaUsedUp):
        process.reserve(1, within=60)
    with pytest.raises(QuotaUsedUp):
        pacing(TRANSACTIONAL, FakeSlots(), 100, per_day=100, sent_in_24_hours=100).reserve(1, within=60)
