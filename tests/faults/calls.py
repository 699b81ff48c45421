"""Each call to an adapter: it takes its time, and may fail before or after it took effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from convener.errors import Conflict, LostAnswer, Throttled, Unavailable
from tests.faults.kinds import MEANWHILE, METHODS, PARTLY, READ, TORN, Calm, and_people
from tests.faults.loop import Killed, Loop

LATENCY = {"slots": 0.005, "ledger": 0.006, "lookup": 0.008, "subscribers": 0.006, "queues": 0.01, "account": 0.05}
"""Seconds that a call takes about, by service."""

ITERATES = frozenset({"ledger.unfinished", "ledger.unknown", "ledger.of_shard", "ledger.entries"})
"""What answers page by page: it fails while it is read, not when it is asked for."""

KEYS: dict[str, Callable[..., object]] = {
    "ledger.save": lambda chunk, **_: (chunk.campaign, chunk.ref),
    "ledger.add": lambda chunk: (chunk.campaign, chunk.ref),
    "ledger.turn": lambda campaign: campaign.id,
    "ledger.open": lambda campaign: campaign.id,
    "ledger.move": lambda campaign, **named: (campaign, named["to"].shard),
    "subscribers.add": lambda row: row.id,
    "subscribers.update": lambda row, **_: row.id,
    "subscribers.commit": lambda transaction: transaction.changes[0].row.id,
}
"""What each conditional write is about: by it the real adapters know their own repetition."""


class Calls:
    """The way to all adapters of one world. `heard` is told each call that took effect: where, and its arguments."""

    def __init__(self, loop: Loop, faults: Calm, chance: Random) -> None:
        self.loop, self.faults, self.chance = loop, faults, chance
        self.heard: Callable[[str, tuple[Any, ...], dict[str, Any]], None] = lambda *_: None
        self.meanwhile: Callable[[str], None] = lambda _kind: None
        self.mood = ""
        self.writers: dict[tuple[str, object], object] = {}
        self.trace: Callable[[str], None] | None = None

    def call(self, where: str, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """What the adapter answers, unless a fault strikes."""
        if where in ITERATES:
            return self._iterate(where, real, args, named)
        return self._call(where, real, args, named)

    def begins(self, where: str, kinds: Sequence[str]) -> str:
        """A call begins: which fault will strike it. A process that was killed begins none."""
        task = self.loop.current
        assert task, "only a task calls"
        if task.killed:
            raise Killed
        task.began.append(self.loop.time)
        if task.name.startswith("deliver"):
            kinds = and_people(kinds)
        kind = self.faults.pick(f"{task.name} {where}", kinds)
        task.struck = task.struck or bool(kind)  # one that people struck may fail, too: others wrote first
        self.told(f"{where}{f'  ← {kind}' if kind else ''}")
        if kind in MEANWHILE:
            self.meanwhile(kind)
            return ""
        return kind

    def told(self, what: str) -> None:
        """A line of the trace."""
        if self.trace:
            task = self.loop.current
            self.trace(f"{self.loop.now():%d %H:%M:%S.%f} {task.name if task else '':<18} {what}")

    def dies(self) -> Killed:
        """The process of this call ends."""
        task = self.loop.current
        assert task, "only a task dies"
        task.killed = True
        return Killed()

    def _iterate(self, where: str, real: Callable[..., Any], args: Any, named: Any) -> Iterator[Any]:
        yield from self._call(where, lambda *a, **n: list(real(*a, **n)), args, named)

    def _call(self, where: str, real: Callable[..., Any], args: Any, named: Any) -> Any:
        kind = self.begins(where, _kinds(where, named))
        takes = LATENCY.get(where.partition(".")[0], 0.01) * self.chance.uniform(0.4, 0.8)
        slow = self.chance.choice((2.0, 11.0, 45.0)) if kind == "slow" else 0.0
        early = self.chance.random() < 0.5
        self.loop.pause(takes + slow * early)
        self._fails_before(kind)
        if kind in PARTLY:
            batch = args[1]
            real(args[0], batch[: len(batch) // 2])
            raise Unavailable("SQS left some messages out")
        answer = self._effect(where, real, args, named, kind)
        self.loop.pause(takes + slow * (not early))
        if kind == "lost-after":
            raise LostAnswer("the answer was lost")
        if kind == "dies-after":
            raise self.dies()
        return answer

    def _fails_before(self, kind: str) -> None:
        match kind:
            case "unavailable":
                raise Unavailable("no connection was made")
            case "throttled":
                raise Throttled("ThrottlingException")
            case "lost-before" | "read-lost":
                raise LostAnswer("the connection ended without an answer")
            case "dies-before":
                raise self.dies()

    def _effect(self, where: str, real: Callable[..., Any], args: Any, named: Any, kind: str) -> Any:
        key, mark = (where, KEYS[where](*args, **named)) if where in KEYS else None, object()
        self.mood = kind
        try:
            answer = real(*args, **({**named, "messages": {}} if kind in TORN else named))
        finally:
            self.mood = ""
        if key:
            self.writers[key] = mark
        self.heard(where, args, named)
        if kind in TORN:
            raise self.chance.choice((Unavailable("ThrottlingException"), LostAnswer("the answer was lost")))
        if kind == "repeated":
            self.loop.pause(self.chance.uniform(0.05, 3.0))
            try:
                real(*args, **named)
            except Conflict:  # boto3's own repetition: the adapter knows its mark, unless another wrote since
                if key is None or self.writers[key] is not mark:
                    raise
        return answer


def _kinds(where: str, named: dict[str, Any]) -> Sequence[str]:
    kinds = METHODS.get(where, READ)
    return kinds if where != "ledger.save" or named.get("messages") else METHODS["ledger.turn"]


class Faulty:
    """An adapter as a process sees it: every method goes by way of `Calls`."""

    def __init__(self, name: str, target: Any, calls: Calls) -> None:
        self._name, self._target, self._calls = name, target, calls

    def __getattr__(self, method: str) -> Any:
        """The method, or the attribute as it is now."""
        real = getattr(self._target, method)
        if not callable(real):
            return real
        calls, where = self._calls, f"{self._name}.{method}"

        def called(*args: Any, **named: Any) -> Any:
            return calls.call(where, real, *args, **named)

        self.__dict__[method] = called
        return called
