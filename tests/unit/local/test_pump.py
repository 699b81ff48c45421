"""The pump plays Lambda's event source mapping, also where a handler fails."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from local.rehearsal.pump import AGAIN, MOST_TRIES, Pump
from local.ses import SesServer
from local.virtual_clock import VirtualClock

NOW = datetime(2024, 4, 4, 8, tzinfo=UTC)
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


def test_a_handler_that_keeps_failing_gets_its_message_again_and_then_no_more() -> None:
    """Powertools raises where every record failed: the rehearsal goes on, and gives the message up at last."""
    function = SimpleNamespace(name="deliver", handler="deliver.handler", queue_url="q", batch_size=1, timeout=300)
    events = SimpleNamespace(register=lambda *_: None)
    queue, clock = Queue(), VirtualClock(NOW)
    stack: Any = SimpleNamespace(
        session=SimpleNamespace(events=events, client=lambda _: queue),
        functions={"deliver": function},
        ses=SesServer(clock=clock),
    )
    pump, tries = Pump(stack, clock), []

    def invoke(_name: str, _event: Any) -> Any:
        tries.append(clock.now())
        raise BatchProcessingError("all records failed", [])

    pump.invoke = invoke  # type: ignore[method-assign, assignment]
    pump.drain()
    while pump.next_due:
        clock.move_to(pump.next_due)
        pump.drain()
    assert tries == [NOW + AGAIN * n for n in range(MOST_TRIES)]
    assert len(pump.given_up) == 1
