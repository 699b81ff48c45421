"""The pump plays Lambda's event source mapping, also where a handler fails."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from local.rehearsal.pump import MAX_RECEIVES, RETRY_DELAY, LambdaContext, Pump
from local.ses import Kept, SesServer
from local.virtual_clock import Invocation, VirtualClock

NOW = datetime(2024, 4, 4, 8, tzinfo=UTC)
MAIL = Kept(
    message_id="m",
    sender="c@mail.kindness.example",
    recipients=["a@example.org"],
    raw=b"",
    tags={},
    configuration_set="set",
    number=1,
    at=NOW,
)
MESSAGE = {"MessageId": "m", "ReceiptHandle": "h", "Body": "{}", "MD5OfBody": ""}


class Queue:
    """SQS with one message."""

    def __init__(self) -> None:
        self.messages = [MESSAGE]

    def receive_message(self, **_: Any) -> Any:
        messages, self.messages = self.messages, []
        return {"Messages": messages}

    def delete_message_batch(self, **_: Any) -> None:
        """Gone already."""


def a_pump(queue: Queue, clock: VirtualClock) -> Pump:
    """One function, fed by that queue."""
    function = SimpleNamespace(name="deliver", handler="deliver.handler", queue_url="q", batch_size=1, timeout=300)
    stack: Any = SimpleNamespace(
        session=SimpleNamespace(events=SimpleNamespace(register=lambda *_: None), client=lambda _: queue),
        functions={"deliver": function},
        ses=SesServer(clock=clock),
    )
    return Pump(stack, clock)


def test_a_handler_that_keeps_failing_gets_its_message_again_and_then_no_more() -> None:
    """Powertools raises where every record failed: the rehearsal goes on, and gives the message up at last."""
    clock = VirtualClock(NOW)
    pump, tries = a_pump(Queue(), clock), []

    def invoke(_name: str, _event: Any) -> Any:
        tries.append(clock.now())
        raise BatchProcessingError("all records failed", [])

    pump.invoke = invoke  # type: ignore[method-assign, assignment]
    pump.drain()
    while pump.next_due:
        clock.move_to(pump.next_due)
        pump.drain()
    assert tries == [NOW + RETRY_DELAY * n for n in range(MAX_RECEIVES)]
    assert len(pump.given_up) == 1


def test_an_invocation_has_the_time_that_the_template_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs out with the clock, also where a handler only sleeps."""
    clock, left = VirtualClock(NOW), list[float]()

    def handler(_event: Any, context: LambdaContext) -> None:
        its = Invocation(clock, context.get_remaining_time_in_millis)
        left.append(its.time_left())
        its.sleep(50)
        left.append(its.time_left())

    monkeypatch.setitem(sys.modules, "deliver", SimpleNamespace(handler=handler))
    a_pump(Queue(), clock).invoke("deliver", {})
    assert (left, clock.now()) == ([300, 250], NOW + timedelta(seconds=50))


def test_a_message_that_is_queued_anew_takes_the_place_of_the_one_that_is_held() -> None:
    """Else each sweep of a long outage would add one more that comes for ever."""
    queue, clock = Queue(), VirtualClock(NOW)
    pump, carried_out = a_pump(queue, clock), list[datetime]()

    def invoke(_name: str, _event: Any) -> Any:
        carried_out.append(clock.now())
        return {"batchItemFailures": []}

    pump.invoke = invoke  # type: ignore[method-assign, assignment]
    pump._take_delay({"DelaySeconds": 60, "MessageBody": MESSAGE["Body"]})
    pump.drain()
    assert (carried_out, pump.next_due) == ([], NOW + timedelta(seconds=60))
    queue.messages = [MESSAGE]
    pump.drain()
    assert (carried_out, pump.next_due) == ([NOW], None)


def test_events_of_ses_are_due_like_messages() -> None:
    """Late ones come when the clock has come there."""
    clock, came = VirtualClock(NOW), list[Any]()
    pump = a_pump(Queue(), clock)
    pump.invoke = lambda *_: {"batchItemFailures": []}  # type: ignore[method-assign]
    post = pump.stack.ses.post
    post.to = came.append
    post.late(timedelta(hours=1))
    post.tell(MAIL, suppressed=())
    pump.drain()
    assert (came, pump.next_due) == ([], NOW + timedelta(hours=1))
    clock.move_to(NOW + timedelta(hours=1))
    pump.drain()
    assert (len(came), pump.next_due) == (2, None)
