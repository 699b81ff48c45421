"""The changes that a tick makes to a campaign's stage: start, wait, go on, stop, close, reopen.

Each change is one conditional write. A Conflict means that another writer changed the campaign; the next tick decides
again.
"""

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
"""How long a campaign waits for the next probe: to the next tick, which may come a little early."""

LASTING_REASONS = (WaitReason.PAUSED, WaitReason.SERIES, WaitReason.LOST_ANSWERS)
"""The reasons that stay while the whole series is paused. Any other becomes SERIES when its time is over."""


def after_wait(campaign: Campaign, *, now: datetime, paused: bool, morning: datetime) -> Campaign | None:
    """Decide whether a campaign goes on that waits.

    Where it is too late for the campaign, it goes on at any hour, so that the rest of its mails is skipped.

    Args:
        campaign: A campaign that is WAITING.
        now: The time.
        paused: Whether the whole series is paused.
        morning: When mails of this type may leave again; `now` by day.

    Returns:
        The changed campaign; None where it waits on as it is.
    """
    if paused:
        over = campaign.why not in LASTING_REASONS and _wait_is_over(campaign, now)
        return campaign.turned(Stage.WAITING, why=WaitReason.SERIES) if over else None
    if now >= campaign.too_late_at:
        return campaign.turned(Stage.SENDING)
    if campaign.why is WaitReason.PAUSED or not _wait_is_over(campaign, now):
        return None
    if morning > now:
        why = WaitReason.RESUMED if campaign.why is WaitReason.SERIES else campaign.why
        return campaign.turned(Stage.WAITING, why=why, until=min(morning, campaign.too_late_at))
    if campaign.why is WaitReason.LOST_ANSWERS:
        return campaign.turned(Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=now + PROBE_INTERVAL)
    return sending_again(campaign)


def sending_again(campaign: Campaign) -> Campaign:
    """Return the campaign as SENDING. Its count of lost answers begins again."""
    return replace(campaign.turned(Stage.SENDING), lost=0)


def _wait_is_over(campaign: Campaign, now: datetime) -> bool:
    return campaign.until is None or campaign.until <= now


@dataclass(frozen=True, kw_only=True)
class CampaignTransitions:
    """Changes campaigns within a tick, and writes each change into the report once it is stored."""

    ledger: DeliveryLedger
    queues: WorkQueues
    clock: Clock
    series: Series
    report: SweepReport

    def reopen(self, campaign: Campaign) -> Campaign:
        """Reopen an ended campaign in which an operator marked mails to be sent again, but did not reopen it."""
        stopped = campaign.stage is Stage.STOPPED
        reopened = campaign.turned(campaign.stage, why=campaign.why) if stopped else campaign.turned(Stage.WAITING)
        return self._write(replace(reopened, why=reopened.why or WaitReason.RESUMED, totals={}))

    def stop(self, campaign: Campaign) -> Campaign:
        """Stop the campaign where its rates of bounces or complaints require it.

        Feedback does the same, but may fail. A campaign that stopped itself is reported until it has ended, because the
        process that stopped it may have died before its own report.
        """
        if campaign.stage is Stage.STOPPED:
            if campaign.why in AUTOMATIC_STOPS:
                self.report.stopped[campaign.id] = rates_in_words(self.ledger.tally(campaign.id))
            return campaign
        tally = self.ledger.tally(campaign.id)
        why = reason_to_stop(tally)
        if why is None:
            return campaign
        campaign = self._write(campaign.turned(Stage.STOPPED, why=why))
        self.report.stopped[campaign.id] = rates_in_words(tally)
        return campaign

    def start(self, campaign: Campaign) -> None:
        """Queue the campaign's shards and set it to SENDING.

        The shards are queued first: a process that dies in between leaves an OPEN campaign, which the next tick starts.
        """
        self.queues.add_shards(campaign.id, SHARDS)
        self._write(campaign.turned(Stage.SENDING))
        self.report.started.append(campaign.id)

    def turn(self, campaign: Campaign) -> Campaign:
        """Move the campaign to the stage that the clock and the pause settings require.

        A campaign that goes on is written before its work is queued, because delivery drops messages of a campaign that
        waits.
        """
        if campaign.stage is Stage.WAITING:
            return self._end_wait(campaign)
        if campaign.stage is Stage.STOPPED:
            return campaign
        if self.report.paused:
            return self._write(campaign.turned(Stage.WAITING, why=WaitReason.SERIES))
        if morning := self._until_morning(campaign):
            return self._write(campaign.turned(Stage.WAITING, why=WaitReason.NIGHT, until=morning))
        return campaign

    def _until_morning(self, campaign: Campaign) -> datetime | None:
        """Return until when the campaign must wait for the morning; None where it need not.

        A long list takes hours, so the night may begin while mails are still to leave.
        """
        now = self.clock.now()
        morning = leaving_from(now, campaign.kind, self.series)
        leaving = campaign.stage is Stage.OPEN or self.claimable(campaign) is not None
        return min(morning, campaign.too_late_at) if now < min(morning, campaign.too_late_at) and leaving else None

    def _end_wait(self, campaign: Campaign) -> Campaign:
        now = self.clock.now()
        morning = leaving_from(now, campaign.kind, self.series)
        after = after_wait(campaign, now=now, paused=self.report.paused, morning=morning)
        if after is None:
            return campaign
        probing = after.why is WaitReason.LOST_ANSWERS and morning == now
        ref = self.claimable(campaign) if probing else None
        if probing and ref is None:
            after = sending_again(campaign)  # no mail is left for a probe: the next ones show whether SES answers
        self._write(after)
        if ref:
            self.queues.add_probe(campaign.id, ref)
            self.report.probes += 1
        if after.stage is Stage.SENDING:
            self.report.brought_back.append(campaign.id)
        return after

    def claimable(self, campaign: Campaign) -> str | None:
        """Return the first chunk with a mail that could be sent; None where there is none."""
        return next((chunk.ref for chunk in self.ledger.unfinished(campaign.id) if chunk.claimable()), None)

    def must_reopen(self, campaign: Campaign) -> bool:
        """Whether an ended campaign has work that delivery does only for a campaign that has not ended.

        A late addition whose mail SES did not take is no such work.
        """
        stopped = campaign.stage is Stage.STOPPED
        work = (chunk for chunk in self.ledger.unfinished(campaign.id) if chunk.claimable())
        return any(stopped or not chunk.late or chunk.unknown for chunk in work)

    def close(self, campaign: Campaign) -> None:
        """Store the campaign's sums and its end, where no work is left in any chunk or shard."""
        totals = self.ledger.finished_totals(campaign.id)
        if totals is None:
            return
        stopped = campaign.stage is Stage.STOPPED
        closed = campaign.turned(Stage.STOPPED, why=campaign.why) if stopped else campaign.turned(Stage.DONE)
        self._write(replace(closed, totals=totals))
        self.report.done.append(campaign.id)

    def sum_up_again(self, campaign: Campaign) -> None:
        """Sum up an ended campaign again where late additions were made since, once they have ended too."""
        if not campaign.kind.for_late_joiners:
            return
        audience = sum(cursor.count for cursor in self.ledger.cursors(campaign.id)) + self.ledger.late(campaign.id)
        if audience <= campaign.totals.get("audience", 0):
            return
        if totals := self.ledger.finished_totals(campaign.id):
            self._write(replace(campaign.turned(campaign.stage, why=campaign.why), totals=totals))

    def _write(self, campaign: Campaign) -> Campaign:
        self.ledger.turn(campaign)
        return campaign
