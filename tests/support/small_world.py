"""A rehearsal's world in memory: the shipped use cases on fakes, in virtual time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from convener.delivery.deliver import Delivery
from convener.delivery.fanout import FanOut
from convener.delivery.pacing import Pacing
from convener.delivery.sweep import Sweeper
from convener.editions.render import Templates
from convener.scheduling.opening import Composer
from convener.scheduling.tick import Ticker
from convener.sessions.models import Session
from convener.sessions.series import Series, read_series
from convener.subscribers.models import Subscriber
from local.virtual_clock import VirtualClock
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeMailer, FakeQueues, FakeSessions
from tests.support.people import TEMPLATES, series


class SmallPump:
    """Carries out ticks and queues. `ticks` are the moments asked for, `busy` those that changed something."""

    next_due = None

    def __init__(
        self, sessions: FakeSessions, people: Sequence[Subscriber], clock: VirtualClock, *, project: Path, own: Series
    ) -> None:
        self.ledger, self.mailer, self.queues, editions = FakeLedger(), FakeMailer(), FakeQueues(), FakeEditions()
        subscribers = FakeSubscribers(people)
        self.ticker = Ticker(
            clock=clock,
            sessions=sessions,
            campaigns=self.ledger,
            editions=editions,
            sweeper=Sweeper(
                ledger=self.ledger, queues=self.queues, clock=clock, series=own, lease=timedelta(minutes=15)
            ),
            composer=Composer(series=own, templates=Templates(project), links=FakeLinks()),
        )
        self.fanout = FanOut(
            ledger=self.ledger, subscribers=subscribers, queues=self.queues, clock=clock, coverage=own.coverage
        )
        self.delivery = Delivery(
            ledger=self.ledger,
            lookup=FakeRecipientLookup(self.ledger, subscribers),
            editions=editions,
            mailer=self.mailer,
            links=FakeLinks(),
            queues=self.queues,
            pacing=Pacing(account=FakeAccount(), slots=FakeSlots(), clock=clock, share=1.0),
            clock=clock,
            coverage=own.coverage,
        )
        self.ticks: list[datetime] = []
        self.busy: list[datetime] = []

    def invoke(self, _function: str, event: dict[str, Any]) -> dict[str, Any]:
        """A tick."""
        asked = datetime.fromisoformat(event["asked_at"])
        report = self.ticker.tick(asked)
        self.ticks.append(asked)
        if not report.idle:
            self.busy.append(asked)
        return asdict(report)

    def drain(self) -> int:
        """Everything that is queued, and what that queues; how many messages there were."""
        number = 0
        while self.queues.shards or self.queues.chunks or self.queues.probes:
            shards, self.queues.shards = self.queues.shards, []
            for campaign, shard in shards:
                self.fanout.fan_out(campaign, shard)
            chunks, self.queues.chunks = self.queues.chunks, []
            for campaign, ref, _ in chunks:
                self.delivery.deliver(campaign, ref)
            probes, self.queues.probes = self.queues.probes, []
            for campaign, ref in probes:
                self.delivery.deliver(campaign, ref, probe=True)
            number += len(shards) + len(chunks) + len(probes)
        return number


def small_world(
    sessions: Sequence[Session],
    people: Sequence[Subscriber],
    begins: datetime,
    *,
    project: Path | None = None,
    own: Series | None = None,
) -> Any:
    """Return what `rehearse` needs, in memory: for the series `own`, or for that of the folder `project`.

    `project` is a folder with a `series.toml` and all templates.
    """
    clock, shelf = VirtualClock(begins), FakeSessions(sessions)
    own = own or (read_series(project / "series.toml") if project else series())
    pump = SmallPump(shelf, people, clock, project=project or TEMPLATES, own=own)
    return SimpleNamespace(series=own, clock=clock, sessions=shelf, ledger=pump.ledger, pump=pump)
