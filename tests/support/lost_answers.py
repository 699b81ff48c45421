"""Answers of AWS that never arrive although everything was done: boto3 then repeats the request by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ConnectionClosedError


@contextmanager
def lost_answers(
    client: Any, operation: str, *, after: int = 0, times: int = 1, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[list[str]]:
    """So many answers to that operation are lost, `after` so many that arrive; `meanwhile` happens after each lost one.

    Gives the names of all requests that the client makes. The local stack answers a client of its own process from a
    `before-send` listener; this one comes behind it.
    """
    left, made = [times], list[str]()

    def lose(request: Any, event_name: str, **_: Any) -> None:
        made.append(event_name.rpartition(".")[2])
        if made[-1] == operation and left[0] and made.count(operation) > after:
            left[0] -= 1
            meanwhile()
            raise ConnectionClosedError(endpoint_url=request.url)

    client.meta.events.register_last("before-send", lose)
    try:
        yield made
    finally:
        client.meta.events.unregister("before-send", lose)
