"""The Ledger table in memory. The contract suite holds it to what DynamoDB's does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk, Cursor, tally, totals
from convener.delivery.ports import Work
from convener.delivery.states import REACHED, DeliveryState, RecipientState
from convener.errors import Conflict
from convener.subscribers.models import SHARDS


class FakeLedger:
    """The Ledger table in dictionaries."""

    def __init__(self) -> None:
        self.campaigns: dict[str, Campaign] = {}
        self.cursor_items: dict[tuple[str, str], Cursor] = {}
        self.chunk_items: dict[tuple[str, str], Chunk] = {}
        self.series_paused_since: datetime | None = None
        self.unreadable: dict[str, str] = {}

    def all(self) -> Sequence[Campaign]:
        return [self.campaigns[name] for name in sorted(self.campaigns)]

    def campaign(self, campaign: str) -> Campaign | None:
        return self.campaigns.get(campaign)

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        return self.campaign(campaign), self.cursor(campaign, shard)

    def open(self, campaign: Campaign) -> None:
        if campaign.id in self.campaigns:
            raise Conflict(campaign.id)
        self.campaigns[campaign.id] = campaign

    def turn(self, campaign: Campaign) -> None:
        known = self.campaigns.get(campaign.id)
        if known is None or known.version != campaign.version - 1:
            raise Conflict(campaign.id)
        changing = ("stage", "why", "until", "lost", "totals", "version")
        self.campaigns[campaign.id] = replace(known, **{name: getattr(campaign, name) for name in changing})

    def paused_since(self) -> datetime | None:
        return self.series_paused_since

    def pause(self, since: datetime) -> None:
        self.series_paused_since = since

    def resume(self) -> None:
        self.series_paused_since = None

    def work(self, campaign: str, ref: str) -> Work:
        paused = self.series_paused_since is not None
        return Work(campaign=self.campaign(campaign), chunk=self.chunk(campaign, ref), paused=paused)

    def unfinished(self, campaign: str) -> Iterator[Chunk]:
        return (chunk for chunk in self._chunks(campaign) if chunk.unfinished)

    def unknown(self, campaign: str) -> Iterator[Chunk]:
        return (chunk for chunk in self._chunks(campaign) if chunk.unknown and not chunk.unfinished)

    def _chunks(self, campaign: str) -> list[Chunk]:
        return [chunk for (owner, _), chunk in sorted(self.chunk_items.items()) if owner == campaign]

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        return tally(chunk.entries for chunk in self._chunks(campaign))

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        cursors = self.cursors(campaign)
        if len(cursors) < len(SHARDS) or not all(cursor.finished for cursor in cursors):
            return None
        sums = totals(part for shard in SHARDS for part in self.entries(campaign, shard))
        return None if sums["unfinished"] else sums

    def cursor(self, campaign: str, shard: str) -> Cursor:
        return self.cursor_items.get((campaign, shard), Cursor(shard=shard))

    def cursors(self, campaign: str) -> Sequence[Cursor]:
        return [cursor for (owner, _), cursor in sorted(self.cursor_items.items()) if owner == campaign]

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        if self.cursor(campaign, to.shard) != frm:
            raise Conflict(campaign)
        self.cursor_items[campaign, to.shard] = to
        if chunk:
            self.chunk_items[campaign, chunk.ref] = chunk

    def add(self, chunk: Chunk) -> None:
        if (chunk.campaign, chunk.ref) in self.chunk_items:
            raise Conflict(chunk.ref)
        self.chunk_items[chunk.campaign, chunk.ref] = chunk

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        return self.chunk_items.get((campaign, ref))

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        known = self.chunk_items.get((chunk.campaign, chunk.ref))
        if known is None or known.version != chunk.version - 1:
            raise Conflict(chunk.ref)
        merged = dict(known.messages) | dict(messages)
        self.chunk_items[chunk.campaign, chunk.ref] = replace(chunk, messages=merged)

    def of_shard(self, campaign: str, shard: str) -> Iterator[Chunk]:
        for (owner, ref), chunk in sorted(self.chunk_items.items()):
            if owner == campaign and ref.startswith(f"{shard}-"):
                yield chunk

    def entries(self, campaign: str, shard: str) -> Iterator[Sequence[RecipientState]]:
        return (chunk.entries for chunk in self.of_shard(campaign, shard))

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        return frozenset(
            recipient
            for chunk in self.of_shard(campaign, shard)
            for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
            if entry.state in REACHED
        )

    def late(self, campaign: str) -> int:
        return sum(chunk.late for chunk in self._chunks(campaign))

    def any_unfinished(self, campaign: str) -> bool:
        return any(chunk.unfinished for chunk in self._chunks(campaign))
