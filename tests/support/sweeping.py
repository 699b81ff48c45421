"""A campaign with given chunks, and sweeps over it, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk, Cursor
from convener.delivery.states import DeliveryState, RecipientState
from convener.delivery.sweep import Sweeper
from convener.scheduling.tick import TickReport
from convener.subscribers.models import SHARDS
from local.virtual_clock import VirtualClock
from tests.support.fakes import FakeLedger, FakeQueues
from tests.support.people import OPENED, campaign, series

ID = "2024-04/invite"
LEASE = timedelta(minutes=15)
SERIES = series()
SOON, LATER = OPENED + timedelta(minutes=5), OPENED + timedelta(hours=2)
TOO_LATE = datetime.fromisoformat("2024-04-17T08:00+00:00")
NIGHT, MORNING = (datetime.fromisoformat(f"2024-04-{moment}+00:00") for moment in ("04T22:30", "05T08:00"))

PENDING = RecipientState()
SENT = RecipientState(DeliveryState.ACCEPTED, 1, 60)
LOST = RecipientState(DeliveryState.UNKNOWN, 1, 60, "answer-lost")


def claimed(at: int = 60, note: str = "0123456789") -> RecipientState:
    """Return a SENDING entry that was claimed so many seconds after the opening."""
    return RecipientState(DeliveryState.SENDING, 1, at, note)


@dataclass
class World:
    """A ledger and queues, which one sweep after the other works on."""

    ledger: Any = field(default_factory=FakeLedger)
    queues: Any = field(default_factory=FakeQueues)

    def sweeper(self, now: datetime, *, left: float = 300.0) -> Sweeper:
        """Return the sweeper of a tick at that time, with so many seconds left."""
        clock = VirtualClock(now, left=left)
        return Sweeper(ledger=self.ledger, queues=self.queues, clock=clock, series=SERIES, lease=LEASE)

    def sweep(self, now: datetime = LATER, *, left: float = 300.0) -> TickReport:
        """Sweep every campaign as one tick, and return the report."""
        report = TickReport()
        self.sweeper(now, left=left).sweep(self.ledger.all(), report)
        return report

    @property
    def campaign(self) -> Campaign:
        """The campaign as it is now."""
        found: Campaign = self.ledger.campaigns[ID]
        return found

    def entries(self, ref: str = "0-00001") -> Sequence[RecipientState]:
        """Return the entries of a chunk as they are now."""
        found: Sequence[RecipientState] = self.ledger.chunk_items[ID, ref].entries
        return found

    @property
    def queued(self) -> list[str]:
        """The shards and chunks that were queued, in order."""
        return [shard for _, shard in self.queues.shards] + [ref for _, ref, _ in self.queues.chunks]


def world(
    *chunks: Sequence[RecipientState], finished: bool = True, world: World | None = None, **changes: Any
) -> World:
    """Return an invite with these chunks in shard 0. `finished` is whether fan-out has finished every shard."""
    made = world or World()
    made.ledger.campaigns[ID] = campaign(**changes)
    add_chunks(made.ledger, ID, chunks)
    if finished:
        for shard in SHARDS:
            made.ledger.cursor_items[ID, shard] = Cursor(shard=shard, finished=True)
    return made


def add_chunks(ledger: Any, name: str, chunks: Sequence[Sequence[RecipientState]]) -> None:
    """Write chunks with these entries to a campaign."""
    for number, entries in enumerate(chunks, start=1):
        people = tuple(f"0{number:05}{place:026x}" for place in range(len(entries)))
        ref = f"0-{number:05}"
        ledger.chunk_items[name, ref] = Chunk(campaign=name, ref=ref, recipients=people, entries=tuple(entries))
