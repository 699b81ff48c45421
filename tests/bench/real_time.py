"""The rate at 14 a second in real time: two processes of the shipped handler, real adapters, the local stack.

SES's own rate there is what this stack may use of it, in a bucket of one second: whoever goes faster is refused.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from convener import wiring
from convener.aws.editions import S3Editions
from convener.aws.ledger import DynamoLedger
from convener.aws.subscribers import DynamoSubscribers
from convener.clock import SystemClock
from convener.delivery.pacing import RESERVE
from convener.subscribers.models import SHARDS
from local.stack import LocalStack
from tests.bench.numbers import Number
from tests.support.people import campaign, edition, subscriber

RATE, SECONDS, WARM = 14.0, 60.0, 3.0
PEOPLE = int(RATE * (SECONDS + WARM)) + 120
"""More than leave in that time: nobody shall be idle at the end of it."""

PROCESSES = 2
QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_SERVICE_NAME": "bench"}
QUIET |= {"POWERTOOLS_METRICS_NAMESPACE": "bench"}  # switched off, Powertools still makes sums of every 100


def _fill(stack: LocalStack) -> None:
    """A campaign that is being sent, and its chunks in the queue, by the shipped fan-out."""
    tables, dynamodb, now = stack.outputs, stack.session.client("dynamodb"), datetime.now(UTC)
    people = DynamoSubscribers(dynamodb, tables["SubscribersTable"])
    for number in range(1, PEOPLE + 1):
        people.add(subscriber(number))
    bucket = stack.environment("deliver")["EDITIONS_BUCKET"]
    digest = S3Editions(stack.session.client("s3"), bucket).put(edition())
    sending = campaign(opened_at=now, too_late_at=now + timedelta(days=1), edition=digest)
    DynamoLedger(dynamodb, tables["LedgerTable"]).open(sending)
    here = wiring.Container(
        environment=stack.environment, session=lambda: stack.session, clock=lambda _context: SystemClock()
    )
    with wiring.using(here):
        context: Any = None
        for shard in SHARDS:
            wiring.fanout(context).fan_out(sending.id, shard)


@contextmanager
def _worker(stack: LocalStack) -> Iterator[None]:
    """One deliverer at work."""
    own = {**stack.environment("deliver"), "SEND_RATE_SHARE": "1.0"}
    environment = {**os.environ, **stack.aws_environment, **own, **QUIET}
    queue = stack.functions["deliver"].queue_url
    command = [sys.executable, "-m", "tests.bench.worker", str(queue)]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own
    try:
        yield
        assert process.poll() is None, "a deliverer ended by itself"
    finally:
        process.terminate()
        process.wait()


def numbers() -> Iterator[Number]:
    """One run of a minute, after some seconds in which the processes start."""
    own = edition().sender.partition("<")[2].rstrip(">")
    with LocalStack(sender_address=own, public_base_url="https://c.example") as stack, ExitStack() as workers:
        stack.ses.limits.rate = RATE / (1 - RESERVE)
        _fill(stack)
        mails = stack.ses.mails
        for _ in range(PROCESSES):
            workers.enter_context(_worker(stack))
        begun = time.monotonic()
        while not mails.all:
            assert time.monotonic() - begun < 60, "no mail left within a minute"
            time.sleep(0.1)
        time.sleep(WARM + SECONDS)
        first = mails.all[0].at + timedelta(seconds=WARM)
        taken = sum(first <= mail.at < first + timedelta(seconds=SECONDS) for mail in list(mails.all))
        refused = stack.ses.counts["TooManyRequestsException"]
    yield Number(
        name=f"achieved over allowed, {RATE:.0f} a second for {SECONDS:.0f} s",
        measured=[taken / (RATE * SECONDS)],
        at_least=0.97,
    )
    yield Number(name="refusals (429)", measured=[refused], at_most=0, form="{:.0f}")
