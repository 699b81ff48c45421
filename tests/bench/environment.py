"""What the paced run meets: SES with its rate, a queue with delays, and anything that takes its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convener.delivery.mail import Mail
from convener.errors import Throttled
from tests.faults.buckets import Bucket
from tests.faults.loop import Loop


class PacedSes:
    """Takes what the bucket allows. `taken` and `refused` are moments in seconds."""

    def __init__(self, loop: Loop, rate: float) -> None:
        self._loop, self._bucket = loop, Bucket(rate=rate, size=max(1.0, rate))
        self.taken: list[float] = []
        self.refused: list[float] = []

    def send(self, _mail: Mail) -> str:
        now = self._loop.time
        if not self._bucket.take(now):
            self.refused.append(now)
            raise Throttled("Maximum sending rate exceeded.")
        self.taken.append(now)
        return f"message-{len(self.taken)}"


class DelayedQueue:
    """Chunks to deliver, some not before their time."""

    def __init__(self, loop: Loop, refs: list[str]) -> None:
        self._loop, self._left = loop, [(0.0, ref) for ref in refs]
        self.ran_dry: float | None = None

    def add_chunk(self, _campaign: str, ref: str, *, delay: int = 0) -> None:
        self._left.append((self._loop.time + delay, ref))

    def next(self) -> str | float | None:
        """A chunk, or the seconds until one is due, or None where there is none."""
        if not self._left:
            self.ran_dry = self._loop.time if self.ran_dry is None else self.ran_dry
            return None
        self._left.sort(key=lambda one: one[0])
        if (wait := self._left[0][0] - self._loop.time) > 0:
            return wait
        return self._left.pop(0)[1]


class Slow:
    """Anything, each of whose methods takes a while: half of it before the effect, half after."""

    def __init__(self, behind: Any, loop: Loop, takes: Callable[[], float]) -> None:
        self._behind, self._loop, self._takes = behind, loop, takes

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._behind, name)

        def slowly(*args: Any, **kwargs: Any) -> Any:
            seconds = self._takes()
            self._loop.pause(seconds / 2)
            try:
                return method(*args, **kwargs)
            finally:
                self._loop.pause(seconds / 2)

        return slowly
