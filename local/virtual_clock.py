"""A clock that stands still until it is told to move."""

from __future__ import annotations

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
