"""Pacing: SES's limits as they are known, how many mails make a call, and what happens while SES tells nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from convener.delivery.pacing import MAX_BATCH_MAILS, RESERVE, Pacing, Tempo
from convener.delivery.ports import SendingLimits
from convener.errors import LostAnswer, SendingPaused, Throttled, Unavailable
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS
from tests.support.fake_pacing import FakeAccount, FakeSlots

LIMITS = SendingLimits(per_second=14, per_day=50_000, sent_in_24_hours=0)


class Ses(FakeAccount):
    """Answers, or fails as it is told to, and takes its time."""

    error: Exception | None = None

    def __init__(self, clock: VirtualClock, limits: SendingLimits = LIMITS, takes: float = 0) -> None:
        super().__init__(limits)
        self.clock, self.takes = clock, takes

    def limits(self) -> SendingLimits:
        answer = super().limits()
        self.clock.sleep(self.takes)
        if self.error:
            raise self.error
        return answer


def pacing(limits: SendingLimits = LIMITS, *, share: float = 1.0, takes: float = 0, **tempo: Any) -> Any:
    """A fresh process."""
    clock = VirtualClock(BEGINS)
    return Pacing(account=Ses(clock, limits, takes), slots=FakeSlots(), clock=clock, share=share, tempo=Tempo(**tempo))


@pytest.mark.parametrize(
    ("per_second", "share", "seconds_a_mail", "batch"),
    [
        (14, 1.0, 0.08, 10),  # eight tenths of a second, at 80 ms each
        (14, 1.0, 0.01, 12),  # the rate, less the reserve
        (14, 0.5, 0.01, 6),
        (500, 1.0, 0.08, 10),  # one process sends one after the other
        (500, 1.0, 0.016, MAX_BATCH_MAILS),
        (500, 1.0, 0.01, MAX_BATCH_MAILS),
        (500, 0.05, 0.01, 22),
        (1, 1.0, 0.08, 1),  # the sandbox
        (0.2, 0.1, 0.08, 1),
        (14, 1.0, 1.0, 1),
    ],
)
def test_a_call_is_what_leaves_in_a_second(per_second: float, share: float, seconds_a_mail: float, batch: int) -> None:
    """Neither more than the rate nor more than can be sent one after the other, and never none."""
    limits = replace(LIMITS, per_second=per_second)
    assert pacing(limits, share=share, seconds_per_mail=seconds_a_mail).batch() == batch


def test_slots_are_as_far_apart_as_the_share_and_the_reserve_make_them() -> None:
    """Of 14 a second, half is this stack's, and a tenth of that stays for confirmations."""
    taken = pacing(share=0.5).reserve(3, within=0)
    assert 1 / taken.step == pytest.approx(14 * 0.5 * (1 - RESERVE))
    assert (taken.moment(2) - taken.start).total_seconds() == pytest.approx(2 * taken.step, abs=1e-5)


def test_one_slow_answer_makes_calls_small_only_for_a_while() -> None:
    """Twenty seconds count as one; after twenty usual answers it is nearly what it was."""
    its = pacing()
    assert its.batch() == 10
    its.tempo.learn(20)
    assert its.batch() == 3
    for _ in range(20):
        its.tempo.learn(0.08)
    assert its.batch() >= 9


def test_answers_that_are_always_slow_still_leave_calls_of_one() -> None:
    """And answers that take no time at all don't make a call endless."""
    its = pacing()
    for _ in range(100):
        its.tempo.learn(5)
    assert its.batch() == 1
    for _ in range(100):
        its.tempo.learn(0)
    assert its.batch() == 12


def test_ses_is_asked_for_its_limits_once_a_minute() -> None:
    """And they are taken as known in between, by every call and message of the process."""
    its = pacing()
    for _ in range(120):
        its.batch()
        its.reserve(1, within=60)
        its.clock.sleep(1)
    assert its.account.asked == 2


@pytest.mark.parametrize("error", [Unavailable("no"), Throttled("rate"), LostAnswer("time-out")])
def test_limits_that_cannot_be_asked_stay_as_they_were(error: Exception) -> None:
    """Also then it is asked once a minute, however long SES takes to say nothing: a call must not wait for it."""
    its = pacing(takes=0.5)
    its.batch()
    its.account.error, its.account.takes = error, 61
    its.clock.sleep(61)
    before = its.clock.now()
    for _ in range(5):
        assert its.batch() == 10
        assert not isinstance(its.reserve(1, within=60), float)
    assert its.account.asked == 2
    assert (its.clock.now() - before).total_seconds() == 61
    its.account.error, its.account.granted = None, replace(LIMITS, per_second=1)
    its.clock.sleep(61)
    assert its.batch() == 1


@pytest.mark.parametrize(
    ("error", "raised"),
    [(Unavailable("no"), Unavailable), (Throttled("rate"), Throttled), (LostAnswer("time-out"), Unavailable)],
)
def test_limits_that_were_never_known_let_nothing_leave(error: Exception, raised: type[Exception]) -> None:
    """Nothing was to be done by asking, so nothing is in doubt: try again later, asking again each time."""
    its = pacing()
    its.account.error = error
    for ask in (its.batch, lambda: its.reserve(1, within=60)):
        with pytest.raises(raised) as caught:
            ask()
        assert type(caught.value) is raised
    assert its.account.asked == 2
    assert its.slots.next == {}


@pytest.mark.parametrize("limits", [replace(LIMITS, sending=False), replace(LIMITS, per_second=0)])
def test_an_account_that_may_not_send_takes_no_slots(limits: SendingLimits) -> None:
    """Until a person or AWS changes that."""
    its = pacing(limits)
    for ask in (its.batch, lambda: its.reserve(1, within=60)):
        with pytest.raises(SendingPaused):
            ask()
    assert its.slots.next == {}


def test_sending_goes_on_when_ses_lets_it_again() -> None:
    """The next minute's answer counts."""
    its = pacing(replace(LIMITS, sending=False))
    with pytest.raises(SendingPaused):
        its.batch()
    its.account.granted = LIMITS
    its.clock.sleep(61)
    assert its.batch() == 10


def test_where_no_slot_is_free_in_time_none_is_taken() -> None:
    """The wait is answered, and another who comes in between is not held up by us."""
    its = pacing()
    its.slots.take("bulk", mails=1, step=100, now=BEGINS, within=0)
    assert its.reserve(5, within=60) == pytest.approx(100)
    assert sum(its.slots.hours["bulk"].values()) == 1
