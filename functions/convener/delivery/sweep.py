"""The tick's sweep over the campaigns.

It moves each campaign into its next stage, finds chunks and shards whose claim expired or whose queue message was lost,
queues them again, and closes campaigns without work. A queue may lose any message and a function may die at any moment,
so the ledger alone says what is left to do. Everything here may be done twice, by two ticks at once, or in part.
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
"""Seconds that the sweep leaves to the tick, which then opens what is due. The next tick continues the sweep."""

QUEUE_BATCH = 100
"""The number of chunks that are queued at once."""

MAX_REQUEUED_CHUNKS = 1000
"""The chunks of a campaign that one tick queues again: 50,000 mails in a quarter of an hour.

The last chunks of a long campaign stand still behind the others for hours. Without the limit their messages would pile
up.
"""

LATE_UNTIL = timedelta(days=4)
"""How long after its end a campaign with late additions is swept.

A late addition may be sent until the session begins, and its result is known some time later.
"""


class OutOfTime(Exception):
    """The invocation has no time left for the sweep."""


def _swept_for(campaign: Campaign) -> timedelta:
    """Return how long after its end a campaign is swept."""
    return LATE_UNTIL if campaign.kind.for_late_joiners else UNKNOWN_REPORTED_FOR


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Sweeps all campaigns. `lease` is how long a claim holds."""

    ledger: DeliveryLedger
    queues: WorkQueues
    clock: Clock
    series: Series
    lease: timedelta

    def sweep(self, campaigns: Sequence[Campaign], report: SweepReport) -> None:
        """Sweep each campaign, and write into the report what was done and whether the series is paused.

        An error in one campaign never holds up another. Where the time does not suffice for all of them, each quarter
        of an hour begins with another campaign.
        """
        try:
            report.paused = self.ledger.paused_since() is not None
        except BadInput as reason:  # the item can't be understood, but somebody wrote it to pause the series
            report.paused, report.blocked["series"] = True, str(reason)
        for campaign in self._in_turn(campaigns):
            try:
                if self.clock.time_left() < MARGIN_SECONDS:
                    raise OutOfTime
                self._sweep(campaign, report)
            except OutOfTime:
                report.postponed.append(campaign.id)
            except Conflict:
                continue  # another writer changed the campaign: the next tick decides again
            except (BadInput, Refused) as reason:
                report.blocked[campaign.id] = str(reason)
            except (Unavailable, LostAnswer) as reason:
                report.blocked[campaign.id] = f"{reason}; the next tick tries again"

    def _in_turn(self, campaigns: Sequence[Campaign]) -> Sequence[Campaign]:
        """Return the campaigns to sweep, beginning with another one each quarter of an hour."""
        now = self.clock.now()
        live = [known for known in campaigns if not known.ended or now < known.too_late_at + _swept_for(known)]
        first = int(now.timestamp()) // 900 % len(live) if live else 0
        return [*live[first:], *live[:first]]

    def _sweep(self, campaign: Campaign, report: SweepReport) -> None:
        transitions = CampaignTransitions(
            ledger=self.ledger, queues=self.queues, clock=self.clock, series=self.series, report=report
        )
        if campaign.ended:
            if not transitions.must_reopen(campaign):
                self._sweep_of(campaign, report).requeue_late_additions()
                transitions.sum_up_again(campaign)
                return
            campaign = transitions.reopen(campaign)
        campaign = transitions.stop(campaign)
        before, campaign = campaign, transitions.turn(campaign)
        if campaign.stage is Stage.OPEN:
            transitions.start(campaign)
            return
        brought_back = campaign.stage is Stage.SENDING and before.stage is Stage.WAITING
        if not self._sweep_of(campaign, report, everything=brought_back).requeue_work():
            transitions.close(campaign)

    def _sweep_of(self, campaign: Campaign, report: SweepReport, *, everything: bool = False) -> CampaignSweep:
        return CampaignSweep(
            campaign=campaign,
            ledger=self.ledger,
            queues=self.queues,
            clock=self.clock,
            lease=self.lease,
            report=report,
            everything=everything,
        )


