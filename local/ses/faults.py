"""Faults on command: the next few requests, a share of them, or those that a predicate names."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.ses.model import Asked

SENDING = frozenset({"SendEmail", "SendBulkEmail"})


class Fault(StrEnum):
    """What goes wrong. “Before”: nothing was accepted. “After”: the mail was, and only the answer is lost.

    UNREACHED ends before a connection is made; over a real socket it can't, and is DROPPED_BEFORE. A hang lasts a
    number of seconds. Those that begin with “entry” befall single entries of SendBulkEmail.
    """

    THROTTLED = "throttled"
    QUOTA = "quota"
    PAUSED = "paused"
    REFUSED = "refused"
    UNREACHED = "unreached"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    DROPPED_BEFORE = "dropped-before"
    DROPPED_AFTER = "dropped-after"
    HANG_BEFORE = "hang-before"
    HANG_AFTER = "hang-after"
    ENTRY_THROTTLED = "entry-throttled"
    ENTRY_QUOTA = "entry-quota"
    ENTRY_FAILED = "entry-failed"


ENTRIES = frozenset({Fault.ENTRY_THROTTLED, Fault.ENTRY_QUOTA, Fault.ENTRY_FAILED})
AFTER = frozenset({Fault.ERROR_AFTER, Fault.DROPPED_AFTER, Fault.HANG_AFTER})
"""Those that lose the answer to a mail that was accepted."""


@dataclass(frozen=True, kw_only=True)
class Struck:
    """A fault that befalls a request; `seconds` is how long it hangs."""

    fault: Fault
    seconds: float


@dataclass(kw_only=True)
class _Order:
    fault: Fault
    strikes: Callable[[Asked], bool]
    operations: frozenset[str]
    seconds: float
    left: float = float("inf")


class Faults:
    """The first order that strikes has it. `counted` tells how often each kind struck."""

    def __init__(self) -> None:
        self._orders: list[_Order] = []
        self.counted: Counter[Fault] = Counter()

    def next(self, fault: Fault, number: int = 1, *, on: frozenset[str] = SENDING, seconds: float = 60.0) -> None:
        """Let it befall the next `number` requests, or entries."""
        order = _Order(fault=fault, strikes=lambda _: True, operations=on, seconds=seconds, left=number)
        self._orders.append(order)

    def share(
        self, fault: Fault, part: float, *, seed: int = 0, on: frozenset[str] = SENDING, seconds: float = 60.0
    ) -> None:
        """Let it befall that part (0 to 1) of them, the same ones for the same seed."""
        dice = random.Random(seed)
        self.when(fault, lambda _: dice.random() < part, on=on, seconds=seconds)

    def when(
        self, fault: Fault, strikes: Callable[[Asked], bool], *, on: frozenset[str] = SENDING, seconds: float = 60.0
    ) -> None:
        """Let it befall those for which `strikes` says so; entries are asked about as bulk requests of one entry."""
        self._orders.append(_Order(fault=fault, strikes=strikes, operations=on, seconds=seconds))

    def clear(self) -> None:
        """All is well again. What was counted stays."""
        self._orders.clear()

    def order(self, told: Mapping[str, Any]) -> None:
        """What another process asks for: `{"fault": "throttled", "next": 3}`, or a `share` and its `seed` for `next`.

        Raises ValueError, KeyError or TypeError for what can't be understood.
        """
        fault, seconds = Fault(told["fault"]), float(told.get("seconds", 60.0))
        on = frozenset(told["on"]) if "on" in told else SENDING
        if "share" in told:
            self.share(fault, float(told["share"]), seed=int(told.get("seed", 0)), on=on, seconds=seconds)
        else:
            self.next(fault, int(told["next"]), on=on, seconds=seconds)

    def strike(self, asked: Asked) -> Struck | None:
        """What befalls this request."""
        return self._strike(asked, entries=False)

    def strike_entry(self, entry: dict[str, Any]) -> Struck | None:
        """What befalls this entry of a bulk request."""
        return self._strike(Asked(operation="SendBulkEmail", params={"BulkEmailEntries": [entry]}), entries=True)

    def _strike(self, asked: Asked, *, entries: bool) -> Struck | None:
        for order in self._orders:
            fits = (order.fault in ENTRIES) == entries and asked.operation in order.operations and order.left > 0
            if fits and order.strikes(asked):
                order.left -= 1
                self.counted[order.fault] += 1
                return Struck(fault=order.fault, seconds=order.seconds)
        return None
