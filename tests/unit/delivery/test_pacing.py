"""Pacing: SES's limits, the size of a batch, and what happens while SES does not answer."""

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
    """An account that answers or fails as the test sets it, and takes its time."""

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
    """Return the pacing of a new process."""
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
def test_a_batch_is_what_leaves_in_a_second(per_second: float, share: float, seconds_a_mail: float, batch: int) -> None:
    """It is limited by the rate and by what one process can send one by one, and is never empty."""
    limits = replace(LIMITS, per_second=per_second)
    assert pacing(limits, share=share, seconds_per_mail=seconds_a_mail).batch() == batch


def test_the_step_between_slots_follows_from_share_and_reserve() -> None:
    """Of 14 mails a second the stack may use half, and a tenth of that is kept for transactional mail."""
    taken = pacing(share=0.5).reserve(3, within=0)
    assert 1 / taken.step == pytest.approx(14 * 0.5 * (1 - RESERVE))
    assert (taken.moment(2) - taken.start).total_seconds() == pytest.approx(2 * taken.step, abs=1e-5)


def test_one_slow_answer_makes_batches_small_only_for_a_while() -> None:
    """Twenty seconds count as one second; after twenty usual answers the size is nearly what it was."""
    process = pacing()
    assert process.batch() == 10
    process.tempo.learn(20)
    assert process.batch() == 3
    for _ in range(20):
        process.tempo.learn(0.08)
    assert process.batch() >= 9


def test_a_batch_has_at_least_one_mail_and_a_maximum() -> None:
    """Always slow answers give batches of one, and answers that take no time do not make a batch endless."""
    process = pacing()
    for _ in range(100):
        process.tempo.learn(5)
    assert process.batch() == 1
    for _ in range(100):
        process.tempo.learn(0)
    assert process.batch() == 12


def test_ses_is_asked_for_its_limits_once_a_minute() -> None:
    """In between, all batches and messages of the process use the known limits."""
    process = pacing()
    for _ in range(120):
        process.batch()
        process.reserve(1, within=60)
        process.clock.sleep(1)
    assert process.account.asked == 2


@pytest.mark.parametrize("error", [Unavailable("no"), Throttled("rate"), LostAnswer("time-out")])
def test_the_known_limits_are_used_while_ses_does_not_answer(error: Exception) -> None:
    """SES is asked once a minute also then, however long it takes to fail, because no batch may wait for it."""
    process = pacing(takes=0.5)
    process.batch()
    process.account.error, process.account.takes = error, 61
    process.clock.sleep(61)
    before = process.clock.now()
    for _ in range(5):
        assert process.batch() == 10
        assert not isinstance(process.reserve(1, within=60), float)
    assert process.account.asked == 2
    assert (process.clock.now() - before).total_seconds() == 61
    process.account.error, process.account.granted = None, replace(LIMITS, per_second=1)
    process.clock.sleep(61)
    assert process.batch() == 1


@pytest.mark.parametrize(
    ("error", "raised"),
    [(Unavailable("no"), Unavailable), (Throttled("rate"), Throttled), (LostAnswer("time-out"), Unavailable)],
)
def test_without_known_limits_nothing_leaves(error: Exception, raised: type[Exception]) -> None:
    """The request only reads, so nothing is in doubt: it is tried again with each batch."""
    process = pacing()
    process.account.error = error
    for ask in (process.batch, lambda: process.reserve(1, within=60)):
        with pytest.raises(raised) as caught:
            ask()
        assert type(caught.value) is raised
    assert process.account.asked == 2
    assert process.slots.next == {}


@pytest.mark.parametrize("limits", [replace(LIMITS, sending=False), replace(LIMITS, per_second=0)])
def test_an_account_that_may_not_send_takes_no_slots(limits: SendingLimits) -> None:
    """This lasts until a person or AWS changes it."""
    process = pacing(limits)
    for ask in (process.batch, lambda: process.reserve(1, within=60)):
        with pytest.raises(SendingPaused):
            ask()
    assert process.slots.next == {}


def test_sending_goes_on_when_ses_allows_it_again() -> None:
    """The answer of the next minute counts."""
    process = pacing(replace(LIMITS, sending=False))
    with pytest.raises(SendingPaused):
        process.batch()
    process.account.granted = LIMITS
    process.clock.sleep(61)
    assert process.batch() == 10


def test_no_slot_is_taken_where_the_wait_is_too_long() -> None:
    """The wait is returned, and another process that comes in between is not held up."""
    process = pacing()
    process.slots.take("bulk", mails=1, step=100, now=BEGINS, within=0)
    assert process.reserve(5, within=60) == pytest.approx(100)
    assert sum(process.slots.hours["bulk"].values()) == 1