@dataclass(kw_only=True)
class CampaignSweep:
    """The sweep of one campaign's chunks and shards.

    Attributes:
        campaign: The campaign.
        ledger: Holds the chunks and the cursors.
        queues: Take the work that is queued again.
        clock: Tells the time.
        lease: How long a claim holds.
        report: Takes what was done.
        everything: Queue all work that is left. The campaign has just been brought back, so no message exists.
        refs: Chunks to be queued with the next batch.
        queued: The number of chunks queued so far.
    """

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
        """Make expired claims UNKNOWN, and queue the chunks and shards that no message stands for.

        Returns:
            Whether work is left in a chunk.

        Raises:
            OutOfTime: The invocation has no time left.
        """
        left, unknown = False, 0
        for chunk in self._while_time(self.ledger.unfinished(self.campaign.id)):
            after, expired = self._expire(chunk)
            left = left or after.unfinished
            unknown += count_long_unknown(self.campaign, after, self.clock.now())
            if after.claimable() and (
                expired or self.everything or is_standing_still(self.campaign, chunk, self.clock.now())
            ):
                self._queue(after.ref)
        self._flush()
        self._queue_shards()
        self.report_unknown(unknown)
        return left

    def requeue_late_additions(self) -> None:
        """Do the same for the late additions of a campaign that has ended and stays so. Raises OutOfTime."""
        for chunk in self._while_time(self.ledger.unfinished(self.campaign.id)):
            after, _ = self._expire(chunk)
            if after.late and is_standing_still(self.campaign, after, self.clock.now()):
                self._queue(after.ref)
        self._flush()
        self.report_unknown()

    def report_unknown(self, counted: int = 0) -> None:
        """Report the number of old UNKNOWN mails, until UNKNOWN_REPORTED_FOR after the campaign's end.

        `counted` is the number in the chunks with work left. The method counts those in the other chunks.
        """
        now = self.clock.now()
        if now >= self.campaign.too_late_at + UNKNOWN_REPORTED_FOR:
            return
        chunks = self._while_time(self.ledger.unknown(self.campaign.id))
        number = counted + sum(count_long_unknown(self.campaign, chunk, now) for chunk in chunks)
        if number:
            self.report.unknown[self.campaign.id] = number

    def _expire(self, chunk: Chunk) -> tuple[Chunk, bool]:
        """Make the chunk's expired claims UNKNOWN. Returns the chunk, and whether it had expired claims."""
        changed = expired_claims(self.campaign, chunk, now=self.clock.now(), lease=self.lease)
        if not changed:
            return chunk, False
        after = chunk.with_entries(changed)
        try:
            self.ledger.save(after, messages={})
        except Conflict:
            return chunk, False  # an event or an operator changed the chunk: the next tick reads it again
        self.report.expired += len(changed)
        return after, True

    def _queue(self, ref: str) -> None:
        delivers = self.campaign.stage in (Stage.SENDING, Stage.STOPPED, Stage.DONE)
        if delivers and (self.everything or self.queued < MAX_REQUEUED_CHUNKS):
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
        """Queue the shards that fan-out has not finished, once it has had the time STANDSTILL."""
        too_early = not self.everything and self.clock.now() < self.campaign.opened_at + STANDSTILL
        if too_early or self.campaign.stage not in (Stage.SENDING, Stage.STOPPED):
            return
        finished = {cursor.shard for cursor in self.ledger.cursors(self.campaign.id) if cursor.finished}
        if left := [shard for shard in SHARDS if shard not in finished]:
            self.queues.add_shards(self.campaign.id, left)
            self.report.requeued += len(left)

    def _while_time(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Yield the chunks. Queues what was found and raises OutOfTime where the time is over."""
        for chunk in chunks:
            if self.clock.time_left() < MARGIN_SECONDS:
                self._flush()
                raise OutOfTime
            yield chunk
