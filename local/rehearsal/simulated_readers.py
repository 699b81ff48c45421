"""What readers do during a rehearsal: each act at its moment, through the real pages and the links of real mails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.rehearsal.browser import Reader, Stuck
from local.rehearsal.world import World
from local.timeline.moments import TimelineEvent

AWHILE = timedelta(minutes=2)
"""How long everybody waits for what follows from an act: a letter may be queued for a few seconds."""

Play = Callable[[Reader], str]


@dataclass(frozen=True, kw_only=True)
class ReaderAction:
    """One thing that somebody does. `play` does it and tells it; it raises Stuck where it can't be done.

    `trying` says what was tried then, as in "Ngaio can't press the button: no mail has come".
    """

    at: datetime
    name: str
    address: str
    play: Play
    trying: str


@dataclass
class SimulatedReaders:
    """Acts that lie ahead, soonest first."""

    acts: list[ReaderAction] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        """When somebody does something next."""
        return self.acts[0].at if self.acts else None

    def act(self, world: World) -> TimelineEvent:
        """Play the next act, and wait for what follows from it."""
        act = self.acts.pop(0)
        world.clock.move_to(act.at)
        reader = Reader(name=act.name, address=act.address, world=world)
        before = len(reader.mails())
        try:
            told = act.play(reader)
        except Stuck as why:
            return TimelineEvent(at=act.at, kind="waiting", text=f"{act.name} can’t {act.trying}: {why}.")
        settle(world)
        mails = reader.mails()[before:] or reader.opened[:1]  # what came of it, else what it was about
        return TimelineEvent(at=act.at, kind="act", text=told, mails=tuple(f"{mail.number:04}" for mail in mails))


def settle(world: World) -> None:
    """Carry out what is queued, and what is to be seen within a moment."""
    until = world.clock.now() + AWHILE
    world.pump.drain()
    while (due := world.pump.next_due) and due <= until:
        world.clock.move_to(due)
        world.pump.drain()


def in_order(acts: Iterable[ReaderAction], *, begins: datetime) -> SimulatedReaders:
    """Those of them that do not lie before the rehearsal."""
    return SimulatedReaders(sorted((act for act in acts if act.at >= begins), key=lambda act: act.at))
