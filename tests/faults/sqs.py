"""SQS and Lambda's pollers, with the template's numbers. A message may be lost, doubled, late, or come twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from local.stack.template import TEMPLATE, Template, referred
from tests.faults.calls import Calls
from tests.faults.kinds import RECEIVE
from tests.faults.loop import Loop

DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What the template says of a function that a queue feeds."""

    timeout: float
    batch: int
    window: float
    concurrency: int
    visibility: float
    receives: int


@cache
def numbers() -> dict[str, Numbers]:
    """By function, and for `tick` the timeout."""
    template = Template(TEMPLATE)
    found = {}
    for name, function in template.functions().items():
        events = template.resources[function.logical_id]["Properties"].get("Events", {}).values()
        source: dict[str, Any] = next((e["Properties"] for e in events if e["Type"] == "SQS"), {})
        queue = template.resources[str(referred(source["Queue"]))]["Properties"] if source else {}
        most = source.get("ScalingConfig", {}).get("MaximumConcurrency", 2)
        found[name] = Numbers(
            timeout=function.timeout,
            batch=function.batch_size,
            window=source.get("MaximumBatchingWindowInSeconds", 0),
            concurrency=most if isinstance(most, int) else template.parameters[str(referred(most))]["Default"],
            visibility=queue.get("VisibilityTimeout", 30),
            receives=queue.get("RedrivePolicy", {}).get("maxReceiveCount", 10),
        )
    return found


@dataclass(eq=False)
class Message:
    """One message. `at` is when it may be seen next; `in_vain`: how often it failed though no fault struck."""

    id: str
    body: str
    at: float
    received: int = 0
    in_vain: int = 0


@dataclass(eq=False)
class SimQueue:
    """A queue, and the poller that feeds its function. `invoke` starts an invocation and calls back at its end."""

    name: str
    loop: Loop
    calls: Calls
    invoke: Callable[[str, Sequence[Message], Callable[[frozenset[str] | None, bool], None]], None]
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    busy: int = 0
    sent: int = 0

    def __post_init__(self) -> None:
        self.its = numbers()[self.name]

    def send(self, body: str, *, delay: float = 0.0) -> None:
        """Keep a message, to be seen after a while."""
        self.sent += 1
        message = Message(f"{self.name}-{self.sent}", body, self.loop.time + delay)
        self.messages.append(message)
        self.loop.at(message.at + self.its.window + self.calls.chance.uniform(0.01, 0.3), self.poll)

    def poll(self) -> None:
        """Hand over what can be seen, as far as Lambda takes it."""
        while self.busy < self.its.concurrency:
            seen = [one for one in self.messages if one.at <= self.loop.time][: self.its.batch]
            if not seen:
                return
            ready = [one for one in seen if not self._gives_up(one)]
            if not ready:
                continue
            for one in ready:
                one.received += 1
                one.at = self.loop.time + self.its.visibility
            self.loop.after(self.its.visibility + 0.001, self.poll)
            self.busy += 1
            self.invoke(self.name, ready, partial(self._ended, ready))

    def _gives_up(self, message: Message) -> bool:
        if message.received < self.its.receives:
            return False
        self.messages.remove(message)
        self.dead.append(message)
        return True

    def _ended(self, messages: Sequence[Message], failed: frozenset[str] | None, struck: bool) -> None:
        """What succeeded is deleted; None: nothing did."""
        self.busy -= 1
        for one in messages:
            one.in_vain += (failed is None or one.id in failed) and not struck
        for one in messages if failed is not None else ():
            if one.id not in (failed or ()) and one in self.messages:
                if self.calls.faults.pick(f"{self.name} receives", RECEIVE):
                    one.at = self.loop.time + self.calls.chance.choice((0.0, 30.0))
                    self.loop.at(one.at + 0.1, self.poll)
                else:
                    self.messages.remove(one)
        self.poll()


class SimQueues:
    """The work queues' adapter. The present call's fault is in `calls.mood`."""

    def __init__(self, fanout: SimQueue, deliver: SimQueue, calls: Calls) -> None:
        self._fanout, self._deliver, self._calls = fanout, deliver, calls

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        """One message a shard."""
        self._send(self._fanout, [{"campaign": campaign, "shard": shard} for shard in shards])

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """One message."""
        self._send(self._deliver, [{"campaign": campaign, "chunk": ref}], delay=delay)

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        """One message a chunk."""
        self._send(self._deliver, [{"campaign": campaign, "chunk": ref} for ref in refs])

    def add_probe(self, campaign: str, ref: str) -> None:
        """One message that says so."""
        self._send(self._deliver, [{"campaign": campaign, "chunk": ref, "probe": True}])

    def _send(self, queue: SimQueue, bodies: Sequence[dict[str, Any]], *, delay: float = 0.0) -> None:
        chance, mood = self._calls.chance, self._calls.mood
        # One of them, or all.
        struck: Sequence[int] = ()
        if bodies and mood.startswith("message-"):
            struck = range(len(bodies)) if chance.random() < 0.5 else (chance.randrange(len(bodies)),)
        for place, body in enumerate(bodies):
            text = json.dumps(body)
            if place not in struck:
                queue.send(text, delay=delay)
            elif mood == "message-doubled":
                queue.send(text, delay=delay)
                queue.send(text, delay=delay + chance.choice((0.0, 1.0, 600.0)))
            elif mood == "message-late":
                queue.send(text, delay=delay + chance.uniform(30, 3 * 3600))
