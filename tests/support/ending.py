"""A guard against work that would never end. Its limit is a hundred times what the work takes: no timing, no race."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

LIMIT = 120
"""Seconds. What hangs, hangs for hours."""


class NeverEndsError(AssertionError):
    """The block was still at it."""


@contextlib.contextmanager
def ends() -> Iterator[None]:
    """Fail, instead of hanging, where the block doesn't end."""

    def ring(*_: Any) -> None:
        raise NeverEndsError(f"it was still at it after {LIMIT} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
