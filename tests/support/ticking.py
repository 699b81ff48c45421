"""A ticker with fakes around it, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from convener.delivery.sweep import Sweeper
from convener.editions.render import Templates
from convener.scheduling.opening import Composer
from convener.scheduling.tick import Ticker
from convener.sessions.models import Session
from local.virtual_clock import VirtualClock
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeQueues, FakeSessions
from tests.support.people import TEMPLATES, series, session

NINE = datetime(2024, 4, 4, 8, tzinfo=UTC)  # 09:00 in London
COMPOSER = Composer(series=series(), templates=Templates(TEMPLATES), links=FakeLinks())


@dataclass
class World:
    """The sessions, the stores and the queues that a tick uses, as fakes."""

    sessions: Sequence[Session] = (session(),)
    composer: Any = COMPOSER
    unreadable: dict[str, str] = field(default_factory=dict)
    queues: Any = field(default_factory=FakeQueues)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    editions: Any = field(default_factory=FakeEditions)

    def tick(self, asked: datetime, now: datetime | None = None) -> Any:
        """Run a tick that was asked for at `asked` and runs at `now`. Return the report."""
        sessions = FakeSessions(self.sessions)
        sessions.unreadable = self.unreadable
        clock = VirtualClock(now or asked)
        ticker = Ticker(
            clock=clock,
            sessions=sessions,
            campaigns=self.ledger,
            editions=self.editions,
            sweeper=Sweeper(
                ledger=self.ledger, queues=self.queues, clock=clock, series=COMPOSER.series, lease=timedelta(minutes=15)
            ),
            composer=self.composer,
        )
        return ticker.tick(asked)
