"""What lies about of one campaign: claims that nobody will answer for, and work that no message stands for any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery.chunks import Chunk, Cursor
from convener.delivery.expiry import STANDSTILL, TOLD_UNTIL, expired, long_unknown, standing_still
from convener.delivery.sweep_report import SweepReport
from convener.errors import Conflict
from convener.subscribers.models import SHARDS

MARGIN = 60.0
"""Seconds kept back at a tick's end for opening what is due: the next tick sweeps on."""

BATCH = 100
"""Chunks queued in one go."""

AT_ONCE = 1000
"""Chunks of a campaign that one tick queues again because they stand still: 50,000 mails a quarter of an hour.

The last ones of a long campaign stand still behind the others for hours; their messages must not pile up.
"""


class OutOfTime(Exception):
    """The tick must end."""


class Ledger(Protocol):
    """What is read and written of a campaign's chunks."""

    def unfinished(self, campaign: str) -> Iterator[Chunk]:
        """Its chunks with anything left to do, read consistently."""

    def unknown(self, campaign: str) -> Iterator[Chunk]:
        """Its chunks with nothing left to do in which somebody's answer was lost."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Write its entries, on condition that its version is the one before. Raises Conflict."""

    def cursors(self, campaign: str) -> Sequence[Cursor]:
        """Every shard's cursor that was written."""


class Queues(Protocol):
    """Where work is queued. A message too many is harmless everywhere."""

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        """Queue shards for fan-out."""

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        """Queue chunks for delivery."""


@dataclass(kw_only=True)
class CampaignSweep:
    """One campaign's pass. `everything`: it was brought back just now, so none of its work is queued."""

    campaign: Campaign
    ledger: Ledger
    queues: Queues
    clock: Clock
    lease: timedelta
    report: SweepReport
    everything: bool = False
    refs: list[str] = field(default_factory=list)
    queued: int = 0

    def glean(self) -> bool:
        """Go through all that is unfinished; whether anything is left to do. Raises OutOfTime."""
        left, unknown = False, 0
        for chunk in self._timed(self.ledger.unfinished(self.campaign.id)):
            after, dead = self._expire(chunk)
            left = left or after.unfinished
            unknown += long_unknown(self.campaign, after, self.clock.now())
            if after.claimable() and (
                dead or self.everything or standing_still(self.campaign, chunk, self.clock.now())
            ):
                self._queue(after.ref)
        self._flush()
        self._queue_shards()
        self.list_unknown(unknown)
        return left

    def glean_late(self) -> None:
        """What late additions have left of a campaign that has ended: it is not woken for them. Raises OutOfTime."""
        for chunk in self._timed(self.ledger.unfinished(self.campaign.id)):
            after, _ = self._expire(chunk)
            if after.late and standing_still(self.campaign, after, self.clock.now()):
                self._queue(after.ref)
        self._flush()
        self.list_unknown()

    def list_unknown(self, met: int = 0) -> None:
        """Count answers lost long ago, as long as a person can decide what becomes of them, and a little longer."""
        now = self.clock.now()
        if now >= self.campaign.too_late_at + TOLD_UNTIL:
            return
        chunks = self._timed(self.ledger.unknown(self.campaign.id))
        number = met + sum(long_unknown(self.campaign, chunk, now) for chunk in chunks)
        if number:
            self.report.unknown[self.campaign.id] = number

    def _expire(self, chunk: Chunk) -> tuple[Chunk, bool]:
        """The chunk after claims of dead workers became UNKNOWN, and whether there were any."""
        changed = expired(self.campaign, chunk, now=self.clock.now(), lease=self.lease)
        if not changed:
            return chunk, False
        after = chunk.with_entries(changed)
        try:
            self.ledger.save(after, messages={})
        except Conflict:
            return chunk, False  # an event or an operator was first: the next tick looks again
        self.report.expired += len(changed)
        return after, True

    def _queue(self, ref: str) -> None:
        going = self.campaign.stage in (Stage.SENDING, Stage.STOPPED, Stage.DONE)
        if going and (self.everything or self.queued < AT_ONCE):
            self.queued += 1
            self.refs.append(ref)
        if len(self.refs) == BATCH:
            self._flush()

    def _flush(self) -> None:
        if self.refs:
            self.queues.add_chunks(self.campaign.id, self.refs)
            self.report.requeued += len(self.refs)
            self.refs = []

    def _queue_shards(self) -> None:
        """Those that fan-out has not finished, once it has had its time."""
        patient = not self.everything and self.clock.now() < self.campaign.opened_at + STANDSTILL
        if patient or self.campaign.stage not in (Stage.SENDING, Stage.STOPPED):
            return
        finished = {cursor.shard for cursor in self.ledger.cursors(self.campaign.id) if cursor.finished}
        if left := [shard for shard in SHARDS if shard not in finished]:
            self.queues.add_shards(self.campaign.id, left)
            self.report.requeued += len(left)

    def _timed(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            if self.clock.time_left() < MARGIN:
                self._flush()
                raise OutOfTime
            yield chunk
