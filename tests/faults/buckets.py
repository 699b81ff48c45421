"""A token bucket in virtual time."""

from __future__ import annotations


class Bucket:
    """Holds `size` tokens at most, and gets `rate` a second."""

    def __init__(self, *, rate: float, size: float) -> None:
        self.rate, self.size = rate, size
        self._tokens, self._at = size, 0.0

    def take(self, now: float) -> bool:
        """Whether there was one. A thousandth is forgiven: times are rounded."""
        self._tokens = min(self.size, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 0.999:
            return False
        self._tokens -= 1
        return True
