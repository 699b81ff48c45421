"""The list as rows of texts, in the columns that an import reads back."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from convener.csv_output import FORMULA, csv_line
from convener.subscribers.models import SHARDS, Subscriber, SubscriberStatus, Unreadable

HEAD = (
    "email",
    "first_name",
    "zone",
    "joined",
    "standing",
    "kinds",
    "calendar",
    "text_only",
    "paused_until",
    "source",
)
PAGE = 500
"""Rows read at a time."""
_LIKE_DEFUSED = re.compile(rf"'+[{re.escape(''.join(FORMULA))}]")


class SubscriberPages(Protocol):
    """Where subscribers lie."""

    def page(self, shard: str, *, after: str, limit: int) -> Sequence[Subscriber | Unreadable]:
        """Up to `limit` rows of a shard with ids above `after`, in order of id."""


def people(rows: SubscriberPages, *, standings: Container[SubscriberStatus]) -> Iterator[Subscriber | Unreadable]:
    """Everybody who has an address and stands so, page by page; and rows that can't be read, to be told."""
    for shard in SHARDS:
        after = ""
        while page := rows.page(shard, after=after, limit=PAGE):
            after = page[-1].id
            for row in page:
                if isinstance(row, Unreadable) or (row.address and row.status in standings):
                    yield row


def cells(row: Subscriber) -> tuple[str, ...]:
    """One person."""
    return (
        row.address,
        row.first_name,
        row.zone,
        _moment(row.confirmed_at),
        row.status.value,
        " ".join(sorted(row.kinds)),
        row.calendar.value,
        "yes" if row.text_only else "",
        _moment(row.paused_until),
        row.source,
    )


def as_csv(texts: Sequence[str]) -> str:
    """One record. What would be a formula is text; what only looks as if it were made so gets one more apostrophe."""
    return csv_line(f"'{text}" if _LIKE_DEFUSED.match(text) else text for text in texts)


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
