"""A stack's pacing before an account that counts its day, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from convener.delivery.pacing import Pacing
from convener.delivery.ports import SendingLimits
from local.virtual_clock import VirtualClock
from tests.support.delivering import BEGINS
from tests.support.fake_pacing import FakeSlots

HOUR = timedelta(hours=1)


class Ses:
    """An account that counts what it takes in 24 hours; `others` is what else left from it. May fail."""

    def __init__(self, clock: VirtualClock, limits: SendingLimits) -> None:
        self.clock, self.granted, self.others = clock, limits, 0
        self.taken: list[datetime] = []
        self.error: Exception | None = None

    def sent(self) -> int:
        return self.others + sum(one > self.clock.now() - timedelta(hours=24) for one in self.taken)

    def limits(self) -> SendingLimits:
        if self.error:
            raise self.error
        return replace(self.granted, sent_in_24_hours=self.sent())


def stack(per_day: int | None, *, share: float = 1.0, per_second: float = 1000) -> Any:
    """A stack's pacing."""
    clock = VirtualClock(BEGINS)
    limits = SendingLimits(per_second=per_second, per_day=per_day, sent_in_24_hours=0)
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
