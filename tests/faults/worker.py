"""Plays Lambda for one function in a process of its own, which may be killed at any moment. All it runs is what ships.

Its environment leads it to the local stack. Times are shorter than in AWS, so that a killed run comes to
its end within a minute or two; standing still is noticed before the lease ends, not after it, which promises no less.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from convener import wiring
from convener.delivery import campaign_transitions, expiry, sweep
from local.rehearsal.sqs_records import sqs_record
from tests.support.people import SERIES_FOLDER

LEASE, STANDSTILL, VISIBILITY = 8, 6, 12
"""Seconds, for 900, 1,200 and 1,800."""

BETWEEN_TICKS = 2.0


class ShiftedClock:
    """Real time, so many seconds from now."""

    def __init__(self, shift: float) -> None:
        self._shift = timedelta(seconds=shift)

    def now(self) -> datetime:
        """The shifted moment."""
        return datetime.now(UTC) + self._shift

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)

    def time_left(self) -> float:
        """Nobody but a signal ends it."""
        return 300.0


class Context:
    """What Powertools and our handlers read of the Lambda context."""

    memory_limit_in_mb = 512
    aws_request_id = "killed"

    def __init__(self, name: str) -> None:
        self.function_name = name
        self.invoked_function_arn = f"arn:aws:lambda:eu-west-2:000000000000:function:{name}"

    def get_remaining_time_in_millis(self) -> int:
        """Five minutes."""
        return 300_000


def work(name: str, environment: Mapping[str, str], queue: str | None, batch: int, shift: float) -> None:
    """Until it is killed."""
    os.environ.update(environment)
    os.environ["CLAIM_LEASE_SECONDS"] = str(LEASE)
    prepared()
    expiry.STANDSTILL = vars(sweep)["STANDSTILL"] = timedelta(seconds=STANDSTILL)
    campaign_transitions.PROBE_INTERVAL = timedelta(seconds=1)
    clock = ShiftedClock(shift)
    handler = importlib.import_module(name).handler
    with wiring.using(wiring.Container(clock=lambda _context: clock, series_folder=SERIES_FOLDER)) as here:
        while queue is None:
            handler({}, Context(name))
            time.sleep(BETWEEN_TICKS)
        sqs = here.aws.client("sqs")
        while True:
            answer: Any = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=min(batch, 10), WaitTimeSeconds=1)
            if messages := answer.get("Messages", []):
                _carry_out(sqs, queue, messages, handler, name)


def _carry_out(sqs: Any, queue: str, messages: Any, handler: Any, name: str) -> None:
    told = handler({"Records": [sqs_record(one) for one in messages]}, Context(name))
    failed = {failure["itemIdentifier"] for failure in told["batchItemFailures"]}
    for one in messages:
        if one["MessageId"] not in failed:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])


def prepared() -> None:
    """Silence, and what CONVENER_FAULTS_WITHOUT names taken out."""
    from tests.faults.prepare import quiet  # noqa: PLC0415 - before any handler is imported
    from tests.faults.without import take_out  # noqa: PLC0415

    quiet()
    take_out()
