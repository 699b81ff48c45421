"""The tick's sweep: whatever was lost, died or waits goes on, and what has nothing left to do is closed.

Queues may lose any message and Lambdas may die anywhere: the ledger alone says what is left. Everything here may be
done twice, by two ticks at once, or half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery import campaign_transitions, requeue
from convener.delivery.campaign_transitions import CampaignTransitions
from convener.delivery.expiry import TOLD_UNTIL
from convener.delivery.requeue import MARGIN, CampaignSweep, OutOfTime
from convener.delivery.sweep_report import SweepReport
from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.mailing_types import MailingType
from convener.sessions.series import Series

LATE_UNTIL = timedelta(days=4)
"""So long after it is too late for an invite somebody may still be added to it, for it goes out as a welcome until the
session begins, and so much longer that what became of her is known."""


def _looked_after(campaign: Campaign) -> timedelta:
    """So long after it is too late for an ended campaign there may be something to look after."""
    return LATE_UNTIL if campaign.kind is MailingType.INVITE else TOLD_UNTIL


class Ledger(requeue.Ledger, campaign_transitions.Ledger, Protocol):
    """What the sweep reads and writes."""

    def paused_since(self) -> datetime | None:
        """Since when the whole series is paused, if it is."""


class Queues(requeue.Queues, campaign_transitions.Queues, Protocol):
    """Where work is queued."""


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """Everything that sweeping takes. `lease`: so long a claim holds."""

    ledger: Ledger
    queues: Queues
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
                if self.clock.time_left() < MARGIN:
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
                self._gleaning(campaign, report).glean_late()
                its.sum_up_again(campaign)
                return
            campaign = its.reopen(campaign)
        campaign = its.stop(campaign)
        before, campaign = campaign, its.turn(campaign)
        if campaign.stage is Stage.OPEN:
            its.start(campaign)
            return
        brought_back = campaign.stage is Stage.SENDING and before.stage is Stage.WAITING
        if not self._gleaning(campaign, report, everything=brought_back).glean():
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
