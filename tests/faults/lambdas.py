"""Lambda: processes that are reused while they live, a time limit, and the handlers that the template names."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from convener.errors import ConvenerError
from tests.faults.loop import Killed, LoopClock, Task
from tests.faults.parts import FaultyContainer, process
from tests.faults.sqs import Message, numbers


class Context:
    """What Powertools and our handlers read of the Lambda context."""

    memory_limit_in_mb = 512
    aws_request_id = "faults"

    def __init__(self, name: str, clock: LoopClock) -> None:
        self.function_name, self.clock = name, clock
        self.invoked_function_arn = f"arn:aws:lambda:eu-west-2:000000000000:function:{name}"

    def get_remaining_time_in_millis(self) -> int:
        """Until the invocation is ended."""
        return int(self.clock.time_left() * 1000)


class Lambdas:
    """Starts invocations. `crashes` holds errors that no handler should let out, nor meet inside."""

    def __init__(self, world: Any) -> None:
        self.world, self.loop = world, world.loop
        self.warm: defaultdict[str, list[FaultyContainer]] = defaultdict(list)
        self.crashes: list[str] = []
        self.running: set[Task] = set()
        self.number = 0
        for name in ("deliver", "fanout"):
            watched(name)

    def invoke(self, name: str, event: dict[str, Any], ended: Callable[[Any], None]) -> Task:
        """Run a handler; `ended` gets its answer, or None where it failed or died."""
        here = self.warm[name].pop() if self.warm[name] else process(self.world)
        self.number += 1
        timeout = numbers()[name].timeout
        task = Task(f"{name}-{self.number}", partial(self._work, name, event, timeout), here)
        task.ended = partial(self._ended, task, name, here, ended)
        self.running.add(task)
        self.loop.after(timeout, partial(self._time_is_over, task))
        self.loop.start(task)
        return task

    def _work(self, name: str, event: dict[str, Any], timeout: float) -> None:
        task = self.loop.current
        assert task, "an invocation is a task"
        handler = importlib.import_module(name).handler
        try:
            answer = handler(event, Context(name, LoopClock(self.loop, timeout)))
        except Killed:
            self.world.calls.told("dies")
            task.ended(None)
            raise
        except (ConvenerError, BatchProcessingError) as error:
            self.world.calls.told(f"fails: {error!r}")
            answer = None
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be
            self.crashes.append(f"{name}: {error!r}")
            answer = None
        task.ended(answer)

    def _ended(self, task: Task, name: str, here: FaultyContainer, ended: Callable[[Any], None], answer: Any) -> None:
        if task not in self.running:
            return
        self.running.discard(task)
        if not task.killed:
            self.warm[name].append(here)
        ended(answer)

    def _time_is_over(self, task: Task) -> None:
        if task in self.running:
            self.world.faults.counts["time-is-over"] += 1
            self.loop.kill(task)
            task.ended(None)

    def from_queue(self, name: str, messages: Sequence[Message], ended: Callable[[Any, bool], None]) -> None:
        """An invocation with messages; `ended` gets the ids of those that failed, None for all."""
        event = {"Records": [record(one) for one in messages]}
        self.world.calls.told(f"{name} gets {[one.id for one in messages]}")

        def done(answer: Any) -> None:
            failed = None if answer is None else frozenset(f["itemIdentifier"] for f in answer["batchItemFailures"])
            ended(failed, task.struck)

        task = self.invoke(name, event, done)


def record(message: Message) -> dict[str, Any]:
    """As the event source mapping hands it over."""
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.received)},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-2:000000000000:faults",
        "awsRegion": "eu-west-2",
    }


unexpected: list[str] = []
"""Errors that are not ConvenerErrors and that a message caused: Powertools catches them inside the batch."""


def watched(name: str) -> None:
    """Record each error of a handler's `process_message` that is not a ConvenerError."""
    batch = importlib.import_module(name).batch
    inner = batch.process_message
    if getattr(inner, "watched", False):
        return

    def outer(body: str, context: Any) -> None:
        try:
            inner(body, context)
        except ConvenerError:
            raise
        except Exception as error:
            unexpected.append(f"{name}: {error!r}")
            raise

    outer.watched = True  # type: ignore[attr-defined]
    batch.process_message = outer
