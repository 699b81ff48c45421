"""EventBridge Scheduler: a tick each quarter of an hour, which may be missed, doubled or late; and one more try."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.faults.kinds import TICK

QUARTER = 900.0
LONGEST = 6 * 3600.0
"""Once faults have ceased, ticks that would change nothing are left out, up to so long."""


class Ticks:
    """Plans itself. `last` is what the latest tick reported."""

    def __init__(self, world: Any) -> None:
        self.world, self.loop = world, world.loop
        self.last: dict[str, Any] = {}
        self.ended = 0
        self._gap = QUARTER
        begins = self.loop.begins
        self._next = QUARTER - (begins.timestamp() % QUARTER)
        self.loop.at(self._next, self._come)

    def _come(self) -> None:
        """One is due. It was meant for this moment, whenever it comes."""
        asked = self.loop.now().isoformat()
        kind = self.world.faults.pick("scheduler", TICK)
        if kind != "tick-missed":
            late = self.world.chance.uniform(60, 2400) if kind == "tick-late" else self.world.chance.uniform(0.05, 0.5)
            self.loop.after(late, partial(self.fire, asked))
        if kind == "tick-doubled":
            self.loop.after(self.world.chance.choice((0.3, 0.31, 5.0, 300.0)), partial(self.fire, asked))
        self._next += self._gap
        self.loop.at(self._next, self._come)

    def fire(self, asked: str, *, again: bool = True) -> None:
        """One invocation."""
        self.world.lambdas.invoke("tick", {"asked_at": asked}, partial(self._ended, asked, again))

    def _ended(self, asked: str, again: bool, answer: Any) -> None:
        self.ended += 1
        if answer is None:
            if again:  # EventInvokeConfig: MaximumRetryAttempts 1
                self.loop.after(60.0, partial(self.fire, asked, again=False))
            return
        self.last = answer
        self.world.calls.told(f"ticked: { ({k: v for k, v in answer.items() if v}) }")
        idle = not any(answer[name] for name in ("opened", "started", "brought_back", "done", "expired", "requeued"))
        self._gap = min(LONGEST, self._gap * 2) if idle and self.world.faults.over else QUARTER
