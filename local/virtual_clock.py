"""Clocks that are told to move: one that stands still in between, and one that runs on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Sleeping takes no time, but the clock shows that it took it. `left` is what `time_left` answers, in seconds."""

    def __init__(self, now: datetime, *, left: float = 300.0) -> None:
        self._now = now.astimezone(UTC)
        self.left = left

    def now(self) -> datetime:
        """The moment it was last moved to."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move forward by that much."""
        self._now += timedelta(seconds=seconds)

    def time_left(self) -> float:
        """As set."""
        return self.left

    def move_to(self, moment: datetime) -> None:
        """Move forward to a moment; one that is past changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))


class Invocation:
    """A clock as one invocation of a function has it: `remaining` gives the milliseconds that are left to it."""

    def __init__(self, clock: VirtualClock, remaining: Callable[[], int]) -> None:
        self._clock, self._remaining = clock, remaining

    def now(self) -> datetime:
        """As the clock shows it."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self._clock.sleep(seconds)

    def time_left(self) -> float:
        """Seconds until Lambda would end the invocation."""
        return self._remaining() / 1000


class RunningClock(VirtualClock):
    """Runs with real time from the moment it is given, and can be moved forward, never back.

    Sleeping moves it too: mails keep their pace by this clock, and nobody who looks at the local stack waits for them.
    """

    def __init__(self, now: datetime, *, passed: Callable[[], float] = time.monotonic) -> None:
        super().__init__(now)
        self._passed, self._since = passed, passed()

    def now(self) -> datetime:
        """The moment it began with, what it was moved by, and the time that has passed since."""
        return self._now + timedelta(seconds=self._passed() - self._since)

    def move_to(self, moment: datetime) -> None:
        """Move forward to a moment; one that is past changes nothing."""
        self._now += max(moment.astimezone(UTC) - self.now(), timedelta(0))
