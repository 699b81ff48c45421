"""Virtual time: whatever runs at once are greenlets, which take turns at each call to the outside.

Nothing here is left to chance but through the run's own seed, so a run can be played again as it was.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

from convener.container import Container, _containers

LAST_CALLS = 6
"""How many of a process's last calls are remembered."""


class Killed(BaseException):
    """A process ends here. No product code catches it; should a `finally` go on, its first call outside ends it."""


class Task:
    """One process at work: an invocation, a person. `began`: when its last calls did."""

    def __init__(self, name: str, work: Callable[[], Any], here: Container | None = None) -> None:
        self.name, self.here = name, here
        self.killed, self.done, self.struck = False, False, False
        self.began: deque[float] = deque(maxlen=LAST_CALLS)
        self.ended: Callable[[Any], None] = lambda _answer: None
        self._green = greenlet(self._run)
        self._work = work

    def _run(self) -> None:
        try:
            self._work()
        except Killed:
            self.killed = True
        finally:
            self.done = True

    def go_on(self) -> None:
        """Until it waits again, or ends."""
        if self.here:
            _containers[-1] = self.here
        self._green.switch()


class Loop:
    """What happens when, to the microsecond; ties go by the order in which things were planned."""

    def __init__(self, begins: datetime, chance: Random) -> None:
        self.begins, self.chance = begins, chance
        self.time = 0.0
        self.switches = 0
        self.current: Task | None = None
        self._heap: list[tuple[float, int, Callable[[], Any]]] = []
        self._order = count()
        self._hub = getcurrent()

    def now(self) -> datetime:
        """The present moment."""
        return self.begins + timedelta(seconds=self.time)

    def at(self, time: float, act: Callable[[], Any]) -> None:
        """Plan something for a time; one that is past means now."""
        heapq.heappush(self._heap, (max(time, self.time), next(self._order), act))

    def after(self, seconds: float, act: Callable[[], Any]) -> None:
        """Plan something."""
        self.at(self.time + seconds, act)

    def start(self, task: Task) -> Task:
        """Let it begin now."""
        self.after(0.0, lambda: self._turn(task))
        return task

    def pause(self, seconds: float) -> None:
        """The current task waits; others go on meanwhile."""
        task = self.current
        assert task, "only a task waits"
        if task.killed:
            raise Killed
        self.after(seconds, lambda: self._turn(task))
        self._hub.switch()
        if task.killed:
            raise Killed

    def kill(self, task: Task) -> None:
        """It ends where it stands, the next time that it would go on."""
        task.killed = task.struck = True

    def run(self, until: float) -> None:
        """Everything that is planned up to a time."""
        while self._heap and self._heap[0][0] <= until:
            self.time, _, act = heapq.heappop(self._heap)
            act()
        self.time = max(self.time, until)

    @property
    def next_time(self) -> float | None:
        """When something happens next."""
        return self._heap[0][0] if self._heap else None

    def _turn(self, task: Task) -> None:
        if task.done:
            return
        self.switches += 1
        self.current = task
        try:
            task.go_on()
        finally:
            self.current = None


class LoopClock:
    """The clock of one invocation, which ends `seconds` after it began."""

    def __init__(self, loop: Loop, seconds: float) -> None:
        self._loop, self._ends = loop, loop.time + seconds

    def now(self) -> datetime:
        """The present moment."""
        return self._loop.now()

    def sleep(self, seconds: float) -> None:
        """Let others go on meanwhile."""
        task = self._loop.current
        assert task, "only a task sleeps"
        task.began.append(self._loop.time)
        self._loop.pause(max(0.0, seconds))

    def time_left(self) -> float:
        """Seconds until the invocation is ended."""
        return self._ends - self._loop.time
