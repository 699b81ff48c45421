"""The tick's sweep: whatever was lost, died or waits goes on, and what has nothing left to do is closed.

Queues may lose any message and Lambdas may die anywhere: the ledger alone says what is left. Everything here may be
done twice, by two ticks at once, or half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from convener.campaigns import Campaign, Stage, Why
from convener.clock import Clock
from convener.delivery import gleaning
from convener.delivery.gleaning import MARGIN, Gleaning, OutOfTime
from convener.delivery.ports import Turning
from convener.delivery.states import State
from convener.delivery.stopping import in_words, reason_to_stop
from convener.delivery.waking import back, woken
from convener.editions.plan import leaving_from
from convener.editions.report import TickReport
from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.sessions.series import Series
from convener.subscribers.models import SHARDS


class Ledger(gleaning.Ledger, Turning, Protocol):
    """What the sweep reads and writes."""

    def paused_since(self) -> datetime | None:
        """Since when the whole series is paused, if it is."""

    def tally(self, campaign: str) -> Counter[State]:
        """How many mails of it are in which state."""

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Its sums once every shard is finished and nothing is unfinished, else None."""


class Queues(gleaning.Queues, Protocol):
    """Where work is queued."""

    def add_probe(self, campaign: str, ref: str) -> None:
        """Queue a single mail of that chunk, although its campaign waits."""


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Everything that sweeping takes. `lease`: so long a claim holds."""

    ledger: Ledger
    queues: Queues
    clock: Clock
    series: Series
    lease: timedelta

    def settle(self, campaigns: Sequence[Campaign], report: TickReport) -> None:
        """Bring each campaign as far as it goes, and tell in the report. Also tells whether the series is paused.

        One that fails never holds up another. Ends in time: the next tick begins with another campaign.
        """
        report.paused = self.ledger.paused_since() is not None
        for campaign in self._in_turn(campaigns):
            try:
                if self.clock.time_left() < MARGIN:
                    raise OutOfTime
                self._settle(campaign, report)
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
        live = [one for one in campaigns if not one.ended or now < one.too_late_at]
        first = int(now.timestamp()) // 900 % len(live) if live else 0
        return [*live[first:], *live[:first]]

    def _settle(self, campaign: Campaign, report: TickReport) -> None:
        if campaign.ended:
            if not self._claimable(campaign):
                self._gleaning(campaign, report).list_unknown()
                return
            campaign = self._reopen(campaign)
        campaign = self._stop(campaign, report)
        if campaign.stage is Stage.OPEN and not report.paused:
            self._start(campaign, report)
            return
        before, campaign = campaign, self._turn(campaign, report)
        brought_back = campaign.stage is Stage.SENDING and before.stage is Stage.WAITING
        if not self._gleaning(campaign, report, everything=brought_back).glean():
            self._close(campaign, report)

    def _reopen(self, campaign: Campaign) -> Campaign:
        """An operator asked to send lost ones again, and did not come to the end of it: they are marked already."""
        stopped = campaign.stage is Stage.STOPPED
        anew = campaign.turned(
            Stage.STOPPED if stopped else Stage.WAITING, why=campaign.why if stopped else Why.RESUMED
        )
        return self._turned(replace(anew, totals={}))

    def _stop(self, campaign: Campaign, report: TickReport) -> Campaign:
        """Feedback stops a campaign too; this one also sees what feedback could not look into."""
        if campaign.stage is Stage.STOPPED:
            return campaign
        tally = self.ledger.tally(campaign.id)
        why = reason_to_stop(tally)
        if why is None:
            return campaign
        campaign = self._turned(campaign.turned(Stage.STOPPED, why=why))
        report.stopped[campaign.id] = in_words(tally)
        return campaign

    def _start(self, campaign: Campaign, report: TickReport) -> None:
        """Queue first: were it turned first, an end in between would leave it standing for a while."""
        self.queues.add_shards(campaign.id, SHARDS)
        self._turned(campaign.turned(Stage.SENDING))
        report.started.append(campaign.id)

    def _turn(self, campaign: Campaign, report: TickReport) -> Campaign:
        """Into the stage that it should be in by now.

        What is brought back is turned before its work is queued: delivery drops messages of a campaign that waits.
        """
        if campaign.stage is Stage.WAITING:
            return self._wake(campaign, report)
        if report.paused and campaign.stage is not Stage.STOPPED:
            return self._turned(campaign.turned(Stage.WAITING, why=Why.SERIES))
        return campaign

    def _wake(self, campaign: Campaign, report: TickReport) -> Campaign:
        now = self.clock.now()
        morning = leaving_from(now, campaign.kind, self.series)
        after = woken(campaign, now=now, paused=report.paused, morning=morning)
        if after is None:
            return campaign
        probing = after.why is Why.LOST_ANSWERS and morning == now
        ref = self._claimable(campaign) if probing else None
        if probing and ref is None:
            after = back(campaign)  # nothing to try with: whatever comes later will tell
        self._turned(after)
        if ref:
            self.queues.add_probe(campaign.id, ref)
            report.probes += 1
        if after.stage is Stage.SENDING:
            report.brought_back.append(campaign.id)
        return after

    def _claimable(self, campaign: Campaign) -> str | None:
        """The first chunk from which a mail could be tried."""
        return next((chunk.ref for chunk in self.ledger.unfinished(campaign.id) if chunk.claimable()), None)

    def _close(self, campaign: Campaign, report: TickReport) -> None:
        totals = self.ledger.finished_totals(campaign.id)
        if totals is None:
            return
        stopped = campaign.stage is Stage.STOPPED
        closed = campaign.turned(Stage.STOPPED, why=campaign.why) if stopped else campaign.turned(Stage.DONE)
        self._turned(replace(closed, totals=totals))
        report.done.append(campaign.id)

    def _turned(self, campaign: Campaign) -> Campaign:
        self.ledger.turn(campaign)
        return campaign

    def _gleaning(self, campaign: Campaign, report: TickReport, *, everything: bool = False) -> Gleaning:
        return Gleaning(
            campaign=campaign,
            ledger=self.ledger,
            queues=self.queues,
            clock=self.clock,
            lease=self.lease,
            report=report,
            everything=everything,
        )
