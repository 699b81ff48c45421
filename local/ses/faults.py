"""Faults on command: the next few requests, a share of them, or those that a predicate names."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.ses.model import OPERATIONS, Asked

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
LONGEST = 30 * 86_400
"""Seconds that a hang may last, or an event be late, where another process asks for it."""

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
    left: float = math.inf


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

    def ordered(self, told: Mapping[str, Any]) -> Callable[[], None]:
        """What another process asks for: `{"fault": "throttled", "next": 3}`, or a `share` and its `seed` for `next`.

        It holds once what is given is called. Raises ValueError, KeyError or TypeError for what can't be understood.
        """
        fault, on = Fault(told["fault"]), _operations(told.get("on", SENDING))
        seconds = number_of(told.get("seconds", 60.0), most=LONGEST)
        if "share" in told:
            part, seed = number_of(told["share"], most=1), int(number_of(told.get("seed", 0)))
            return lambda: self.share(fault, part, seed=seed, on=on, seconds=seconds)
        number = int(number_of(told["next"]))
        return lambda: self.next(fault, number, on=on, seconds=seconds)

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


def number_of(told: Any, *, most: float = 1e9) -> float:
    """A number from 0 to `most`, as another process says it. Raises ValueError or TypeError."""
    number = float(told)
    if not 0 <= number <= most:
        raise ValueError(f"{told} is not from 0 to {most:g}")
    return number


def _operations(told: Any) -> frozenset[str]:
    """Which requests a fault is for. A name by itself is a list of one."""
    names = frozenset([told] if isinstance(told, str) else told)
    if unknown := names - frozenset(OPERATIONS):
        raise ValueError(f"no operations here: {', '.join(sorted(map(str, unknown)))}")
    return names
