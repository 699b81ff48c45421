"""Time is handed in, so that tests and rehearsals can make it pass as they like."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the use cases know of time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""

    def time_left(self) -> float:
        """Seconds until this invocation is ended from outside."""


class SystemClock:
    """Real time. `remaining` gives the milliseconds that the Lambda context still grants."""

    def __init__(self, remaining: Callable[[], int] | None = None) -> None:
        self._remaining = remaining

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)

    def time_left(self) -> float:
        """What the invocation still has; for ever outside Lambda."""
        return self._remaining() / 1000 if self._remaining else float("inf")
