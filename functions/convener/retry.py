"""The retry of a conditional write: read, decide and write again when another writer was first.

Standard library only: every handler imports this module at start-up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from convener.errors import Conflict, ConvenerError

Result = TypeVar("Result")


def retry_on_conflict(attempt: Callable[[], Result], *, max_attempts: int, error: ConvenerError) -> Result:
    """Call `attempt` until it ends without Conflict, and return its result.

    The attempts follow each other at once, because a Conflict means that another writer made progress.

    Args:
        attempt: Reads the stored item, decides, and writes on condition of the version that was read. It must read
            again each time. Every error other than Conflict ends the retry and passes through.
        max_attempts: The number of calls.
        error: The error to raise when every attempt ended with Conflict.
    """
    for _ in range(max_attempts):
        try:
            return attempt()
        except Conflict:
            continue
    raise error
