"""One run with real processes: a campaign goes out to a few hundred people while its workers are killed with SIGKILL.

Real handlers and adapters, moto's queues and tables, the local SES server, which drops 2 % of its answers and loses
events. Then what must hold is looked up in the mails that SES really kept.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from random import Random
from typing import Any

from convener.aws.ledger import DynamoLedger
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from convener.campaigns import Campaign, campaign_tag
from convener.delivery.states import ACCEPTED, DeliveryState
from convener.subscribers.models import SHARDS
from local.ses import Fault
from local.stack import LocalStack
from tests.faults.many import console
from tests.faults.prepare import QUIET
from tests.faults.without import VARIABLE
from tests.faults.worker import VISIBILITY, ShiftedClock, work
from tests.support.people import session, subscriber

ID = "2024-04/invite"
BEGINS = datetime(2024, 4, 4, 9, tzinfo=UTC)
PEOPLE, KILLS = 320, 40
WORKERS = ("tick", "fanout", "deliver", "deliver", "deliver", "feedback")
LONGEST = 300.0
RATE, SEED = 100.0, 11


class Killing:
    """The stack and its workers."""

    def __init__(self, stack: LocalStack, shift: float) -> None:
        self.stack, self.chance = stack, Random(SEED)
        self.killed: Counter[str] = Counter()
        self._shift = shift
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.faults.worker", "boto3"])
        self._workers: list[tuple[str, Any]] = []
        dynamodb, outputs = stack.session.client("dynamodb"), stack.outputs
        self.ledger = DynamoLedger(dynamodb, outputs["LedgerTable"])
        self._sqs = stack.session.client("sqs")
        DynamoSessions(dynamodb, outputs["SessionsTable"]).save(session(version=1), expected_version=0)
        rows = DynamoSubscribers(dynamodb, outputs["SubscribersTable"])
        for number in range(PEOPLE):
            # Every fifth in the same shard, so that one shard has more than a chunk.
            rows.add(subscriber(16 * number + (3 if number % 5 == 0 else number % 16), text_only=True))
        for function in stack.functions.values():
            if function.queue_url:
                # It comes again soon, and as often as it takes: no dead-letter queue.
                wanted: Any = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": ""}
                self._sqs.set_queue_attributes(QueueUrl=function.queue_url, Attributes=wanted)

    def campaign(self) -> Campaign | None:
        """As it is now."""
        return self.ledger.campaign(ID)

    def go(self) -> bool:
        """Let it go out; whether it ended."""
        for name in WORKERS:
            self._start(name)
        ends = time.monotonic() + LONGEST
        while time.monotonic() < ends:
            time.sleep(self.chance.uniform(0.3, 0.8))
            self.stack.ses.post.pump()
            known = self.campaign()
            if known and known.ended:
                return True
            if known and self.killed.total() < KILLS:
                self._kill_one()
                self._double_one()
        return False

    def end(self) -> None:
        """All of ours."""
        for _, process in self._workers:
            process.kill()
            process.join()

    def _start(self, name: str) -> None:
        function = self.stack.functions[name]
        environment = {**QUIET, **self.stack.aws_environment, **function.environment}
        environment |= {VARIABLE: os.environ.get(VARIABLE, "")}
        args = (name, environment, function.queue_url, function.batch_size, self._shift)
        process = self._context.Process(target=work, args=args, daemon=True)
        process.start()
        self._workers.append((name, process))

    def _kill_one(self) -> None:
        name, process = self._workers.pop(self.chance.randrange(len(self._workers)))
        process.kill()
        process.join()
        self.killed[name] += 1
        self._start(name)

    def _double_one(self) -> None:
        """A queue may double any message: two work at one chunk, or shard."""
        chunks = [*self.ledger.unfinished(ID)]
        queue = self.stack.functions["deliver"].queue_url
        for chunk in self.chance.sample(chunks, min(2, len(chunks))):
            body = f'{{"campaign": "{ID}", "chunk": "{chunk.ref}"}}'
            for _ in range(2):
                self._sqs.send_message(QueueUrl=queue or "", MessageBody=body)


def _run() -> tuple[list[str], Mapping[str, int], Killing, float]:
    shift = (BEGINS - datetime.now(UTC)).total_seconds()
    began = time.monotonic()
    with LocalStack(
        sender_address="talk@mail.kindness.example", public_base_url="https://c.example", clock=ShiftedClock(shift)
    ) as stack:
        stack.ses.limits.rate = RATE
        stack.ses.faults.share(Fault.DROPPED_AFTER, 0.01, seed=SEED)
        stack.ses.faults.share(Fault.DROPPED_BEFORE, 0.01, seed=SEED + 1)
        stack.ses.post.lose(0.1, seed=SEED)
        stack.ses.post.double(0.1, seed=SEED)
        stack.ses.post.shuffle(timedelta(seconds=5), seed=SEED)
        stack.tell_feedback()
        killing = Killing(stack, shift)
        try:
            ended = killing.go()
        finally:
            killing.end()
        known = killing.campaign()
        return _broken(killing, ended=ended), known.totals if known else {}, killing, time.monotonic() - began


def _broken(killing: Killing, *, ended: bool) -> list[str]:
    """What does not hold, by the mails that SES kept."""
    known = killing.campaign()
    if not ended or known is None:
        return [f"end: {known and (known.stage.value, known.why)} after {LONGEST:.0f} s"]
    entries = {
        recipient: entry
        for shard in SHARDS
        for chunk in killing.ledger.of_shard(ID, shard)
        for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
    }
    mails = Counter(m.tags["recipient"] for m in killing.stack.ses.mails.all if m.tags["campaign"] == campaign_tag(ID))
    broken = [f"twice: {one[-4:]} has {number} mails" for one, number in mails.items() if number > 1]
    sums = {name: known.totals[name] for name in ("accepted", "failed", "skipped", "unknown")}
    if sum(sums.values()) != PEOPLE or known.totals["audience"] != PEOPLE or len(entries) != PEOPLE:
        broken.append(f"sums: {dict(known.totals)}, {len(entries)} entries of {PEOPLE} people")
    for recipient, entry in entries.items():
        if mails[recipient] and not (entry.state in ACCEPTED or entry.state is DeliveryState.UNKNOWN):
            broken.append(f"untrue: SES took a mail for {recipient[-4:]}, the ledger says {entry.encode()}")
        if entry.state in ACCEPTED and not mails[recipient]:
            broken.append(f"missed: SES took no mail for {recipient[-4:]}, the ledger says {entry.encode()}")
    return broken


def killed_run() -> bool:
    """Whether all held; tells what came of it."""
    broken, totals, killing, seconds = _run()
    faults = {fault.value: number for fault, number in killing.stack.ses.faults.counted.items()}
    killed = ", ".join(f"{name} {number}" for name, number in sorted(killing.killed.items()))
    console.print(
        f"Real processes, {PEOPLE} people: [bold]{killing.killed.total()}[/] killed with SIGKILL ({killed}) in "
        f"{seconds:.0f} s; {killing.stack.ses.mails.count} mails at SES, lost answers {faults}, "
        f"events {dict(killing.stack.ses.post.counted)}, totals {dict(totals)}"
    )
    for one in broken[:5]:
        console.print(f"[red]{one}[/]")
    return not broken


def broken_without() -> str:
    """What a killed run without a safeguard broke; empty where it broke nothing."""
    broken, _, killing, _ = _run()
    return f"real processes: {broken[0]} ({killing.killed.total()} killed)" if broken else ""
