"""When SES's events come, if they come at all: at once and in order, or on command late, twice, shuffled, lost."""

from __future__ import annotations

import heapq
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from local.ses import events
from local.ses.faults import LONGEST, number_of
from local.ses.mails import Kept

AT_ONCE = timedelta(0)
Event = dict[str, Any]
TELLS = {"lost": "lose", "doubled": "double", "delayed": "delay"}
SPANS = ("late", "shuffled")


class EventQueue:
    """Gives events to `to` when they are due: whoever moves the clock calls `pump`.

    `ending` may say otherwise how a mail ends for a reader (keys of `events.KINDS`). `counted` tells how many events
    were made, lost and doubled. Mails without a configuration set tell nothing: events have no other way out.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.to: Callable[[Event], object] | None = None
        self.ending: Callable[[Kept, str], tuple[str, ...] | None] = lambda _mail, _address: None
        self.counted: Counter[str] = Counter()
        self._waiting: list[tuple[datetime, int, Event]] = []
        self._numbers = count()
        self._lock = threading.RLock()
        self.clear()

    def clear(self) -> None:
        """Events come once, at once and in order."""
        self._strikes: dict[str, Callable[[], bool]] = {}
        self._late, self._within = AT_ONCE, AT_ONCE
        self._dice = random.Random(0)

    def lose(self, part: float, *, seed: int = 0) -> None:
        """Let that part (0 to 1) of the events never come."""
        self._strikes["lost"] = _share(part, seed)

    def double(self, part: float, *, seed: int = 0) -> None:
        """Let that part come twice, with the same id: EventBridge delivers at least once."""
        self._strikes["doubled"] = _share(part, seed)

    def delay(self, part: float, *, seed: int = 0) -> None:
        """Let that part of the deliveries be preceded by a Delivery Delay."""
        self._strikes["delayed"] = _share(part, seed)

    def late(self, by: timedelta) -> None:
        """Let all of them come that much later."""
        self._late = by

    def shuffle(self, within: timedelta, *, seed: int = 0) -> None:
        """Let each come at a random moment within that time, so in no order."""
        self._within, self._dice = within, random.Random(seed)

    def ordered(self, told: Any) -> Callable[[], None]:
        """What another process asks for: parts `lost`, `doubled`, `delayed`; seconds `late`, `shuffled`; a `seed`.

        It holds once what is given is called. Raises ValueError or TypeError for what can't be understood.
        """
        if not isinstance(told, Mapping):
            raise TypeError("events are told by a JSON object")
        if unknown := told.keys() - {*TELLS, *SPANS, "seed"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        seed = int(number_of(told.get("seed", 0)))
        parts = {name: number_of(told[name], most=1) for name in TELLS if name in told}
        spans = {name: timedelta(seconds=number_of(told[name], most=LONGEST)) for name in SPANS if name in told}

        def act() -> None:
            for name, part in parts.items():
                getattr(self, TELLS[name])(part, seed=seed)
            if "late" in spans:
                self.late(spans["late"])
            if "shuffled" in spans:
                self.shuffle(spans["shuffled"], seed=seed)

        return act

    def tell(self, mail: Kept, *, suppressed: Iterable[str]) -> None:
        """Make the events of a mail that was accepted."""
        if not mail.configuration_set:
            return
        with self._lock:
            if mail.unrendered:
                self._add("not-rendered", mail, list(mail.recipients))
                return
            self._add("sent", mail, list(mail.recipients))
            on_list = frozenset(suppressed)
            for address in mail.recipients:
                ends = self.ending(mail, address) or events.endings(address, suppressed=address in on_list)
                for what in ends:
                    if what == "delivered" and self._struck("delayed"):
                        self._add("delayed", mail, [address])
                    self._add(what, mail, [address])

    def later(self, what: str, mail: Kept) -> None:
        """Tell something more of a mail (a key of `events.KINDS`), such as a complaint days after it was delivered."""
        with self._lock:
            self._add(what, mail, list(mail.recipients))

    def pump(self) -> int:
        """Give what is due to `to`; how many events that were. Without anybody to give them to, they wait."""
        done = 0
        while self.to and (event := self._due()):
            self.to(event)
            done += 1
        return done

    @property
    def next_due(self) -> datetime | None:
        """When the next event is due."""
        return self._waiting[0][0] if self.to and self._waiting else None

    def _due(self) -> Event | None:
        with self._lock:
            if self._waiting and self._waiting[0][0] <= self._now():
                return heapq.heappop(self._waiting)[2]
            return None

    def _add(self, what: str, mail: Kept, recipients: list[str]) -> None:
        self.counted["made"] += 1
        if self._struck("lost"):
            return
        made = events.event(what, mail, recipients, self._now())
        for _ in range(2 if self._struck("doubled") else 1):
            due = self._now() + self._late + self._within * self._dice.random()
            heapq.heappush(self._waiting, (due, next(self._numbers), made))

    def _struck(self, name: str) -> bool:
        struck = name in self._strikes and self._strikes[name]()
        self.counted[name] += struck
        return struck


def _share(part: float, seed: int) -> Callable[[], bool]:
    dice = random.Random(seed)
    return lambda: dice.random() < part
