"""Keeps the local stack going in one thread: a tick each quarter of an hour, queues, uploads, moves of the clock."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue

from convener.errors import ConvenerError
from local.rehearsal.edits import Edit
from local.rehearsal.month import TICK, live, next_tick, step
from local.rehearsal.timeline_events import TimelineEvents
from local.rehearsal.world import World
from local.serving.mails import Mails
from local.serving.outlook import Outlook, look_ahead
from local.serving.uploads import Report, Uploads
from local.timeline.moments import TimelineEvent
from local.timeline.words import written_campaign

PAUSE = 0.5  # seconds between two looks at queues and folder
REMEMBERED = 60
A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Move:
    """A wish to move the clock; `done` is set when it shows that time and everything due until then has happened."""

    until: datetime
    done: threading.Event = field(default_factory=threading.Event)


class Ended(Exception):
    """The local stack is to end in the middle of a move."""


@dataclass
class Keeper:
    """`tell` hears of everything that happens, in order. Only `run`'s thread touches the queues."""

    world: World
    mails: Mails
    uploads: Uploads
    tell: Callable[[TimelineEvent], None]
    edits: list[Edit] = field(default_factory=list)
    moments: deque[TimelineEvent] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    reports: deque[Report] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    moving: Move | None = None
    happened: int = 0
    wake: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    _wishes: SimpleQueue[Move] = field(default_factory=SimpleQueue)
    _telling: TimelineEvents = field(default_factory=TimelineEvents)
    _ticked: datetime | None = None
    _counted: int = 0

    def run(self) -> None:
        """Until `ended`, or until something breaks that nobody expected; then it sets `ended` itself."""
        try:
            while not self.ended.is_set():
                try:
                    self._once()
                except ConvenerError as error:
                    self.say("waiting", f"{error}")
                except Ended:
                    return
                self.wake.wait(PAUSE)
                self.wake.clear()
        finally:
            self.ended.set()

    def move(self, until: datetime) -> Move:
        """Ask for the clock to be moved to a moment."""
        wish = Move(until)
        self._wishes.put(wish)
        self.wake.set()
        return wish

    @property
    def on_its_way(self) -> bool:
        """Whether the clock is moving, or soon will."""
        return self.moving is not None or not self._wishes.empty()

    def outlook(self) -> Outlook:
        """What comes next."""
        here = self.world
        with here.pump.lock:
            sessions, campaigns, held = here.sessions.all(), here.ledger.all(), here.pump.next_due
            paused = here.ledger.paused_since()
        if held and held <= here.clock.now() + A_MOMENT:  # a letter on its way, which no move need be made for
            held = None
        return look_ahead(
            here.clock.now(),
            sessions=sessions,
            campaigns=campaigns,
            series=here.series,
            edits=tuple(self.edits),
            held=held,
            blocked=dict(self._telling.waiting),
            paused=paused,
        )

    def say(self, kind: str, text: str, campaign: str | None = None) -> None:
        """Tell something that happened now."""
        self._told(TimelineEvent(at=self.world.clock.now(), kind=kind, text=text, campaign=campaign))

    def _once(self) -> None:
        try:
            self._carry_out(self._wishes.get_nowait())
        except Empty:
            self._beat()

    def _beat(self) -> None:
        """Real time goes on: the tick when a quarter of an hour is full, and what lies in the queues."""
        for name in self.uploads.take():
            self.say("load", f"{name} is being read.")
        quarter = next_tick(self.world.clock.now()) - TICK
        if self._ticked is None:
            self._ticked = quarter
        if quarter > self._ticked:
            self._ticked = quarter
            for moment in step(self.world, quarter, self.edits, self._telling)[0]:
                self._told(moment)
        else:
            self.world.pump.drain()
        self._look()

    def _carry_out(self, move: Move) -> None:
        """Everything between now and then, as the rehearsal lives through it."""
        self.moving = move
        try:
            self.world.pump.drain()
            for moment in live(
                self.world,
                self.edits,
                until=move.until,
                progress=self._step_done,
                telling=self._telling,
            ):
                self._told(moment)
            self.world.clock.move_to(move.until)
            self.world.pump.drain()
            self._look()
        finally:
            self._ticked = next_tick(self.world.clock.now()) - TICK
            self.moving = None
            move.done.set()

    def _step_done(self, _at: datetime) -> None:
        if self.ended.is_set():
            raise Ended
        self._look()

    def _look(self) -> None:
        """Tell what came of it: reports, and how many mails of which mailing left."""
        for report in self.uploads.mirror():
            self.reports.append(report)
            words = next((line.strip() for line in report.text.splitlines() if line.strip()), "The report is empty.")
            self.say("load", f"{words} The report: {self.uploads.reports / report.name}")
        number = self.world.outbox.count
        if number > self._counted:
            new = self.mails.all()[: number - self._counted]
            self._counted = number
            for about, count in Counter(mail.about for mail in new).items():
                self.say("mail", f"{count} {'mail' if count == 1 else 'mails'} left: {written_campaign(about)}.")

    def _told(self, moment: TimelineEvent) -> None:
        self.happened += 1
        self.moments.append(moment)
        self.tell(moment)
