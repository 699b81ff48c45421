"""The fault suite's own tools: a suite whose tools lie proves nothing."""

from __future__ import annotations

from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from convener.errors import Conflict, LostAnswer, Unavailable
from convener.subscribers.models import SubscriberStatus
from tests.faults.audit import Audit
from tests.faults.buckets import Bucket
from tests.faults.calls import Calls, Faulty
from tests.faults.kinds import ALL, METHODS, READ, Calm, Single, Weather
from tests.faults.loop import Loop, Task
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.people import OPENED, subscriber


def played(faults: Calm, *works: Any) -> tuple[Loop, Calls, list[Task]]:
    """Tasks that run at once, each given an adapter that counts what reached it."""
    loop = Loop(OPENED, Random(1))
    calls = Calls(loop, faults, Random(1))
    tasks = [loop.start(Task(f"task-{n}", partial(work, loop, calls))) for n, work in enumerate(works)]
    loop.run(1000)
    return loop, calls, tasks


def test_tasks_take_turns_in_virtual_time() -> None:
    """Two that wait go on in the order of their times, and no real time passes."""
    seen: list[tuple[str, float]] = []

    def waiting(name: str, seconds: float) -> Any:
        def work(loop: Loop, _: Calls) -> None:
            for _turn in range(2):
                loop.pause(seconds)
                seen.append((name, loop.time))

        return work

    played(Calm(), waiting("slow", 3.0), waiting("quick", 2.0))
    assert seen == [("quick", 2.0), ("slow", 3.0), ("quick", 4.0), ("slow", 6.0)]


@pytest.mark.parametrize(
    ("kind", "raised", "reached"),
    [
        ("", None, 1),
        ("unavailable", Unavailable, 0),
        ("lost-before", LostAnswer, 0),
        ("lost-after", LostAnswer, 1),
        ("repeated", None, 2),
        ("dies-before", None, 0),
        ("dies-after", None, 1),
    ],
)
def test_a_fault_strikes_before_or_after_the_effect(kind: str, raised: type[Exception] | None, reached: int) -> None:
    """What the caller hears and what was done are two things."""
    done: list[str] = []
    heard: list[object] = []

    def work(_loop: Loop, calls: Calls) -> None:
        try:
            Faulty("editions", SimpleNamespace(put=done.append), calls).put("an edition")
        except (Unavailable, LostAnswer) as error:
            heard.append(type(error))
        else:
            heard.append(None)

    _, _, tasks = played(Single(place=0, kind=kind), work)
    assert len(done) == reached
    assert heard == ([] if "dies" in kind else [raised])
    assert tasks[0].killed == ("dies" in kind)


def test_who_was_killed_does_nothing_more() -> None:
    """Also where a `finally` of the product would go on."""
    done: list[str] = []

    def work(_loop: Loop, calls: Calls) -> None:
        adapter = Faulty("editions", SimpleNamespace(put=done.append), calls)
        try:
            adapter.put("first")
        finally:
            adapter.put("second")

    played(Single(place=0, kind="dies-after"), work)
    assert done == ["first"]


def test_a_repeated_write_knows_its_own() -> None:
    """As the real adapters do: a write that boto3 repeated is no conflict, unless another came in between."""
    rows = FakeSubscribers()

    def once(_loop: Loop, calls: Calls) -> None:
        Faulty("subscribers", rows, calls).add(subscriber(1))

    played(Single(place=0, kind="repeated"), once)
    assert rows.writes == 1
    heard: list[type[Exception]] = []

    def late(loop: Loop, calls: Calls) -> None:
        loop.pause(0.01)
        calls.writers["subscribers.add", subscriber(2).id] = "another"

    def first(_loop: Loop, calls: Calls) -> None:
        try:
            Faulty("subscribers", rows, calls).add(subscriber(2))
        except Conflict as error:
            heard.append(type(error))

    played(Single(place=0, kind="repeated"), first, late)
    assert heard == [Conflict]


def test_weather_is_the_same_for_the_same_seed() -> None:
    """A seed that broke a promise breaks it again."""
    one, other = (Weather(chance=Random(7)) for _ in range(2))
    picks = [[weather.pick("here", READ) for _ in range(500)] for weather in (one, other)]
    assert picks[0] == picks[1]
    assert any(picks[0])
    assert not set(picks[0]) - {"", *READ}


def test_every_kind_can_come() -> None:
    """Nothing that a method may suffer is missing in the list of all kinds, which a full run must have met."""
    assert {kind for kinds in METHODS.values() for kind in kinds} <= set(ALL)


def test_a_bucket_holds_a_rate() -> None:
    """A burst of its size, then so many a second."""
    bucket = Bucket(rate=2.0, size=3.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.5), bucket.take(1.0)] == [True, False, True]


def test_the_audit_knows_who_has_left() -> None:
    """Whoever leaves is gone from that moment, whoever comes back no longer."""
    rows = FakeSubscribers([subscriber(1)])
    loop = Loop(OPENED, Random(1))
    audit = Audit(loop, rows)
    audit.hear("subscribers.update", (subscriber(1, status=SubscriberStatus.LEFT),), {})
    assert audit.gone_since == {subscriber(1).id: 0.0}
    audit.hear("subscribers.update", (subscriber(1),), {})
    assert audit.gone_since == {}
    assert audit.ever_gone == {subscriber(1).id}
