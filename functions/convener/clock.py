"""The clock that use cases get as an argument. Tests and rehearsals pass a virtual clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The present time, sleeping, and the time that the invocation has left."""

    def now(self) -> datetime:
        """Return the present moment as an aware datetime in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait for that many seconds."""

    def time_left(self) -> float:
        """Return the seconds until Lambda ends this invocation."""


class SystemClock:
    """Real time. `remaining` returns the milliseconds that the Lambda context still grants."""

    def __init__(self, remaining: Callable[[], int] | None = None) -> None:
        self._remaining = remaining

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        time.sleep(seconds)

    def time_left(self) -> float:
        """Return the seconds that the invocation has left; infinity outside Lambda."""
        return self._remaining() / 1000 if self._remaining else float("inf")
