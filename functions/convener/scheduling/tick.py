"""The tick: sweep the campaigns, then open the mailings that are due.

A tick may be missed or repeated, and two ticks may run at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.delivery.ports import CampaignStore
from convener.delivery.sweep import Sweeper
from convener.delivery.sweep_report import SweepReport
from convener.editions.ports import EditionStore
from convener.errors import Blocked, Conflict, LostAnswer, Refused, Unavailable
from convener.scheduling.due import DueMailing, WaitingMailing, due, may_leave, plan
from convener.scheduling.opening import Composer, open_campaign
from convener.sessions.models import Session
from convener.sessions.ports import SessionRepository

TROUBLE_REASONS = {
    (
        Stage.WAITING,
        WaitReason.LOST_ANSWERS,
    ): "waits: SES's answers are lost; one mail a quarter of an hour tries whether they come",
    (Stage.WAITING, WaitReason.SES_PAUSED): "waits: SES lets nothing be sent from this account or configuration set",
}
"""The states of a campaign that an operator should look at, each in words for the operator."""


@dataclass(kw_only=True)
class TickReport(SweepReport):
    """What one tick did: the report of its sweep, and what it opened.

    Attributes:
        opened: Campaigns that this tick opened.
        waiting: Mailings that lack something an editor must give, with the reason.
        trouble: Campaigns that wait for something an operator should look at, with the reason.
    """

    opened: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether the tick changed no campaign, queued nothing and opened nothing."""
        return not self.opened and super().idle


@dataclass(frozen=True, kw_only=True)
class Ticker:
    """Runs ticks. The `sweeper` looks after campaigns that are open; the ticker opens new ones."""

    clock: Clock
    sessions: SessionRepository
    campaigns: CampaignStore
    editions: EditionStore
    sweeper: Sweeper
    composer: Composer

    def tick(self, asked_at: datetime) -> TickReport:
        """Sweep all campaigns and open the mailings that were due at `asked_at`.

        A mailing is opened only if the clock says that it is neither night nor too late for the mailing. A mailing that
        cannot leave does not hold up the others. While the series is paused, no mailing is opened.
        """
        report, series = TickReport(), self.composer.series
        campaigns = self.campaigns.all()
        self.sweeper.sweep(campaigns, report)
        report.blocked |= self.campaigns.unreadable
        if not report.idle:
            campaigns = self.campaigns.all()
        sessions = self.sessions.all()
        report.blocked |= self.sessions.unreadable
        now = self.clock.now()
        were_due = due(min(asked_at, now), sessions, campaigns, series)
        mailings = [mailing for mailing in were_due if may_leave(mailing, now, series)]
        if mailings and not report.paused:
            for mailing in mailings:
                self._open(mailing, sessions, report)
            campaigns = self.campaigns.all()
            self.sweeper.sweep([campaign for campaign in campaigns if campaign.stage is Stage.OPEN], report)
        report.trouble = trouble(campaigns, now)
        waiting = (item for item in plan(sessions, campaigns, series) if isinstance(item, WaitingMailing))
        report.waiting = {f"{item.session}/{item.kind.name}": item.why for item in waiting}
        return report

    def _open(self, mailing: DueMailing, sessions: Sequence[Session], report: TickReport) -> None:
        try:
            campaign = open_campaign(
                mailing,
                sessions=sessions,
                composer=self.composer,
                editions=self.editions,
                campaigns=self.campaigns,
                clock=self.clock,
            )
        except (Blocked, Refused) as error:
            report.blocked[mailing.campaign] = str(error)
        except (Unavailable, LostAnswer) as error:
            report.blocked[mailing.campaign] = f"{error}; the next tick tries again"
        except Conflict:
            return  # another tick opened the campaign and starts it
        else:
            report.opened.append(campaign.id)


def trouble(campaigns: Iterable[Campaign], now: datetime) -> dict[str, str]:
    """Return the campaigns that an operator should look at while there is still time, with the reason.

    Only waiting campaigns count. A stopped campaign stays stopped: if it counted, the alarm would stay on for weeks and
    hide the next campaign.
    """
    waiting = [campaign for campaign in campaigns if now < campaign.too_late_at]
    keys = {campaign.id: (campaign.stage, campaign.why) for campaign in waiting if campaign.why}
    return {campaign: TROUBLE_REASONS[key] for campaign, key in keys.items() if key in TROUBLE_REASONS}
