"""Subscribers in a dictionary: what the DynamoDB adapter does, as far as the use cases can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from convener.errors import Conflict
from convener.subscribers.models import Subscriber

MOST_IDS = 100


class FakeSubscribers:
    """A SubscriberStore, and the pages that fan-out reads. `writes` counts what changed a row."""

    def __init__(self, rows: Iterable[Subscriber] = (), *, fingerprint: str | None = None) -> None:
        """Begin with some rows."""
        self.rows = {row.id: row for row in rows}
        self.kept_fingerprint = fingerprint
        self.writes = 0

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those that have a row."""
        assert len(ids) <= MOST_IDS, "BatchGetItem takes 100 keys"
        assert len(set(ids)) == len(ids), "BatchGetItem refuses the same key twice"
        return {identity: self.rows[identity] for identity in ids if identity in self.rows}

    def add(self, subscriber: Subscriber) -> None:
        """Write a new row; Conflict if there is one."""
        if subscriber.id in self.rows:
            raise Conflict(f"subscriber {subscriber.id} has a row already")
        self._write(subscriber)

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Write a row anew; Conflict unless its version is the expected one."""
        known = self.rows.get(subscriber.id)
        if known is None or known.version != expected_version:
            raise Conflict(f"subscriber {subscriber.id} is not at version {expected_version}")
        self._write(subscriber)

    def fingerprint(self) -> str | None:
        """The kept fingerprint, if any."""
        return self.kept_fingerprint

    def keep_fingerprint(self, value: str) -> None:
        """Keep it; Conflict if there is another one already."""
        if self.kept_fingerprint not in (None, value):
            raise Conflict("there is another fingerprint already")
        self.kept_fingerprint = value

    def page(self, shard: str, *, after: str = "", limit: int = 1000) -> list[Subscriber]:
        """The first rows of a shard whose id is greater than `after`, ordered by id."""
        ids = sorted(identity for identity, row in self.rows.items() if row.shard == shard and identity > after)
        return [self.rows[identity] for identity in ids[:limit]]

    def _write(self, subscriber: Subscriber) -> None:
        self.rows[subscriber.id] = subscriber
        self.writes += 1
