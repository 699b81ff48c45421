"""The pacing of a stack, with an account that counts the mails of a day, for tests."""

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
    """An account that counts its mails of 24 hours. `others` are mails of other senders; `error` makes it fail."""

    def __init__(self, clock: VirtualClock, limits: SendingLimits) -> None:
        self.clock, self.granted, self.others = clock, limits, 0
        self.taken: list[datetime] = []
        self.error: Exception | None = None

    def sent(self) -> int:
        return self.others + sum(moment > self.clock.now() - timedelta(hours=24) for moment in self.taken)

    def limits(self) -> SendingLimits:
        if self.error:
            raise self.error
        return replace(self.granted, sent_in_24_hours=self.sent())


def stack(per_day: int | None, *, share: float = 1.0, per_second: float = 1000) -> Any:
    """Return the pacing of a stack with this account."""
    clock = VirtualClock(BEGINS)
    limits = SendingLimits(per_second=per_second, per_day=per_day, sent_in_24_hours=0)
    return Pacing(account=Ses(clock, limits), slots=FakeSlots(), clock=clock, share=share)


def send(process: Any, mails: int) -> None:
    """Send mails one by one, each of which SES takes."""
    for _ in range(mails):
        taken = process.reserve(1, within=60)
        assert not isinstance(taken, float)
        process.clock.move_to(taken.start)
        process.account.taken.append(process.clock.now())


def waste(process: Any, *, seconds: int) -> None:
    """Reserve ten slots a second without using them."""
    for _ in range(seconds):
        process.reserve(10, within=60)
        process.clock.sleep(1)
