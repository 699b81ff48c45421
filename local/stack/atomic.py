"""One DynamoDB request after the other, as DynamoDB itself does where they write the same item.

Moto's server answers each request in a thread, and another one may come between a write's condition and the write: of
four writers on one version, two "won" in 17 of 60 rounds. A claim must not be proved against that.

And a transaction costs what it touches. Moto copies the whole table for each of its items, to have it back should one
be refused: a list of 30,000 people came in for ever, and took nine gigabytes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any


@cache
def make_dynamodb_atomic() -> None:
    """Put a lock around moto's DynamoDB, once a process."""
    from moto.dynamodb.models import DynamoDBBackend  # noqa: PLC0415 - half a second, for those who start it
    from moto.dynamodb.models.table import Table  # noqa: PLC0415
    from moto.dynamodb.responses import DynamoHandler  # noqa: PLC0415

    answer, lock = DynamoHandler.call_action, RLock()

    def one_at_a_time(handler: DynamoHandler) -> Any:
        with lock:
            return answer(handler)

    DynamoHandler.call_action = one_at_a_time  # type: ignore[method-assign]
    write = DynamoDBBackend.transact_write_items

    def with_what_it_touches(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        back = [_way_back(backend, operation) for item in transact_items for operation in item.values()]
        try:
            with _uncopied(Table):
                write(backend, transact_items)
        except Exception:
            for undo in reversed(back):
                undo()
            raise

    DynamoDBBackend.transact_write_items = with_what_it_touches  # type: ignore[method-assign,assignment]


@contextmanager
def _uncopied(table: Any) -> Iterator[None]:
    """Within it a copy of a table is the table itself. The lock keeps everybody else out."""
    table.__deepcopy__ = lambda itself, _memo: itself
    try:
        yield
    finally:
        del table.__deepcopy__


def _way_back(backend: Any, operation: dict[str, Any]) -> Callable[[], None]:
    """What puts one item, and the stream, back as they are now."""
    table = backend.get_table(operation["TableName"])
    names = filter(None, (table.hash_key_attr, table.range_key_attr))
    key = {name: (operation.get("Key") or operation["Item"])[name] for name in names}
    before = copy.deepcopy(backend.get_item(operation["TableName"], key))
    ends = backend.get_keys_value(table, key)
    told = len(table.stream_shard.items) if table.stream_shard else 0

    def undo() -> None:
        table.delete_item(*ends)
        if before is not None and ends[1] is not None:
            table.items[ends[0]][ends[1]] = before
        elif before is not None:
            table.items[ends[0]] = before
        if table.stream_shard:
            del table.stream_shard.items[told:]

    return undo
