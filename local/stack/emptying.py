"""The way back from a used local stack to the stack as it was deployed, without deploying it again.

A deployment takes a fifth of a second, and tests want an empty stack some hundred times. The memory of moto is in this
process, so emptying it costs less than a millisecond.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from typing import Any

from local.stack.session import REGION

ACCOUNT = "123456789012"
"""The account that moto makes everything in."""


class Deployed:
    """One stack's resources in moto, as they are when this object is made: right after the deployment.

    The name of every resource of a stack begins with the stack's name and a hyphen.
    """

    def __init__(self, stack: str) -> None:
        self._prefix = _prefix(stack)
        secrets = dict.items(_backend("secretsmanager").secrets)
        self._secrets = {name: copy.deepcopy(secret) for name, secret in secrets if name.startswith(self._prefix)}

    def restore(self) -> None:
        """Empty tables, buckets and queues of this stack, and give its secrets their first values."""
        tables = _backend("dynamodb").tables
        empty_tables([name for name in tables if name.startswith(self._prefix)])
        for bucket in self._own(_backend("s3", "aws").buckets):
            _empty_bucket(bucket)
        for queue in self._own(_backend("sqs").queues):
            queue._messages, queue._pending_messages = [], set()  # noqa: SLF001 - as moto's purge_queue does
            queue.deleted_messages.clear()
        secrets = _backend("secretsmanager").secrets
        for name, secret in self._secrets.items():
            secrets[name] = copy.deepcopy(secret)

    def _own(self, made: dict[str, Any]) -> list[Any]:
        return [one for name, one in made.items() if name.startswith(self._prefix)]


def empty_tables(names: Iterable[str]) -> None:
    """Remove every item of the tables of these names, and what their streams tell of them."""
    tables = _backend("dynamodb").tables
    for table in (tables[name] for name in names):
        table.items.clear()
        if table.stream_shard:
            table.stream_shard.items.clear()


def remove_others(stacks: Collection[str]) -> None:
    """Remove every table, bucket, queue and secret that belongs to none of these stacks."""
    prefixes = tuple(_prefix(name) for name in stacks)
    for service, kind in (("dynamodb", "tables"), ("s3", "buckets"), ("sqs", "queues"), ("secretsmanager", "secrets")):
        made = getattr(_backend(service, "aws" if service == "s3" else REGION), kind)
        for name in [name for name in made if not name.startswith(prefixes)]:
            made.pop(name)
            if service == "s3":
                _backends(service).bucket_accounts.pop(name)


def _prefix(stack: str) -> str:
    return f"{stack}-"


def _backend(service: str, region: str = REGION) -> Any:
    return _backends(service)[ACCOUNT][region]


def _backends(service: str) -> Any:
    from moto.backends import get_backend  # noqa: PLC0415 - half a second, for those who start a stack

    return get_backend(service)  # type: ignore[call-overload]


def _empty_bucket(bucket: Any) -> None:
    """Moto keeps each version of an object in a temporary file, which has to be closed; a delete marker has none."""
    for name in bucket.keys:
        for version in bucket.keys.getlist(name):
            if hasattr(version, "dispose"):
                version.dispose()
    bucket.keys.clear()
    for upload in bucket.multiparts.values():
        upload.dispose()
    bucket.multiparts.clear()
