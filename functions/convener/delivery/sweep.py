"""The tick's sweep: whatever was lost, died or waits goes on, and what has nothing left to do is closed.

Queues may lose any message and Lambdas may die anywhere: the ledger alone says what is left. Everything here may be
done twice, by two ticks at once, or half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery.campaign_transitions import CampaignTransitions
from convener.delivery.chunks import Chunk
from convener.delivery.expiry import (
    STANDSTILL,
    UNKNOWN_REPORTED_FOR,
    count_long_unknown,
    expired_claims,
    is_standing_still,
)
from convener.delivery.ports import DeliveryLedger, WorkQueues
from convener.delivery.sweep_report import SweepReport
from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.sessions.series import Series
from convener.subscribers.models import SHARDS

MARGIN_SECONDS = 60.0
"""Seconds kept back at a tick's end for opening what is due: the next tick sweeps on."""

QUEUE_BATCH = 100
"""Chunks queued in one go."""

MAX_REQUEUED_CHUNKS = 1000
"""Chunks of a campaign that one tick queues again because they stand still: 50,000 mails a quarter of an hour.

The last ones of a long campaign stand still behind the others for hours; their messages must not pile up.
"""


class OutOfTime(Exception):
    """The tick must end."""


@dataclass(kw_only=True)
class CampaignSweep:
    """One campaign's pass. `everything`: it was brought back just now, so none of its work is queued."""

    campaign: Campaign
    ledger: DeliveryLedger
    queues: WorkQueues
    clock: Clock
    lease: timedelta
    report: SweepReport
    everything: bool = False
    refs: list[str] = field(default_factory=list)
    queued: int = 0

    def requeue_work(self) -> bool:
        """Go through all that is unfinished; whether anything is left to do. Raises OutOfTime."""
        left, unknown = False, 0
        for chunk in self._timed(self.ledger.unfinished(self.campaign.id)):
            after, dead = self._expire(chunk)
            left = left or after.unfinished
            unknown += count_long_unknown(self.campaign, after, self.clock.now())
            if after.claimable() and (
                dead or self.everything or is_standing_still(self.campaign, chunk, self.clock.now())
            ):
                self._queue(after.ref)
        self._flush()
        self._queue_shards()
        self.list_unknown(unknown)
        return left

    def requeue_late_additions(self) -> None:
        """What late additions have left of a campaign that has ended: it is not woken for them. Raises OutOfTime."""
        for chunk in self._timed(self.ledger.unfinished(self.campaign.id)):
            after, _ = self._expire(chunk)
            if after.late and is_standing_still(self.campaign, after, self.clock.now()):
                self._queue(after.ref)
        self._flush()
        self.list_unknown()

    def list_unknown(self, met: int = 0) -> None:
        """Count answers lost long ago, as long as a person can decide what becomes of them, and a little longer."""
        now = self.clock.now()
        if now >= self.campaign.too_late_at + UNKNOWN_REPORTED_FOR:
            return
        chunks = self._timed(self.ledger.unknown(self.campaign.id))
        number = met + sum(count_long_unknown(self.campaign, chunk, now) for chunk in chunks)
        if number:
            self.report.unknown[self.campaign.id] = number

    def _expire(self, chunk: Chunk) -> tuple[Chunk, bool]:
        """The chunk after claims of dead workers became UNKNOWN, and whether there were any."""
        changed = expired_claims(self.campaign, chunk, now=self.clock.now(), lease=self.lease)
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
        if going and (self.everything or self.queued < MAX_REQUEUED_CHUNKS):
            self.queued += 1
            self.refs.append(ref)
        if len(self.refs) == QUEUE_BATCH:
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
            if self.clock.time_left() < MARGIN_SECONDS:
                self._flush()
                raise OutOfTime
            yield chunk


LATE_UNTIL = timedelta(days=4)
"""So long after it is too late for an invite somebody may still be added to it, for it goes out as a welcome until the
session begins, and so much longer that what became of her is known."""


def _looked_after(campaign: Campaign) -> timedelta:
    """So long after it is too late for an ended campaign there may be something to look after."""
    return LATE_UNTIL if campaign.kind.for_late_joiners else UNKNOWN_REPORTED_FOR


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Everything that sweeping takes. `lease`: so long a claim holds."""

    ledger: DeliveryLedger
    queues: WorkQueues
    clock: Clock
    series: Series
    lease: timedelta

    def sweep(self, campaigns: Sequence[Campaign], report: SweepReport) -> None:
        """Bring each campaign as far as it goes, and tell in the report. Also tells whether the series is paused.

        One that fails never holds up another. Ends in time: the next tick begins with another campaign.
        """
        try:
            report.paused = self.ledger.paused_since() is not None
        except BadInput as reason:  # whatever it says, somebody paused the series
            report.paused, report.blocked["series"] = True, str(reason)
        for campaign in self._in_turn(campaigns):
            try:
                if self.clock.time_left() < MARGIN_SECONDS:
                    raise OutOfTime
                self._sweep(campaign, report)
            except OutOfTime:
                report.postponed.append(campaign.id)
            except Conflict:
                continue  # somebody else turned it meanwhile: the next tick decides anew
            except (BadInput, Refused) as reason:
                report.blocked[campaign.id] = str(reason)
            except (Unavailable, LostAnswer) as reason:
                report.blocked[campaign.id] = f"{reason}; the next tick tries again"

    def _in_turn(self, campaigns: Sequence[Campaign]) -> Sequence[Campaign]:
        """Those with something to look after, from another one on each quarter of an hour."""
        now = self.clock.now()
        live = [one for one in campaigns if not one.ended or now < one.too_late_at + _looked_after(one)]
        first = int(now.timestamp()) // 900 % len(live) if live else 0
        return [*live[first:], *live[:first]]

    def _sweep(self, campaign: Campaign, report: SweepReport) -> None:
        its = CampaignTransitions(
            ledger=self.ledger, queues=self.queues, clock=self.clock, series=self.series, report=report
        )
        if campaign.ended:
            if not its.must_reopen(campaign):
                self._gleaning(campaign, report).requeue_late_additions()
                its.sum_up_again(campaign)
                return
            campaign = its.reopen(campaign)
        campaign = its.stop(campaign)
        before, campaign = campaign, its.turn(campaign)
        if campaign.stage is Stage.OPEN:
            its.start(campaign)
            return
        brought_back = campaign.stage is Stage.SENDING and before.stage is Stage.WAITING
        if not self._gleaning(campaign, report, everything=brought_back).requeue_work():
            its.close(campaign)

    def _gleaning(self, campaign: Campaign, report: SweepReport, *, everything: bool = False) -> CampaignSweep:
        return CampaignSweep(
            campaign=campaign,
            ledger=self.ledger,
            queues=self.queues,
            clock=self.clock,
            lease=self.lease,
            report=report,
            everything=everything,
        )
