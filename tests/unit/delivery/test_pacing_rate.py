"""The rate is never exceeded, whatever runs at once, however late mails leave and however clocks differ."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.delivery.call import Sending
from convener.delivery.chunks import new_chunk
from convener.delivery.mail import Mail
from convener.delivery.pacing import MOST, RESERVE, Pacing
from convener.delivery.ports import Limits
from convener.delivery.states import Entry, State
from convener.errors import LostAnswer
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS
from tests.support.fake_pacing import FakeAccount, FakeSlots
from tests.support.people import campaign

C = campaign()
MAIL: Any = Mail(sender="a@example.org", recipient="b@example.org", raw=b"", tags={})
ALMOST = 1e-3
"""Moments are kept to the microsecond, so a sum of thousands of steps is not quite even."""


@dataclass(kw_only=True)
class Deliverer:
    """One process: its clock is off by `off` seconds; each round it dawdles and then takes so long for each mail."""

    clock: VirtualClock
    off: float
    rounds: list[tuple[int, float, float, float]]
    pacing: Pacing
    left: list[datetime]
    slots: list[tuple[datetime, datetime]]
    loses: bool = False
    chunk: Any = field(
        default_factory=lambda: new_chunk(C.id, "0", 1, [str(n) for n in range(MOST)]).with_entries(
            {n: Entry().claimed("ours", 60) for n in range(MOST)}
        )
    )

    @property
    def time(self) -> datetime:
        """What time it really is."""
        return self.clock.now() - timedelta(seconds=self.off)

    def go(self) -> int:
        """One round: slots, some delay, the mails. How many left."""
        mails, dawdle, each, pause = self.rounds.pop()
        taken = self.pacing.reserve(mails, within=60)
        if isinstance(taken, float):
            self.clock.sleep(taken)
            return 0
        self.slots.append((taken.moment(0), taken.moment(mails)))
        self.clock.sleep(max(0.0, (taken.start - self.clock.now()).total_seconds()) + dawdle)
        sender = Sending(mailer=self._mailer(each), clock=self.clock, tempo=self.pacing.tempo)
        sent = sender.send(C, self.chunk, dict.fromkeys(range(mails), MAIL), taken)
        self.clock.sleep(pause)
        return sum(entry.state is not State.RETRY for entry in sent.entries.values())

    def _mailer(self, each: float) -> Any:
        class Ses:
            def send(_self, _mail: Mail) -> str:  # noqa: N805 - the deliverer is `self`
                self.left.append(self.time)
                self.clock.sleep(each)
                if self.loses:
                    raise LostAnswer("time-out")
                return "message"

        return Ses()


seconds = st.one_of(st.just(0.0), st.floats(0, 0.2), st.floats(0, 2.5))
rounds = st.lists(st.tuples(st.integers(1, MOST), seconds, st.floats(0, 0.3), seconds), min_size=1, max_size=8)
processes = st.lists(st.tuples(st.floats(-0.02, 0.02), seconds, rounds), min_size=1, max_size=5)


def run(
    granted: float, given: list[Any], **changes: Any
) -> tuple[list[datetime], list[tuple[datetime, datetime]], int]:
    """Moments at which mails left, the slots that were given, and how many mails SES got by what was recorded."""
    account, slots = FakeAccount(Limits(per_second=granted, per_day=None, sent_in_24_hours=0)), FakeSlots()
    left: list[datetime] = []
    ranges: list[tuple[datetime, datetime]] = []
    workers = []
    for off, begins, its in given:
        clock = VirtualClock(BEGINS + timedelta(seconds=off + begins))
        pacing = Pacing(account=account, slots=slots, clock=clock, share=1.0)
        workers.append(
            Deliverer(clock=clock, off=off, rounds=list(its), pacing=pacing, left=left, slots=ranges, **changes)
        )
    recorded = 0
    while busy := [worker for worker in workers if worker.rounds]:
        recorded += min(busy, key=lambda one: one.time).go()
    return sorted(left), ranges, recorded


def fits(moments: list[datetime], *, rate: float, size: float) -> bool:
    """Whether a token bucket that is full at first never runs dry."""
    tokens, before = size, BEGINS - timedelta(hours=1)
    for moment in moments:
        tokens = min(size, tokens + (moment - before).total_seconds() * rate)
        if tokens < 1 - ALMOST:
            return False
        tokens, before = tokens - 1, moment
    return True


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from([0.2, 1.0, 2.0, 14.0, 100.0, 500.0]), st.floats(0.2, 600)), processes)
def test_ses_own_bucket_of_one_second_never_overflows(granted: float, given: list[Any]) -> None:
    """From the sandbox's one mail a second on: nothing that we send is ever too fast for SES."""
    moments, _, recorded = run(granted, given)
    assert fits(moments, rate=granted, size=max(1.0, granted))
    assert recorded == len(moments)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.2, 600), processes)
def test_the_allowed_rate_holds_over_any_time(granted: float, given: list[Any]) -> None:
    """A bucket that fills at the allowed rate, and holds one second's mails and one more, never overflows."""
    allowed = granted * (1 - RESERVE)
    apart = max(off for off, _, _ in given) - min(off for off, _, _ in given)
    moments, _, _ = run(granted, given)
    assert fits(moments, rate=allowed, size=allowed * (1 + apart) + 1)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 600), processes)
def test_no_slot_is_given_twice(granted: float, given: list[Any]) -> None:
    """However many processes ask, their slots lie one behind the other."""
    _, ranges, _ = run(granted, given)
    for (_, end), (start, _) in zip(sorted(ranges), sorted(ranges)[1:], strict=False):
        assert (start - end).total_seconds() >= -1e-5


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 600), processes)
def test_mails_whose_answer_is_lost_count_as_sent(granted: float, given: list[Any]) -> None:
    """SES may have taken them: they use up their slots like any other."""
    allowed = granted * (1 - RESERVE)
    moments, _, recorded = run(granted, [(0.0, begins, its) for _, begins, its in given], loses=True)
    assert fits(moments, rate=allowed, size=allowed + 1)
    assert recorded == len(moments)


def test_a_rate_that_ses_changes_holds_within_a_minute() -> None:
    """Lowered or raised: the next slots are as far apart as the new rate says."""
    account, slots, clock = FakeAccount(), FakeSlots(), VirtualClock(BEGINS)
    pacing = Pacing(account=account, slots=slots, clock=clock, share=1.0)
    for per_second in (14.0, 1.0, 200.0):
        account.granted = replace(account.granted, per_second=per_second)
        clock.sleep(61)
        taken = pacing.reserve(2, within=0)
        assert not isinstance(taken, float)
        assert taken.step * per_second * (1 - RESERVE) == pytest.approx(1)


def test_a_slot_once_given_keeps_its_moment_when_the_rate_is_raised() -> None:
    """The faster ones come behind it."""
    account, slots, clock = FakeAccount(), FakeSlots(), VirtualClock(BEGINS)
    pacing = Pacing(account=account, slots=slots, clock=clock, share=1.0)
    taken = pacing.reserve(50, within=0)
    account.granted = replace(account.granted, per_second=500)
    behind = replace(pacing, tempo=type(pacing.tempo)()).reserve(1, within=60)
    assert not isinstance(taken, float)
    assert not isinstance(behind, float)
    assert abs((behind.start - taken.moment(50)).total_seconds()) < 1e-5
