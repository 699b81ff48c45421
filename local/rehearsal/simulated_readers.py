"""Simulated readers of a rehearsal: each action at its moment, through the real pages and the links of real mails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.rehearsal.browser import Reader, Stuck
from local.rehearsal.world import World
from local.timeline.moments import TimelineEvent

SETTLING_TIME = timedelta(minutes=2)
"""How long a rehearsal waits for the effects of an action: a mail request may be delayed by some seconds."""

Play = Callable[[Reader], str]


@dataclass(frozen=True, kw_only=True)
class ReaderAction:
    """One action of one reader.

    Attributes:
        at: The moment of the action, in UTC.
        play: Does the action and returns a sentence about it. It raises Stuck where the action is not possible.
        trying: What the reader tried, for the sentence about a failure: "Ngaio can't join: no mail has come".
    """

    at: datetime
    name: str
    address: str
    play: Play
    trying: str


@dataclass
class SimulatedReaders:
    """The actions that lie ahead, the earliest first."""

    actions: list[ReaderAction] = field(default_factory=list)

    @property
    def next_at(self) -> datetime | None:
        """The moment of the next action, or None."""
        return self.actions[0].at if self.actions else None

    def act(self, world: World) -> TimelineEvent:
        """Play the next action, carry out its effects, and return its event."""
        action = self.actions.pop(0)
        world.clock.move_to(action.at)
        reader = Reader(name=action.name, address=action.address, world=world)
        before = len(reader.mails())
        try:
            text = action.play(reader)
        except Stuck as why:
            return TimelineEvent(at=action.at, kind="waiting", text=f"{action.name} can’t {action.trying}: {why}.")
        settle(world)
        mails = reader.mails()[before:] or reader.opened[:1]
        return TimelineEvent(at=action.at, kind="act", text=text, mails=tuple(f"{mail.number:04}" for mail in mails))


def settle(world: World) -> None:
    """Carry out everything that is queued, and what becomes due within the settling time."""
    until = world.clock.now() + SETTLING_TIME
    world.pump.drain()
    while (due := world.pump.next_due) and due <= until:
        world.clock.move_to(due)
        world.pump.drain()


def in_order(actions: Iterable[ReaderAction], *, begins: datetime) -> SimulatedReaders:
    """Return the actions from `begins` on, in order of time."""
    return SimulatedReaders(sorted((one for one in actions if one.at >= begins), key=lambda one: one.at))
