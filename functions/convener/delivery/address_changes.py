"""Where mails for people who moved go: from row to row, to the one at the end. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeGuard

from convener.campaigns import Campaign
from convener.delivery.ports import DeliverySnapshot
from convener.subscribers.models import Subscriber, SubscriberStatus, Unreadable

STEPS = 10
"""So often a row is followed at most: nobody moves more often while a campaign is sent, and cycles must end."""

Rows = Mapping[str, Subscriber | Unreadable]


def snapshot_of(
    ids: Sequence[str], rows: Rows, more: Callable[[Sequence[str]], Rows], *, campaign: Campaign | None, paused: bool
) -> DeliverySnapshot:
    """The second look's answer: `rows` are those of the ids themselves, `more` reads others.

    Each step is read after the one before, and people move meanwhile: so a row that was met before is read again. A row
    that can't be understood, at the end, makes those unreadable who lead there.
    """
    ends, at_end = {one: rows[one] for one in ids if one in rows}, set[str]()
    for _ in range(STEPS):
        going = {one: row for one, row in ends.items() if one not in at_end and _goes_on(row)}
        if not going:
            break
        found = more(sorted({row.moved_to for row in going.values()}))
        for one, row in going.items():
            there = found.get(row.moved_to)
            if there is None:
                del ends[one]
            elif _hers(row, there):
                ends[one] = there
            else:
                at_end.add(one)
    return DeliverySnapshot(
        campaign=campaign,
        paused=paused,
        subscribers={one: row for one, row in ends.items() if isinstance(row, Subscriber)},
        moved={
            one: row
            for one, row in rows.items()
            if isinstance(row, Subscriber) and row.status is SubscriberStatus.MOVED
        },
        unreadable=frozenset(one for one, row in ends.items() if isinstance(row, Unreadable)),
    )


def _goes_on(row: Subscriber | Unreadable) -> TypeGuard[Subscriber]:
    """Where the new address was on the list in its own right, nothing of the old one goes there."""
    if isinstance(row, Unreadable):
        return False
    return row.status is SubscriberStatus.MOVED and row.confirmed_at is not None and bool(row.moved_to)


def _hers(row: Subscriber, there: Subscriber | Unreadable) -> bool:
    """Whether it was this move that made the other row what it is: not if she left there, and somebody else came.

    A move writes both rows with one moment; see `moving`.
    """
    if isinstance(there, Unreadable):
        return True
    return row.status_since in (there.moved_at, *(since for since, _ in there.earlier))
