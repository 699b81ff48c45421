"""Clocks that a caller moves: one that stands still in between, and one that also runs with real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """A clock that moves only when it is moved, or when somebody sleeps on it. Sleeping takes no real time.

    Attributes:
        left: The seconds that `time_left` returns.
    """

    def __init__(self, now: datetime, *, left: float = 300.0) -> None:
        self._now = now.astimezone(UTC)
        self.left = left

    def now(self) -> datetime:
        """Return the moment to which the clock was last moved, in UTC."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move the clock forward by that many seconds."""
        self._now += timedelta(seconds=seconds)

    def time_left(self) -> float:
        """Return the seconds in `left`."""
        return self.left

    def move_to(self, moment: datetime) -> None:
        """Move the clock forward to a moment. A moment in the past changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))


class Invocation:
    """The clock of one invocation of a function. `remaining` returns the milliseconds that the invocation has left."""

    def __init__(self, clock: VirtualClock, remaining: Callable[[], int]) -> None:
        self._clock, self._remaining = clock, remaining

    def now(self) -> datetime:
        """Return the present moment of the clock."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Move the clock forward by that many seconds."""
        self._clock.sleep(seconds)

    def time_left(self) -> float:
        """Return the seconds until Lambda would end the invocation."""
        return self._remaining() / 1000


class RunningClock(VirtualClock):
    """A clock that runs with real time from a given moment, and can be moved forward, never back.

    Sleeping moves the clock instead of waiting: mails keep their rate by this clock, and a person who watches the local
    stack need not wait for them. `passed` returns the real seconds of a monotonic clock.
    """

    def __init__(self, now: datetime, *, passed: Callable[[], float] = time.monotonic) -> None:
        super().__init__(now)
        self._passed, self._since = passed, passed()

    def now(self) -> datetime:
        """Return the first moment, plus the time by which the clock was moved, plus the real time that has passed."""
        return self._now + timedelta(seconds=self._passed() - self._since)

    def move_to(self, moment: datetime) -> None:
        """Move the clock forward to a moment. A moment in the past changes nothing."""
        self._now += max(moment.astimezone(UTC) - self.now(), timedelta(0))
