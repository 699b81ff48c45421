"""Where mails for people who moved go: from row to row, to the one at the end. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeGuard

from convener.campaigns import Campaign, Stage
from convener.delivery.ports import DeliverySnapshot
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import Subscriber, SubscriberStatus, Unreadable

MAX_MOVES = 10
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
    for _ in range(MAX_MOVES):
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


def skipped_entry(entry: RecipientState, reason: str, at: int) -> RecipientState:
    """What is left of an entry that gets no mail. One whose mail may have left long ago stays UNKNOWN."""
    if entry.state is DeliveryState.UNKNOWN:
        return entry.saying("not-resent")
    return RecipientState(DeliveryState.SKIPPED, entry.attempt, at, reason).merged(entry)


def unmailable_entry(entry: RecipientState, at: int) -> RecipientState:
    """An entry to whose address no mail can be made; as `skipped`, where one may have left long ago."""
    if entry.state is DeliveryState.UNKNOWN:
        return entry.saying("not-resent")
    return RecipientState(DeliveryState.FAILED, entry.attempt, at, "unmailable").merged(entry)


def reason_to_skip_all(campaign: Campaign, now: datetime) -> str:
    """Why nobody gets this campaign any more; empty where they do."""
    if campaign.stage is Stage.STOPPED:
        return f"stopped-{campaign.why.value}" if campaign.why else "stopped"
    return "too-late" if now >= campaign.too_late_at else ""


def reason_to_skip(
    campaign: Campaign, subscriber: Subscriber | None, *, now: datetime, moved: Subscriber | None = None, late: bool
) -> str:
    """Why this reader gets no mail; empty where she does.

    `moved` is the row that was intended, where she has left it for another address since. `late`: she joined after the
    campaign was opened, and it is her welcome.
    """
    if subscriber is None:
        return "gone"
    if subscriber.status != SubscriberStatus.CONFIRMED:
        return subscriber.status.value
    if not late and (reason := _not_intended(campaign, subscriber, moved)):
        return reason
    if not subscriber.wants(campaign.kind):
        return "not-wanted"
    return "paused" if subscriber.pause_applies(campaign.kind, now) else ""


def _not_intended(campaign: Campaign, subscriber: Subscriber, moved: Subscriber | None) -> str:
    """Why it isn't hers by now: she left and joined again, or the address is another's, who has it by her own row.

    Moving back and forth leaves each campaign with the one row that was hers when it was opened.
    """
    if subscriber.confirmed_at is None or subscriber.confirmed_at > campaign.opened_at:
        return "joined-later"
    row = moved or subscriber
    if campaign.reached_by:  # she may have moved between the two
        return "moved" if row.taken_over_after(campaign.opened_at) else ""
    return "" if row.listed_at(campaign.opened_at) else "moved"
