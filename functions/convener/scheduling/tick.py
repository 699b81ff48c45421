"""One tick: look after what was opened, then open what is due. Safe to repeat, to miss, to run twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery.sweep import Sweeper
from convener.errors import Blocked, Conflict, LostAnswer, Refused, Unavailable
from convener.scheduling.due import DueMailing, WaitingMailing, due, may_leave, plan
from convener.scheduling.opening import CampaignStore, Composer, Editions, open_campaign
from convener.scheduling.tick_report import TickReport, trouble
from convener.sessions.models import Session


class SessionRepository(Protocol):
    """Where sessions are read. `unreadable` tells after `all` which were left out, and why."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Reasons by session."""

    def all(self) -> Sequence[Session]:
        """Every session that can be read."""


class Ledger(CampaignStore, Protocol):
    """Where campaigns are read. `unreadable` tells what `all` and what settling read left out, and why."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Reasons by campaign, or by campaign and chunk."""

    def all(self) -> Sequence[Campaign]:
        """Every campaign that can be read, consistently."""


@dataclass(frozen=True, kw_only=True)
class Ticker:
    """Everything that ticking takes."""

    clock: Clock
    shelf: SessionRepository
    ledger: Ledger
    editions: Editions
    sweeper: Sweeper
    composer: Composer

    def tick(self, asked_at: datetime) -> TickReport:
        """Do what was due at `asked_at`, as long as it is neither night nor too late by the clock.

        One campaign that can't leave never holds up another. While the series is paused nothing is opened.
        """
        report, series = TickReport(), self.composer.series
        campaigns = self.ledger.all()
        self.sweeper.sweep(campaigns, report)
        report.blocked |= self.ledger.unreadable
        if not report.idle:
            campaigns = self.ledger.all()
        sessions = self.shelf.all()
        report.blocked |= self.shelf.unreadable
        now = self.clock.now()
        mailings = [one for one in due(min(asked_at, now), sessions, campaigns, series) if may_leave(one, now, series)]
        if mailings and not report.paused:
            for mailing in mailings:
                self._open(mailing, sessions, report)
            campaigns = self.ledger.all()
            self.sweeper.sweep([one for one in campaigns if one.stage is Stage.OPEN], report)
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
                book=self.ledger,
                clock=self.clock,
            )
        except (Blocked, Refused) as reason:
            report.blocked[mailing.campaign] = str(reason)
        except (Unavailable, LostAnswer) as reason:
            report.blocked[mailing.campaign] = f"{reason}; the next tick tries again"
        except Conflict:
            return  # another tick opened it, and sets it going
        else:
            report.opened.append(campaign.id)
