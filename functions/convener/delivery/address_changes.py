"""Which row a recipient's mail goes to after a change of address, and why a recipient gets no mail.

A change of address leaves the old row as MOVED, with the id of the new row. `snapshot_of` follows these rows for the
recipients that delivery reads again; the other functions decide about the rows at their ends. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeGuard

from convener.campaigns import Campaign, Stage
from convener.consent_coverage import Coverage
from convener.delivery.ports import DeliverySnapshot
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import Subscriber, SubscriberStatus, Unreadable

MAX_MOVES = 10
"""How many moves are followed from a row. The limit ends a circle; nobody moves more often during one campaign."""

Rows = Mapping[str, Subscriber | Unreadable]


def snapshot_of(
    ids: Sequence[str], rows: Rows, more: Callable[[Sequence[str]], Rows], *, campaign: Campaign | None, paused: bool
) -> DeliverySnapshot:
    """Follow the moves of the recipients and return the snapshot.

    The rows of each step are read after those of the step before, and subscribers may move in between. So a row is read
    again when another move leads to it.

    Args:
        ids: The recipient ids.
        rows: The rows of these ids.
        more: Reads further rows by their ids.
        campaign: The campaign as it was read with the rows.
        paused: Whether the whole series is paused.
    """
    ends, at_end = {id_: rows[id_] for id_ in ids if id_ in rows}, set[str]()
    for _ in range(MAX_MOVES):
        going = {id_: row for id_, row in ends.items() if id_ not in at_end and _goes_on(row)}
        if not going:
            break
        found = more(sorted({row.moved_to for row in going.values()}))
        for id_, row in going.items():
            target = found.get(row.moved_to)
            if target is None:
                del ends[id_]
            elif isinstance(target, Unreadable) or target.is_result_of_move_from(row):
                ends[id_] = target
            else:
                at_end.add(id_)
    return DeliverySnapshot(
        campaign=campaign,
        paused=paused,
        subscribers={id_: row for id_, row in ends.items() if isinstance(row, Subscriber)},
        moved={
            id_: row
            for id_, row in rows.items()
            if isinstance(row, Subscriber) and row.status is SubscriberStatus.MOVED
        },
        unreadable=frozenset(id_ for id_, row in ends.items() if isinstance(row, Unreadable)),
    )


def _goes_on(row: Subscriber | Unreadable) -> TypeGuard[Subscriber]:
    """Whether mails for the row go to the row that it moved to.

    They do not where that address was on the list before: it has a mail of its own.
    """
    if isinstance(row, Unreadable):
        return False
    return row.status is SubscriberStatus.MOVED and row.confirmed_at is not None and bool(row.moved_to)


def skipped_entry(entry: RecipientState, reason: str, at: int) -> RecipientState:
    """Return the entry of a recipient who gets no mail. An UNKNOWN stays UNKNOWN, because its mail may have left."""
    if entry.state is DeliveryState.UNKNOWN:
        return entry.with_reason("not-resent")
    return RecipientState(DeliveryState.SKIPPED, entry.attempt, at, reason).merged(entry)


def unmailable_entry(entry: RecipientState, at: int) -> RecipientState:
    """Return the entry of a recipient to whose address no mail can be built. An UNKNOWN stays UNKNOWN."""
    if entry.state is DeliveryState.UNKNOWN:
        return entry.with_reason("not-resent")
    return RecipientState(DeliveryState.FAILED, entry.attempt, at, "unmailable").merged(entry)


def reason_to_skip_all(campaign: Campaign, now: datetime) -> str:
    """Say why no recipient gets a mail of the campaign any more. Empty where they do."""
    if campaign.stage is Stage.STOPPED:
        return f"stopped-{campaign.why.value}" if campaign.why else "stopped"
    return "too-late" if now >= campaign.too_late_at else ""


def reason_to_skip(
    campaign: Campaign,
    subscriber: Subscriber | None,
    *,
    coverage: Coverage,
    now: datetime,
    moved: Subscriber | None = None,
    late: bool,
) -> str:
    """Say why a recipient gets no mail. Empty where they do.

    Args:
        campaign: The campaign.
        subscriber: The row that the mail would go to; None where it does not exist any more.
        coverage: The types that each consent wording covers.
        now: The time.
        moved: The recipient's own row, where the subscriber has moved to another one.
        late: Whether the mail is a late addition, whose subscriber joined after the campaign was opened.
    """
    if subscriber is None:
        return "gone"
    if subscriber.status != SubscriberStatus.CONFIRMED:
        return subscriber.status.value
    if not late and (reason := _not_intended(campaign, subscriber, moved)):
        return reason
    if not subscriber.wants(campaign.kind, coverage):
        return "not-wanted"
    return "paused" if subscriber.pause_applies(campaign.kind, now) else ""


def _not_intended(campaign: Campaign, subscriber: Subscriber, moved: Subscriber | None) -> str:
    """Say why the mail is not for the subscriber who has the address now. Empty where it is.

    The subscriber may have left and joined again, or another subscriber, who has a row of their own in the audience,
    may have moved to the address. A subscriber who moves back and forth has one row in each campaign's audience: the
    row that was on the list when the campaign was opened.
    """
    if subscriber.confirmed_at is None or subscriber.confirmed_at > campaign.opened_at:
        return "joined-later"
    row = moved or subscriber
    if campaign.reached_by:  # the subscriber may have moved between the two campaigns
        return "moved" if row.taken_over_after(campaign.opened_at) else ""
    return "" if row.listed_at(campaign.opened_at) else "moved"
