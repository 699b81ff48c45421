"""Fan-out: write the chunks of a campaign, shard by shard, from the subscribers' rows. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.consent_coverage import Coverage
from convener.delivery.chunks import CHUNK_SIZE, Chunk, Cursor, new_chunk
from convener.delivery.ports import DeliveryLedger, WorkQueues
from convener.errors import BadInput, Conflict
from convener.subscribers.models import Subscriber, SubscriberStatus, Unreadable
from convener.subscribers.ports import SubscriberStore

PAGE_SIZE = 400
"""Rows per page: about 200 KB, well below DynamoDB's 1 MB, so memory does not grow with the list."""

MARGIN_SECONDS = 20.0
"""Seconds that are kept free at an invocation's end. The shard is then queued again."""


@dataclass(frozen=True, kw_only=True)
class EarlierAudience:
    """The subscribers of a shard whom an earlier campaign reached, and when that campaign was opened."""

    ids: frozenset[str]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FanOut:
    """The use case of the fan-out function. `coverage` says which types each consent wording covers."""

    ledger: DeliveryLedger
    subscribers: SubscriberStore
    queues: WorkQueues
    clock: Clock
    coverage: Coverage = field(default_factory=Coverage)

    def fan_out(self, campaign_id: str, shard: str) -> Cursor:
        """Write and queue the shard's chunks, beginning at the shard's cursor.

        A chunk and the moved cursor are written in one transaction, on condition that the cursor is unchanged. So a
        second message for the shard, and subscribers who join or leave meanwhile, do no harm.

        Returns:
            The shard's cursor as it is now.

        Raises:
            BadInput: The campaign does not exist.
        """
        campaign, cursor = self.ledger.shard(campaign_id, shard)
        if campaign is None:
            raise BadInput(f"There is no campaign {campaign_id}: the message can't be carried out.")
        if campaign.stage == Stage.DONE or cursor.finished:
            return cursor
        earlier = self._earlier_audience(campaign.reached_by, shard) if campaign.reached_by else None
        while not cursor.finished:
            if self.clock.time_left() < MARGIN_SECONDS:
                self.queues.add_shards(campaign_id, [shard])
                break
            cursor = self._advance(campaign, cursor, earlier)
        return cursor

    def _earlier_audience(self, earlier: str, shard: str) -> EarlierAudience:
        campaign, _ = self.ledger.shard(earlier, shard)
        if campaign is None:
            raise BadInput(f"There is no campaign {earlier}, whose readers another one is for.")
        return EarlierAudience(ids=self.ledger.reached(earlier, shard), at=campaign.opened_at)

    def _advance(self, campaign: Campaign, cursor: Cursor, earlier: EarlierAudience | None) -> Cursor:
        """Write as many chunks as there is time for. After a Conflict, return the cursor that another worker moved."""
        try:
            for moved, chunk in _steps(campaign, cursor, earlier, self.subscribers, self.coverage):
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
    campaign: Campaign,
    cursor: Cursor,
    earlier: EarlierAudience | None,
    subscribers: SubscriberStore,
    coverage: Coverage,
) -> Iterator[tuple[Cursor, Chunk | None]]:
    """Yield the steps from the cursor to the shard's end: the cursor after each step, and its chunk, if it has one."""
    ids: list[str] = []
    for subscriber in _rows(subscribers, cursor):
        if belongs_to_audience(subscriber, campaign, earlier, coverage):
            ids.append(subscriber.id)
        if len(ids) == CHUNK_SIZE:
            cursor, chunk = _step(campaign, cursor, ids, finished=False)
            ids = []
            yield cursor, chunk
    yield _step(campaign, cursor, ids, finished=True)


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
        del rows  # otherwise two pages would be in memory at once


def belongs_to_audience(
    subscriber: Subscriber | Unreadable, campaign: Campaign, earlier: EarlierAudience | None, coverage: Coverage
) -> bool:
    """Whether the row belongs to the campaign's audience.

    The audience are the subscribers who were on the list when the campaign was opened and who want its type. A
    subscriber who has moved since belongs to it by the earlier row; delivery finds the present row. Where the campaign
    is for the audience of an earlier campaign, the rows that the earlier campaign reached count, unless another
    subscriber moved to the row since.

    A row that can't be understood belongs to the audience too: its entry stays open in the ledger until delivery can
    read the row, and holds up no other entry.

    Args:
        subscriber: The row.
        campaign: The campaign.
        earlier: The audience of the earlier campaign, where this one is for that audience.
        coverage: The types that each consent wording covers.
    """
    if isinstance(subscriber, Unreadable):
        return earlier is None or subscriber.id in earlier.ids
    if subscriber.status is SubscriberStatus.CONFIRMED:
        return subscriber.wants(campaign.kind, coverage) and _on_the_list(subscriber, campaign, earlier)
    return subscriber.status is SubscriberStatus.MOVED and _on_the_list(subscriber, campaign, earlier)


def _on_the_list(subscriber: Subscriber, campaign: Campaign, earlier: EarlierAudience | None) -> bool:
    if earlier is None:
        return subscriber.listed_at(campaign.opened_at)
    confirmed = subscriber.confirmed_at is not None and subscriber.confirmed_at <= campaign.opened_at
    return confirmed and subscriber.id in earlier.ids and not subscriber.taken_over_after(earlier.at)
