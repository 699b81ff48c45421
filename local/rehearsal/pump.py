"""Plays the part of Lambda: receives messages from the queues and calls the handlers that the template names."""

from __future__ import annotations

import importlib
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from local.rehearsal.s3_events import completed, version_in
from local.rehearsal.sqs_records import sqs_record
from local.stack import LocalFunction, LocalStack
from local.virtual_clock import VirtualClock

RETRY_DELAY = timedelta(minutes=30)
"""The time after which a failed message is delivered again: about the visibility time-out of the queues."""

OK = 200
MAX_DELAY = timedelta(days=7)
"""The longest time for which a message is held."""

MAX_RECEIVES = 10
"""The maxReceiveCount of the queues."""


@dataclass(frozen=True, kw_only=True)
class LambdaContext:
    """The parts of the Lambda context that Powertools and the handlers read.

    `left` returns the seconds until Lambda would end the invocation.
    """

    function_name: str
    left: Callable[[], float] = lambda: 300.0
    memory_limit_in_mb: int = 512
    aws_request_id: str = "rehearsal"

    @property
    def invoked_function_arn(self) -> str:
        """An ARN in the form that Lambda uses."""
        return f"arn:aws:lambda:eu-west-2:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds that the invocation has left."""
        return int(self.left() * 1000)


@dataclass
class _Held:
    """A message that waits for its time. moto's own delays run in real time and can't be used."""

    function: str
    message: dict[str, Any]
    until: datetime
    tries: int = 0


@dataclass
class Pump:
    """Delivers messages to handlers in virtual time.

    Delayed messages, and messages whose handler failed, are held until the virtual clock reaches their time. While SES
    accepts nothing, the delay of a repeated message quadruples each time; else the rehearsal of an outage would step
    from minute to minute. Meanwhile the sweep finds the chunk and queues it again; the new message replaces the held
    one.

    One handler runs at a time, in whichever thread: neither moto nor Powertools protects what threads share.
    """

    stack: LocalStack
    clock: VirtualClock
    held: list[_Held] = field(default_factory=list)
    given_up: list[_Held] = field(default_factory=list)
    lock: AbstractContextManager[Any] = field(default_factory=threading.RLock)
    _delays: dict[str, datetime] = field(default_factory=dict)
    _in_vain: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.stack.session.events.register("before-parameter-build.sqs.SendMessage", self._take_delay)
        self.stack.session.events.register("after-call.sesv2.SendEmail", self._taken)
        self._sqs = self.stack.session.client("sqs")
        self._version_of = version_in(self.stack.session.client("s3"))

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Call the handler of a function as Lambda would, and return its answer."""
        called = self.stack.functions[function]
        module, _, name = called.handler.partition(".")
        with self.lock:
            ends = self.clock.now() + timedelta(seconds=called.timeout)
            context = LambdaContext(function_name=function, left=lambda: self._until(ends))
            try:
                return getattr(importlib.import_module(module), name)(event, context)
            finally:
                Metrics().clear_metrics()  # disabled metrics pile up, and Powertools prints every 100 of them

    def _until(self, moment: datetime) -> float:
        return (moment - self.clock.now()).total_seconds()

    def drain(self) -> int:
        """Carry out all queued messages, and the messages that they queue in turn. Return the number of messages."""
        consumers = [(one, one.queue_url) for one in self.stack.functions.values() if one.queue_url]
        total = 0
        self.stack.ses.post.pump()
        while number := sum(self._round(function, queue) for function, queue in consumers):
            total += number
            self.stack.ses.post.pump()  # a handler takes time on the clock
        return total

    @property
    def next_due(self) -> datetime | None:
        """The moment at which the first held message or event of SES is due, or None."""
        event = self.stack.ses.post.next_due
        return min([*(one.until for one in self.held), *([event] if event else [])], default=None)

    def _round(self, function: LocalFunction, queue: str) -> int:
        """Carry out due held messages and up to ten messages of one queue. Return the number of messages."""
        due = [one for one in self.held if one.function == function.name and one.until <= self.clock.now()]
        for one in due:
            self.held.remove(one)
            self._carry_out(function, [one])
        messages: list[Any] = self._sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            message["Body"] = completed(message["Body"], self._version_of)
        new = [_Held(function.name, message, self._due(message)) for message in messages]
        bodies = {message["Body"] for message in messages}
        self.held = [one for one in self.held if one.tries or one.message["Body"] not in bodies]
        if messages:
            handles = [{"Id": str(place), "ReceiptHandle": one["ReceiptHandle"]} for place, one in enumerate(messages)]
            self._sqs.delete_message_batch(QueueUrl=queue, Entries=handles)  # type: ignore[arg-type]
        ready = [one for one in new if one.until <= self.clock.now()]
        self.held += [one for one in new if one not in ready]
        for start in range(0, len(ready), function.batch_size):
            self._carry_out(function, ready[start : start + function.batch_size])
        return len(due) + len(messages)

    def _carry_out(self, function: LocalFunction, held: list[_Held]) -> None:
        try:
            answer = self.invoke(function.name, {"Records": [sqs_record(one.message) for one in held]})
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        except BatchProcessingError:  # Powertools raises where every record failed: all are delivered again
            failed = {one.message["MessageId"] for one in held}
        for one in held:
            if one.message["MessageId"] in failed:
                one.tries, one.until = one.tries + 1, self.clock.now() + RETRY_DELAY
                (self.given_up if one.tries >= MAX_RECEIVES else self.held).append(one)

    def _take_delay(self, params: dict[str, Any], **_: Any) -> None:
        if delay := params.pop("DelaySeconds", 0):
            body = params["MessageBody"]
            wait = min(timedelta(seconds=delay) * 4 ** min(self._in_vain[body], 10), MAX_DELAY)
            self._delays[body] = self.clock.now() + wait
            self._in_vain[body] += 1

    def _taken(self, http_response: Any, **_: Any) -> None:
        if http_response.status_code == OK:
            self._in_vain.clear()

    def _due(self, message: dict[str, Any]) -> datetime:
        return self._delays.pop(message["Body"], self.clock.now())
