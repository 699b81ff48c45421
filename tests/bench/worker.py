"""`python -m tests.bench.worker QUEUE_URL`: one deliverer in a process of its own, which plays Lambda for `deliver`.

Everything it runs is what ships. Its environment leads it to the local stack, and it works until it is ended. SES seems
far away: no answer comes before 80 ms have passed.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import Any

import boto3

from convener import wiring
from local.rehearsal.sqs_records import sqs_record

FAR = 0.08
INVOCATION = 300.0


class Context:
    """What Powertools and our handlers read of the Lambda context."""

    function_name = "deliver"
    memory_limit_in_mb = 512
    aws_request_id = "bench"
    invoked_function_arn = "arn:aws:lambda:eu-west-2:000000000000:function:deliver"

    def __init__(self) -> None:
        self._ends = time.monotonic() + INVOCATION

    def get_remaining_time_in_millis(self) -> int:
        """What is left of it."""
        return int((self._ends - time.monotonic()) * 1000)


def main(queue: str) -> None:
    """Take one message after the other."""
    handler = importlib.import_module("deliver").handler
    session = boto3.Session()
    _keep_far(session)
    sqs: Any = session.client("sqs")
    with wiring.using(wiring.Container(session=lambda: session)):
        while True:
            for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
                answer = handler({"Records": [sqs_record(message)]}, Context())
                if not answer["batchItemFailures"]:
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def _keep_far(session: boto3.Session) -> None:
    begun = [0.0]

    def begin(**_: Any) -> None:
        begun[0] = time.monotonic()

    def end(**_: Any) -> None:
        time.sleep(max(0.0, begun[0] + FAR - time.monotonic()))

    session.events.register("before-call.sesv2.SendEmail", begin)
    session.events.register("after-call.sesv2.SendEmail", end)


if __name__ == "__main__":
    sys.path.insert(0, os.fspath("functions"))
    main(sys.argv[1])
