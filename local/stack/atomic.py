"""One DynamoDB request after the other, as DynamoDB itself does where they write the same item.

Moto's server answers each request in a thread, and another one may come between a write's condition and the write: of
four writers on one version, two "won" in 17 of 60 rounds. A claim must not be proved against that.
"""

from __future__ import annotations

from functools import cache
from threading import RLock
from typing import Any


@cache
def make_dynamodb_atomic() -> None:
    """Put a lock around moto's DynamoDB, once a process."""
    from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415 - half a second, for those who start it

    answer, lock = DynamoHandler.call_action, RLock()

    def one_at_a_time(handler: DynamoHandler) -> Any:
        with lock:
            return answer(handler)

    DynamoHandler.call_action = one_at_a_time  # type: ignore[method-assign]
