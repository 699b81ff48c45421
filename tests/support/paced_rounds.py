"""Processes that send mails in slots, each with its own clock: when the mails leave, and whether a bucket overflows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from convener.delivery.chunks import new_chunk
from convener.delivery.deliver import BatchSender
from convener.delivery.mail import Mail
from convener.delivery.pacing import CAMPAIGNS, MAX_BATCH_MAILS, TRANSACTIONAL, Pacing
from convener.delivery.ports import SendingLimits
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import LostAnswer
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS
from tests.support.fake_pacing import FakeAccount, FakeSlots
from tests.support.people import campaign

C = campaign()
MAIL: Any = Mail(sender="a@example.org", recipient="b@example.org", raw=b"", tags={})
ALMOST = 1e-3
"""Times are kept to the microsecond, so the sum of thousands of steps is not quite exact."""


@dataclass(kw_only=True)
class Deliverer:
    """One process.

    Attributes:
        clock: The process's clock, which is wrong by `off` seconds.
        off: See `clock`.
        rounds: For each round the number of mails, the seconds before the first, per mail, and after the last.
        pacing: Reserves the slots.
        left: Takes the times at which mails leave.
        slots: Takes the reserved slots: the first, and the one behind the last.
        loses: Whether every answer is lost.
        chunk: The claimed chunk of the mails.
    """

    clock: VirtualClock
    off: float
    rounds: list[tuple[int, float, float, float]]
    pacing: Pacing
    left: list[datetime]
    slots: list[tuple[datetime, datetime]]
    loses: bool = False
    chunk: Any = field(
        default_factory=lambda: new_chunk(C.id, "0", 1, [str(n) for n in range(MAX_BATCH_MAILS)]).with_entries(
            {n: RecipientState().claimed("ours", 60) for n in range(MAX_BATCH_MAILS)}
        )
    )

    @property
    def time(self) -> datetime:
        """The correct time."""
        return self.clock.now() - timedelta(seconds=self.off)

    def go(self) -> int:
        """Do one round, and return how many mails were handed over."""
        mails, delay, each, pause = self.rounds.pop()
        taken = self.pacing.reserve(mails, within=60)
        if isinstance(taken, float):
            self.clock.sleep(taken)
            return 0
        self.slots.append((taken.moment(0), taken.moment(mails)))
        self.clock.sleep(max(0.0, (taken.start - self.clock.now()).total_seconds()) + delay)
        sender = BatchSender(mailer=self._mailer(each), clock=self.clock, tempo=self.pacing.tempo)
        sent = sender.send(C, self.chunk, dict.fromkeys(range(mails), MAIL), taken)
        self.clock.sleep(pause)
        return sum(entry.state is not DeliveryState.RETRY for entry in sent.entries.values())

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
rounds = st.lists(
    st.tuples(st.integers(1, MAX_BATCH_MAILS), seconds, st.floats(0, 0.3), seconds), min_size=1, max_size=8
)
processes = st.lists(st.tuples(st.floats(-0.02, 0.02), seconds, rounds), min_size=1, max_size=5)
single = st.lists(st.tuples(st.just(1), seconds, st.floats(0, 0.3), seconds), min_size=1, max_size=12)
transactional_processes = st.lists(st.tuples(st.floats(-0.02, 0.02), seconds, single), min_size=1, max_size=4)


def run(
    granted: float, given: list[Any], transactional: list[Any] | None = None, share: float = 1.0, **changes: Any
) -> tuple[list[datetime], list[tuple[datetime, datetime]], int]:
    """Run processes of the campaigns' lane, and perhaps of the transactional lane.

    Returns:
        The times at which mails left, the reserved slots, and the number of mails that SES got by the recorded states.
    """
    account, slots = FakeAccount(SendingLimits(per_second=granted, per_day=None, sent_in_24_hours=0)), FakeSlots()
    left: list[datetime] = []
    ranges: list[tuple[datetime, datetime]] = []
    workers = []
    lanes = [
        *((CAMPAIGNS, process) for process in given),
        *((TRANSACTIONAL, process) for process in transactional or []),
    ]
    for lane, (off, begins, turns) in lanes:
        clock = VirtualClock(BEGINS + timedelta(seconds=off + begins))
        pacing = Pacing(account=account, slots=slots, clock=clock, share=share, lane=lane)
        workers.append(
            Deliverer(clock=clock, off=off, rounds=list(turns), pacing=pacing, left=left, slots=ranges, **changes)
        )
    recorded = 0
    while busy := [worker for worker in workers if worker.rounds]:
        recorded += min(busy, key=lambda worker: worker.time).go()
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
