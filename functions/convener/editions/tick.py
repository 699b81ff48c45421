"""One tick: open what is due, set going what is open, close what is done. Safe to repeat, to miss, to run twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.editions.opening import CampaignBook, Composer, Editions, open_campaign
from convener.editions.plan import Mailing, Waiting, due, may_leave, plan
from convener.errors import Blocked, Conflict, LostAnswer, Unavailable
from convener.sessions.models import Session
from convener.subscribers.models import SHARDS


class SessionShelf(Protocol):
    """Where sessions are read. `unreadable` tells after `all` which were left out, and why."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Reasons by session."""

    def all(self) -> Sequence[Session]:
        """Every session that can be read."""


class Ledger(CampaignBook, Protocol):
    """What a tick reads and writes of the ledger."""

    def all(self) -> Sequence[Campaign]:
        """Every campaign, read consistently."""

    def advance(self, campaign: str, *, frm: Stage, to: Stage, totals: Mapping[str, int]) -> None:
        """Change its stage. Raises Conflict where it isn't in `frm`."""

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Its sums once every shard is finished and nothing is unfinished, else None."""


class FanoutQueue(Protocol):
    """Where shards are queued."""

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        """One message per shard."""


@dataclass(kw_only=True)
class TickReport:
    """What one tick did: campaign ids, and why others did not leave."""

    opened: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    blocked: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether nothing changed."""
        return not (self.opened or self.started or self.done)


@dataclass(frozen=True, kw_only=True)
class Ticker:
    """Everything that ticking takes."""

    clock: Clock
    shelf: SessionShelf
    ledger: Ledger
    editions: Editions
    queue: FanoutQueue
    composer: Composer

    def tick(self, asked_at: datetime) -> TickReport:
        """Do what was due at `asked_at`, as long as it is neither night nor too late by the clock.

        One campaign that can't leave never holds up another.
        """
        report = TickReport()
        campaigns = self.ledger.all()
        if self._settle(campaigns, report):
            campaigns = self.ledger.all()
        sessions = self.shelf.all()
        report.blocked |= self.shelf.unreadable
        now, series = self.clock.now(), self.composer.series
        mailings = [one for one in due(min(asked_at, now), sessions, campaigns, series) if may_leave(one, now, series)]
        for mailing in mailings:
            self._open(mailing, sessions, now, report)
        if mailings:
            self._settle(self.ledger.all(), report)
        waiting = (item for item in plan(sessions, campaigns, series) if isinstance(item, Waiting))
        report.waiting = {f"{item.session}/{item.kind}": item.why for item in waiting}
        return report

    def _open(self, mailing: Mailing, sessions: Sequence[Session], now: datetime, report: TickReport) -> None:
        try:
            campaign = open_campaign(
                mailing, sessions=sessions, composer=self.composer, editions=self.editions, book=self.ledger, now=now
            )
        except Blocked as reason:
            report.blocked[mailing.campaign] = str(reason)
        except Conflict:
            return  # another tick opened it, and sets it going
        else:
            report.opened.append(campaign.id)

    def _settle(self, campaigns: Sequence[Campaign], report: TickReport) -> bool:
        """Set going what a tick opened, this one or one that died; close what has nothing left to do.

        True where any campaign changed. Queueing a shard twice is harmless: its cursor stands where it stood.
        """
        before = len(report.started) + len(report.done)
        for campaign in campaigns:
            try:
                self._settle_one(campaign, report)
            except (Unavailable, LostAnswer) as reason:
                report.blocked[campaign.id] = f"{reason}; the next tick tries again"
        return len(report.started) + len(report.done) > before

    def _settle_one(self, campaign: Campaign, report: TickReport) -> None:
        if campaign.stage == Stage.OPEN:
            self.queue.add_shards(campaign.id, SHARDS)
            if self._advance(campaign, Stage.SENDING, {}):
                report.started.append(campaign.id)
        elif campaign.stage == Stage.SENDING:
            totals = self.ledger.finished_totals(campaign.id)
            if totals is not None and self._advance(campaign, Stage.DONE, totals):
                report.done.append(campaign.id)

    def _advance(self, campaign: Campaign, to: Stage, totals: Mapping[str, int]) -> bool:
        try:
            self.ledger.advance(campaign.id, frm=campaign.stage, to=to, totals=totals)
        except Conflict:
            return False
        return True
