"""The rate that the shipped pacing and delivery achieve, in virtual time, with as many deliverers as the template has.

A SendEmail takes 80 ms and DynamoDB 8 ms, both by up to a quarter more or less. SES is a token bucket of one second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from convener.delivery.chunks import CHUNK_SIZE, new_chunk
from convener.delivery.deliver import Delivery
from convener.delivery.pacing import RESERVE, Pacing, Tempo
from convener.delivery.ports import SendingLimits
from convener.editions.models import Edition
from tests.bench.environment import DelayedQueue, PacedSes, Slow
from tests.bench.numbers import Number
from tests.faults.loop import Loop, LoopClock, Task
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks
from tests.support.people import OPENED, campaign, edition, subscriber

ID = "2024-04/invite"
MAILS = {1: 240, 14: 1_680, 100: 6_000, 500: 10_000}
"""By allowed rate. Several minutes at the low ones."""

SEEDS = (1, 2, 3)
WARM = 2.0
"""Seconds at the beginning that are left out."""

SENDING, READING, QUEUEING, ASKING, BUILDING = 0.080, 0.008, 0.015, 0.060, 0.010
"""Seconds that SendEmail, DynamoDB, SQS and GetAccount take, and making one mail: 3 ms of a whole processor, of which
a function with 512 MB has three tenths."""

SHARE = 0.8
A_DELIVERER = 0.08
"""SEND_RATE_SHARE as the template has it; and deliverers for each mail a second of SES's, as docs/deploy.md."""

INVOCATION = 300.0
BETWEEN = 0.02
"""Seconds between one message and the next of the same deliverer."""


@dataclass(frozen=True, kw_only=True)
class Achieved:
    """Of one run: achieved over allowed while every deliverer had work, and refusals in that time."""

    ratio: float
    refused: int


def run(allowed: int, seed: int) -> Achieved:
    """Send to `MAILS[allowed]` readers."""
    dice = Random(seed)
    loop = Loop(OPENED, dice)
    granted = allowed / (1 - RESERVE) / SHARE
    ses = PacedSes(loop, granted * SHARE)
    people = [subscriber(number, text_only=True) for number in range(1, MAILS[allowed] + 1)]
    ledger, editions = FakeLedger(), FakeEditions()
    ledger.campaigns[ID] = campaign(edition=editions.put(edition()))
    refs: list[str] = []
    for start in range(0, len(people), CHUNK_SIZE):
        chunk = new_chunk(ID, "0", len(refs) + 1, [one.id for one in people[start : start + CHUNK_SIZE]])
        ledger.chunk_items[ID, chunk.ref] = chunk
        refs.append(chunk.ref)
    queue, subscribers, slots = DelayedQueue(loop, refs), FakeSubscribers(people), FakeSlots()
    account = FakeAccount(SendingLimits(per_second=granted, per_day=None, sent_in_24_hours=0))

    def slow(behind: Any, seconds: float) -> Any:
        return Slow(behind, loop, lambda: seconds * dice.uniform(0.75, 1.25))

    def delivery(tempo: Tempo) -> Delivery:
        clock = LoopClock(loop, INVOCATION)
        return Delivery(
            ledger=slow(ledger, READING),
            lookup=slow(FakeRecipientLookup(ledger, subscribers), READING),
            editions=_Kept(editions),
            mailer=slow(ses, SENDING),
            links=slow(FakeLinks(), BUILDING),  # one for each mail that is made
            queues=slow(queue, QUEUEING),
            pacing=Pacing(
                account=slow(account, ASKING), slots=slow(slots, READING), clock=clock, share=SHARE, tempo=tempo
            ),
            clock=clock,
        )

    for _ in range(max(2, math.ceil(A_DELIVERER * granted))):
        loop.start(Task("deliverer", _deliverer(loop, queue, delivery)))
    loop.run(float("inf"))
    assert len(ses.taken) == len(people), f"{len(ses.taken)} of {len(people)} mails were taken"
    assert queue.ran_dry
    ends = queue.ran_dry
    steady = [moment for moment in ses.taken if WARM <= moment < ends]
    return Achieved(
        ratio=len(steady) / (ends - WARM) / allowed,
        refused=sum(WARM <= moment < ends for moment in ses.refused),
    )


class _Kept(FakeEditions):
    """The edition as the adapter keeps it: read and understood once."""

    def __init__(self, editions: FakeEditions) -> None:
        super().__init__()
        self._edition = editions.get(edition().digest)

    def get(self, digest: str) -> Edition:
        del digest
        return self._edition


def _deliverer(loop: Loop, queue: DelayedQueue, delivery: Callable[[Tempo], Delivery]) -> Callable[[], None]:
    """A warm function: one message after the other, until there is none."""
    tempo = Tempo()

    def work() -> None:
        while (ref := queue.next()) is not None:
            if isinstance(ref, float):
                loop.pause(ref)
                continue
            delivery(tempo).deliver(ID, ref)
            loop.pause(BETWEEN)

    return work


def numbers() -> Iterator[Number]:
    """Each rate with each seed, two at a time."""
    jobs = [(rate, seed) for rate in sorted(MAILS, reverse=True) for seed in SEEDS]
    with ProcessPoolExecutor(max_workers=2) as pool:
        done = dict(zip(jobs, pool.map(run, *zip(*jobs, strict=True)), strict=True))
    for rate in MAILS:
        runs = [done[rate, seed] for seed in SEEDS]
        yield Number(
            name=f"achieved over allowed, {rate} a second", measured=[one.ratio for one in runs], at_least=0.97
        )
        yield Number(
            name=f"refusals (429), {rate} a second", measured=[one.refused for one in runs], at_most=0, form="{:.0f}"
        )
