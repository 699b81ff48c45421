"""Leaving: at once, as often as somebody asks, whatever else happens to the row. Standard library and idna only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from convener.errors import Conflict, Unavailable
from convener.subscribers.models import Standing, Subscriber

CAN_LEAVE = frozenset({Standing.CONFIRMED, Standing.BOUNCED})
"""The others get no mail already; what they say (complained, erased, moved) must not be lost."""

TRIES = 5
"""How often a row is read again because somebody else wrote first."""


class Rows(Protocol):
    """Where subscribers lie."""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those of the ids that exist, read consistently."""

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Write over a row of that version. Raises Conflict where it has another."""


def find(subscriber_id: str, *, rows: Rows) -> Subscriber | None:
    """The row, if there is one still."""
    return rows.get(ids=[subscriber_id]).get(subscriber_id)


def leave(subscriber_id: str, *, rows: Rows, now: datetime) -> Subscriber | None:
    """The row as it stands afterwards: left, or what it was where it gets no mail anyway; None where it is gone.

    Raises Unavailable when others keep writing first. Repeating it changes nothing, so a lost answer may be repeated.
    """
    for _ in range(TRIES):
        row = find(subscriber_id, rows=rows)
        if row is None or row.standing not in CAN_LEAVE:
            return row
        left = replace(row, standing=Standing.LEFT, standing_since=now, version=row.version + 1)
        try:
            rows.update(left, expected_version=row.version)
            return left
        except Conflict:
            continue
    raise Unavailable("somebody else wrote first, every time")


def masked(address: str) -> str:
    """m•••@example.org: enough to know one's own address by, too little to write to somebody else's."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1] if len(local) > 1 else ''}•••@{_readable(domain)}" if at else ""


def _readable(domain: str) -> str:
    """A domain as people write it, where it has other letters than ASCII's."""
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415 - few addresses need its tables; Python's own codec knows no straße.de

    try:
        return idna.decode(domain)
    except UnicodeError:
        return domain
