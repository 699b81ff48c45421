"""What a tick makes of a campaign's stage. A Conflict says that somebody else turned it: the next tick decides anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.delivery.ports import DeliveryLedger, WorkQueues
from convener.delivery.stopping import AUTOMATIC_STOPS, rates_in_words, reason_to_stop
from convener.delivery.sweep_report import SweepReport
from convener.sessions.departure_times import leaving_from
from convener.sessions.series import Series
from convener.subscribers.models import SHARDS

PROBE_INTERVAL = timedelta(minutes=14)
"""A quarter of an hour less a little: the next tick, which may come a little early, finds the moment past."""

LASTING_REASONS = (WaitReason.PAUSED, WaitReason.SERIES, WaitReason.LOST_ANSWERS)
"""Reasons that hold on while the whole series is paused. The others are over when their moment has come."""


def after_wait(campaign: Campaign, *, now: datetime, paused: bool, morning: datetime) -> Campaign | None:
    """The campaign after a tick looked at it; None where it waits on as it is.

    `morning` is `now` by day, else the hour at which mails of its kind may leave again. Where it is too late for the
    campaign it comes back at any hour, so that what is left of it is skipped.
    """
    if paused:
        over = campaign.why not in LASTING_REASONS and _come(campaign, now)
        return campaign.turned(Stage.WAITING, why=WaitReason.SERIES) if over else None
    if now >= campaign.too_late_at:
        return campaign.turned(Stage.SENDING)
    if campaign.why is WaitReason.PAUSED or not _come(campaign, now):
        return None
    if morning > now:
        why = WaitReason.RESUMED if campaign.why is WaitReason.SERIES else campaign.why
        return campaign.turned(Stage.WAITING, why=why, until=min(morning, campaign.too_late_at))
    if campaign.why is WaitReason.LOST_ANSWERS:
        return campaign.turned(Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=now + PROBE_INTERVAL)
    return sending_again(campaign)


def sending_again(campaign: Campaign) -> Campaign:
    """Being sent again; answers that were lost before count no more."""
    return replace(campaign.turned(Stage.SENDING), lost=0)


def _come(campaign: Campaign, now: datetime) -> bool:
    return campaign.until is None or campaign.until <= now


@dataclass(frozen=True, kw_only=True)
class CampaignTransitions:
    """Everything that turning takes. What was done is told in the report, once it is."""

    ledger: DeliveryLedger
    queues: WorkQueues
    clock: Clock
    series: Series
    report: SweepReport

    def reopen(self, campaign: Campaign) -> Campaign:
        """An operator asked to send lost ones again, and did not come to the end of it: they are marked already."""
        stopped = campaign.stage is Stage.STOPPED
        anew = campaign.turned(campaign.stage, why=campaign.why) if stopped else campaign.turned(Stage.WAITING)
        return self._turned(replace(anew, why=anew.why or WaitReason.RESUMED, totals={}))

    def stop(self, campaign: Campaign) -> Campaign:
        """Feedback stops a campaign too; this one also sees what feedback could not look into.

        What stopped itself is told until it has ended: whoever stopped it may have died before saying so.
        """
        if campaign.stage is Stage.STOPPED:
            if campaign.why in AUTOMATIC_STOPS:
                self.report.stopped[campaign.id] = rates_in_words(self.ledger.tally(campaign.id))
            return campaign
        tally = self.ledger.tally(campaign.id)
        why = reason_to_stop(tally)
        if why is None:
            return campaign
        campaign = self._turned(campaign.turned(Stage.STOPPED, why=why))
        self.report.stopped[campaign.id] = rates_in_words(tally)
        return campaign

    def start(self, campaign: Campaign) -> None:
        """Queue first: were it turned first, an end in between would leave it standing for a while."""
        self.queues.add_shards(campaign.id, SHARDS)
        self._turned(campaign.turned(Stage.SENDING))
        self.report.started.append(campaign.id)

    def turn(self, campaign: Campaign) -> Campaign:
        """Into the stage that it should be in by now.

        What is brought back is turned before its work is queued: delivery drops messages of a campaign that waits.
        """
        if campaign.stage is Stage.WAITING:
            return self._wake(campaign)
        if campaign.stage is Stage.STOPPED:
            return campaign
        if self.report.paused:
            return self._turned(campaign.turned(Stage.WAITING, why=WaitReason.SERIES))
        if morning := self._until_morning(campaign):
            return self._turned(campaign.turned(Stage.WAITING, why=WaitReason.NIGHT, until=morning))
        return campaign

    def _until_morning(self, campaign: Campaign) -> datetime | None:
        """Until when it must rest, where it is night and mails could still leave: a long list takes hours."""
        now = self.clock.now()
        morning = leaving_from(now, campaign.kind, self.series)
        leaving = campaign.stage is Stage.OPEN or self.claimable(campaign) is not None
        return min(morning, campaign.too_late_at) if now < min(morning, campaign.too_late_at) and leaving else None

    def _wake(self, campaign: Campaign) -> Campaign:
        now = self.clock.now()
        morning = leaving_from(now, campaign.kind, self.series)
        after = after_wait(campaign, now=now, paused=self.report.paused, morning=morning)
        if after is None:
            return campaign
        probing = after.why is WaitReason.LOST_ANSWERS and morning == now
        ref = self.claimable(campaign) if probing else None
        if probing and ref is None:
            after = sending_again(campaign)  # nothing to try with: whatever comes later will tell
        self._turned(after)
        if ref:
            self.queues.add_probe(campaign.id, ref)
            self.report.probes += 1
        if after.stage is Stage.SENDING:
            self.report.brought_back.append(campaign.id)
        return after

    def claimable(self, campaign: Campaign) -> str | None:
        """The first chunk from which a mail could be tried."""
        return next((chunk.ref for chunk in self.ledger.unfinished(campaign.id) if chunk.claimable()), None)

    def must_reopen(self, campaign: Campaign) -> bool:
        """Whether an ended campaign has work that delivery does for no ended one.

        A late addition whose mail SES would not take is none: delivery knows it apart.
        """
        stopped = campaign.stage is Stage.STOPPED
        work = (chunk for chunk in self.ledger.unfinished(campaign.id) if chunk.claimable())
        return any(stopped or not chunk.late or chunk.unknown for chunk in work)

    def close(self, campaign: Campaign) -> None:
        """Done, or stopped and at its end, with its sums: where nothing is left to do in any chunk or shard."""
        totals = self.ledger.finished_totals(campaign.id)
        if totals is None:
            return
        stopped = campaign.stage is Stage.STOPPED
        closed = campaign.turned(Stage.STOPPED, why=campaign.why) if stopped else campaign.turned(Stage.DONE)
        self._turned(replace(closed, totals=totals))
        self.report.done.append(campaign.id)

    def sum_up_again(self, campaign: Campaign) -> None:
        """Write the totals of a campaign anew, to which late joiners were added after it had ended."""
        if not campaign.kind.for_late_joiners:
            return
        audience = sum(cursor.count for cursor in self.ledger.cursors(campaign.id)) + self.ledger.late(campaign.id)
        if audience <= campaign.totals.get("audience", 0):
            return
        if totals := self.ledger.finished_totals(campaign.id):
            self._turned(replace(campaign.turned(campaign.stage, why=campaign.why), totals=totals))

    def _turned(self, campaign: Campaign) -> Campaign:
        self.ledger.turn(campaign)
        return campaign
