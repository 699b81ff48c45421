"""The rate is never exceeded, whatever runs at once, however late mails leave and however clocks differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.delivery.pacing import RESERVE, Pacing
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS
from tests.support.fake_pacing import FakeAccount, FakeSlots
from tests.support.paced_rounds import fits, processes, run


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from([0.2, 1.0, 2.0, 14.0, 100.0, 500.0]), st.floats(0.2, 600)), processes)
def test_the_bucket_of_ses_never_overflows(granted: float, given: list[Any]) -> None:
    """From the sandbox's one mail a second on, no mail is ever too fast for SES."""
    moments, _, recorded = run(granted, given)
    assert fits(moments, rate=granted, size=max(1.0, granted))
    assert recorded == len(moments)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.2, 600), processes)
def test_the_allowed_rate_holds_over_any_time(granted: float, given: list[Any]) -> None:
    """A bucket that fills at the allowed rate, and holds the mails of one second and one more, never overflows."""
    allowed = granted * (1 - RESERVE)
    apart = max(off for off, _, _ in given) - min(off for off, _, _ in given)
    moments, _, _ = run(granted, given)
    assert fits(moments, rate=allowed, size=allowed * (1 + apart) + 1)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 600), processes)
def test_no_slot_is_given_twice(granted: float, given: list[Any]) -> None:
    """However many processes ask, their slots follow each other."""
    _, ranges, _ = run(granted, given)
    for (_, end), (start, _) in zip(sorted(ranges), sorted(ranges)[1:], strict=False):
        assert (start - end).total_seconds() >= -1e-5


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 600), processes)
def test_mails_whose_answer_is_lost_count_as_sent(granted: float, given: list[Any]) -> None:
    """SES may have taken them, so they use up their slots."""
    allowed = granted * (1 - RESERVE)
    moments, _, recorded = run(granted, [(0.0, begins, process) for _, begins, process in given], loses=True)
    assert fits(moments, rate=allowed, size=allowed + 1)
    assert recorded == len(moments)


def test_a_changed_rate_holds_within_a_minute() -> None:
    """After a lower or higher rate the next slots have the new distance."""
    account, slots, clock = FakeAccount(), FakeSlots(), VirtualClock(BEGINS)
    pacing = Pacing(account=account, slots=slots, clock=clock, share=1.0)
    for per_second in (14.0, 1.0, 200.0):
        account.granted = replace(account.granted, per_second=per_second)
        clock.sleep(61)
        taken = pacing.reserve(2, within=0)
        assert not isinstance(taken, float)
        assert taken.step * per_second * (1 - RESERVE) == pytest.approx(1)


def test_a_reserved_slot_keeps_its_moment_when_the_rate_is_raised() -> None:
    """The faster slots come behind it."""
    account, slots, clock = FakeAccount(), FakeSlots(), VirtualClock(BEGINS)
    pacing = Pacing(account=account, slots=slots, clock=clock, share=1.0)
    taken = pacing.reserve(50, within=0)
    account.granted = replace(account.granted, per_second=500)
    behind = replace(pacing, tempo=type(pacing.tempo)()).reserve(1, within=60)
    assert not isinstance(taken, float)
    assert not isinstance(behind, float)
    assert abs((behind.start - taken.moment(50)).total_seconds()) < 1e-5
