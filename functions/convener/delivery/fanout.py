"""Fan-out: turn one shard of the subscribers into chunks of a campaign. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery.chunks import CHUNK_SIZE, Chunk, Cursor, new_chunk
from convener.delivery.ports import DeliveryLedger, SubscriberStore, WorkQueues
from convener.errors import BadInput, Conflict
from convener.subscribers.models import Subscriber, SubscriberStatus, Unreadable

PAGE_SIZE = 400
"""Rows a page: about 200 KB, well under DynamoDB's 1 MB, so memory does not grow with the list."""

MARGIN_SECONDS = 20.0
"""Seconds before the end of the invocation at which the shard is handed on to the next one."""


@dataclass(frozen=True, kw_only=True)
class EarlierAudience:
    """Whom an earlier campaign reached in a shard, and when that one was opened."""

    ids: frozenset[str]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FanOut:
    """Everything that fan-out takes."""

    ledger: DeliveryLedger
    subscribers: SubscriberStore
    queues: WorkQueues
    clock: Clock

    def fan_out(self, campaign_id: str, shard: str) -> Cursor:
        """Write the shard's chunks from where its cursor stands, and queue each. Returns where it stands now.

        A rerun, a second copy of the message, and people who join or leave meanwhile change nothing: a chunk and the
        cursor's move are one transaction, on condition that the cursor is what was read.
        Raises BadInput for a campaign that does not exist.
        """
        campaign, cursor = self.ledger.shard(campaign_id, shard)
        if campaign is None:
            raise BadInput(f"There is no campaign {campaign_id}: the message can't be carried out.")
        if campaign.stage == Stage.DONE or cursor.finished:
            return cursor
        reached = self._reached(campaign.reached_by, shard) if campaign.reached_by else None
        while not cursor.finished:
            if self.clock.time_left() < MARGIN_SECONDS:
                self.queues.add_shards(campaign_id, [shard])
                break
            cursor = self._advance(campaign, cursor, reached)
        return cursor

    def _reached(self, earlier: str, shard: str) -> EarlierAudience:
        campaign, _ = self.ledger.shard(earlier, shard)
        if campaign is None:
            raise BadInput(f"There is no campaign {earlier}, whose readers another one is for.")
        return EarlierAudience(ids=self.ledger.reached(earlier, shard), at=campaign.opened_at)

    def _advance(self, campaign: Campaign, cursor: Cursor, reached: EarlierAudience | None) -> Cursor:
        """As many steps as there is time for; after a second copy of the message was faster, on from where it is."""
        try:
            for moved, chunk in _steps(campaign, cursor, reached, self.subscribers):
                self.ledger.move(campaign.id, frm=cursor, to=moved, chunk=chunk)
                cursor = moved
                if chunk:
                    self.queues.add_chunk(campaign.id, chunk.ref)
                if self.clock.time_left() < MARGIN_SECONDS:
                    break
        except Conflict:
            return self.ledger.cursor(campaign.id, cursor.shard)
        return cursor


def _steps(
    campaign: Campaign, cursor: Cursor, reached: EarlierAudience | None, subscribers: SubscriberStore
) -> Iterator[tuple[Cursor, Chunk | None]]:
    """The shard's steps from the cursor on: where it stands after each, and the chunk where there was anyone left."""
    held: list[str] = []
    for subscriber in _rows(subscribers, cursor):
        if belongs_to_audience(subscriber, campaign, reached):
            held.append(subscriber.id)
        if len(held) == CHUNK_SIZE:
            cursor, chunk = _step(campaign, cursor, held, finished=False)
            held = []
            yield cursor, chunk
    yield _step(campaign, cursor, held, finished=True)


def _step(campaign: Campaign, cursor: Cursor, ids: list[str], *, finished: bool) -> tuple[Cursor, Chunk | None]:
    if not ids:
        return replace(cursor, finished=finished), None
    number = cursor.chunks + 1
    moved = replace(cursor, last_id=ids[-1], count=cursor.count + len(ids), chunks=number, finished=finished)
    return moved, new_chunk(campaign.id, cursor.shard, number, ids)


def _rows(subscribers: SubscriberStore, cursor: Cursor) -> Iterator[Subscriber | Unreadable]:
    after, full = cursor.last_id, True
    while full:
        rows = subscribers.page(cursor.shard, after=after, limit=PAGE_SIZE)
        yield from rows
        full = len(rows) == PAGE_SIZE
        after = rows[-1].id if rows else after
        del rows  # else the next page would lie in memory beside this one


def belongs_to_audience(
    subscriber: Subscriber | Unreadable, campaign: Campaign, reached: EarlierAudience | None
) -> bool:
    """Whether the row belongs to the audience: on the list when the campaign was opened, and wanting the kind.

    Who has moved since belongs to it by the row that she had then, and delivery finds the one that she has now. For a
    campaign with an audience of its own it is the row that the earlier one reached, whoever moved in between; not if
    somebody else moved there since. Whose row can't be understood belongs to it too: she waits in the ledger until
    delivery can look again, and nobody waits with her.
    """
    if isinstance(subscriber, Unreadable):
        return reached is None or subscriber.id in reached.ids
    if subscriber.status is SubscriberStatus.CONFIRMED:
        return subscriber.wants(campaign.kind) and _on_the_list(subscriber, campaign, reached)
    return subscriber.status is SubscriberStatus.MOVED and _on_the_list(subscriber, campaign, reached)


def _on_the_list(subscriber: Subscriber, campaign: Campaign, reached: EarlierAudience | None) -> bool:
    if reached is None:
        return subscriber.listed_at(campaign.opened_at)
    confirmed = subscriber.confirmed_at is not None and subscriber.confirmed_at <= campaign.opened_at
    return confirmed and subscriber.id in reached.ids and not subscriber.taken_over_after(reached.at)
