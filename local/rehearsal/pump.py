"""Plays Lambda's part: takes messages off the queues and gives them to the handlers that the template names."""

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

AGAIN = timedelta(minutes=30)
"""After how long a message comes again whose handler failed: the queues' visibility time-out, about."""

OK = 200
LONGEST = timedelta(days=7)
"""The longest that a message is held."""

MOST_TRIES = 10
"""The queues' maxReceiveCount."""


@dataclass(frozen=True, kw_only=True)
class LambdaContext:
    """What Powertools and our handlers read of the Lambda context. `left`: seconds until the invocation is ended."""

    function_name: str
    left: Callable[[], float] = lambda: 300.0
    memory_limit_in_mb: int = 512
    aws_request_id: str = "rehearsal"

    @property
    def invoked_function_arn(self) -> str:
        """An ARN of the usual form."""
        return f"arn:aws:lambda:eu-west-2:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """What is left to it."""
        return int(self.left() * 1000)


@dataclass
class _Held:
    """A message that waits for its time, since moto's own delays run in real time."""

    function: str
    message: dict[str, Any]
    until: datetime
    tries: int = 0


@dataclass
class Pump:
    """Messages with a delay, and those whose handler failed, are held until the virtual clock reaches their time.

    While SES takes nothing, a message's delay quadruples each time: else an outage would be rehearsed by the minute.
    So the sweep finds that it stands still, and queues it anew: the new one takes its place.
    One handler works at a time, whichever thread asks for it: neither moto nor Powertools guards what threads share.
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
        """Call a function's handler as Lambda would."""
        its = self.stack.functions[function]
        module, _, name = its.handler.partition(".")
        with self.lock:
            ends = self.clock.now() + timedelta(seconds=its.timeout)
            context = LambdaContext(function_name=function, left=lambda: self._until(ends))
            try:
                return getattr(importlib.import_module(module), name)(event, context)
            finally:
                Metrics().clear_metrics()  # switched off, they pile up, and every 100 are printed

    def _until(self, moment: datetime) -> float:
        return (moment - self.clock.now()).total_seconds()

    def drain(self) -> int:
        """Carry out everything that is queued now, and what that queues in turn; how many messages there were."""
        consumers = [(one, one.queue_url) for one in self.stack.functions.values() if one.queue_url]
        total = 0
        self.stack.ses.post.pump()
        while number := sum(self._round(function, queue) for function, queue in consumers):
            total += number
            self.stack.ses.post.pump()  # carrying out takes time on the clock
        return total

    @property
    def next_due(self) -> datetime | None:
        """When the first held message is due, or the first of SES's events."""
        event = self.stack.ses.post.next_due
        return min([*(one.until for one in self.held), *([event] if event else [])], default=None)

    def _round(self, function: LocalFunction, queue: str) -> int:
        """Carry out what was held until now and up to ten messages of one queue; how many there were."""
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
        except BatchProcessingError:  # Powertools raises where every record failed: all of them come again
            failed = {one.message["MessageId"] for one in held}
        for one in held:
            if one.message["MessageId"] in failed:
                one.tries, one.until = one.tries + 1, self.clock.now() + AGAIN
                (self.given_up if one.tries >= MOST_TRIES else self.held).append(one)

    def _take_delay(self, params: dict[str, Any], **_: Any) -> None:
        if delay := params.pop("DelaySeconds", 0):
            body = params["MessageBody"]
            wait = min(timedelta(seconds=delay) * 4 ** min(self._in_vain[body], 10), LONGEST)
            self._delays[body] = self.clock.now() + wait
            self._in_vain[body] += 1

    def _taken(self, http_response: Any, **_: Any) -> None:
        if http_response.status_code == OK:
            self._in_vain.clear()

    def _due(self, message: dict[str, Any]) -> datetime:
        return self._delays.pop(message["Body"], self.clock.now())
