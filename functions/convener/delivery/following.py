"""Where mails for people who moved go: from row to row, to the one at the end. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from convener.campaigns import Campaign
from convener.delivery.ports import Seen
from convener.subscribers.models import Standing, Subscriber, Unreadable

STEPS = 10
"""So often a row is followed at most: nobody moves more often while a campaign is sent, and cycles must end."""

Rows = Mapping[str, Subscriber | Unreadable]


def seen_of(
    ids: Sequence[str], rows: Rows, more: Callable[[Sequence[str]], Rows], *, campaign: Campaign | None, paused: bool
) -> Seen:
    """The second look's answer: `rows` are those of the ids themselves, `more` reads others.

    Each step is read after the one before, and people move meanwhile: so a row that was met before is read again. A row
    that can't be understood, at the end, makes those unreadable who lead there.
    """
    ends = {one: rows[one] for one in ids if one in rows}
    for _ in range(STEPS):
        going = {one: row.moved_to for one, row in ends.items() if isinstance(row, Subscriber) and _goes_on(row)}
        if not going:
            break
        found = more(sorted(set(going.values())))
        ends = {one: row for one, row in ends.items() if one not in going}
        ends |= {one: found[there] for one, there in going.items() if there in found}
    return Seen(
        campaign=campaign,
        paused=paused,
        subscribers={one: row for one, row in ends.items() if isinstance(row, Subscriber)},
        moved={one: row for one, row in rows.items() if isinstance(row, Subscriber) and row.standing is Standing.MOVED},
        unreadable=frozenset(one for one, row in ends.items() if isinstance(row, Unreadable)),
    )


def _goes_on(row: Subscriber) -> bool:
    """Where the new address was on the list in its own right, nothing of the old one goes there."""
    return row.standing is Standing.MOVED and row.confirmed_at is not None and bool(row.moved_to)
