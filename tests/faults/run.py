"""One run, from its seed: chaos for a while, then calm until all has come to rest, then what must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.faults.ends import broken
from tests.faults.kinds import Calm, Single, Weather
from tests.faults.scenes import calm_scene, few_people, people, scene
from tests.faults.world import World

DAY = 86_400.0
LONGEST = 40 * DAY
"""Virtual time after which a run that has not come to rest never will."""

FEWEST = 3
"""Chunks of a run: one that a person keeps from them goes on."""

CHAOS = 2400.0
"""Seconds in which the reference run is disturbed: it is done with its second tick."""

MOST = 30_000
"""Steps after which a run that has not come to rest never will: a tenth of that is usual."""

SHOWN_AFTER = 50 * 60.0
"""Of rest, before the last tick is asked what it shows."""


@dataclass(kw_only=True)
class Result:
    """What one run came to."""

    seed: str
    broken: list[str]
    counts: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    mails: int = 0
    chunks: int = 0
    places: int = 0
    seconds: float = 0.0


Trace = Callable[[str], None] | None


def random_run(seed: int, trace: Trace = None, *, favour: Sequence[str] = ()) -> Result:
    """A run in which anything may happen, some of it perhaps likelier."""
    chance = Random(seed)
    faults = Weather(chance=Random(seed + 1), favour=favour)
    rate = chance.choice((1.0, 2.0, 14.0, 14.0, 50.0))
    quota = chance.choice((8, 15, 30)) if chance.random() < 0.06 else 50_000
    if quota < 50:
        rate = 2.0
        faults.counts["small-quota"] += 1
    world = World(scene(chance), people(chance), faults, chance, rate=rate, quota=quota)
    world.calls.trace = trace
    chaos = chance.choice((900.0, 1800.0, 3600.0, 10_800.0)) + 900
    world.people.plan(chaos)
    world.trouble(chaos)
    world.loop.run(chaos)
    faults.over = True
    world.ses.crowded_until = min(world.ses.crowded_until, chaos)
    rested = _rest(world)
    for _ in range(2):
        if rested and _asks_for_more(world, chance):
            rested = _rest(world)
    return _result(str(seed), world, rested=rested)


def _rest(world: World) -> bool:
    """On until nothing moves. Whether it came to that."""
    until = world.loop.time + LONGEST
    seen = -1
    while world.loop.time < until and world.loop.switches < MOST:
        world.loop.run(world.loop.next_time or until)
        if world.ticks.ended != seen and not world.lambdas.running:
            seen = world.ticks.ended
            if world.settled():
                return True
    return False


def _asks_for_more(world: World, chance: Random) -> bool:
    """An operator resumes what rests, or has sent again what is in doubt. Whether there was anything."""
    if world.ledger.paused_since():
        world.people.does("resumes-series")
        return True
    for campaign in world.campaigns:
        if not campaign.ended and (chance.random() < 0.7 or len(world.ledger.chunk_items) < FEWEST):
            world.people.does("resumes", campaign.id)
            return True
        if campaign.ended and world.unknown(campaign.id) and chance.random() < 0.5:
            world.loop.run(world.loop.time + 2400)
            world.people.does("resends", campaign.id)
            return True
    return False


def _result(seed: str, world: World, *, rested: bool) -> Result:
    world.loop.run(world.loop.time + SHOWN_AFTER)
    world.ticks.fire(world.loop.now().isoformat())
    world.loop.run(world.loop.time + 400)
    return Result(
        seed=seed,
        broken=broken(world, came_to_rest=rested),
        counts=world.faults.counts,
        calls=world.loop.switches,
        mails=len(world.ses.accepted),
        chunks=len(world.ledger.chunk_items),
        places=len(world.faults.places),
    )


def reference(faults: Calm, seed: str, trace: Trace = None) -> Result:
    """The same small run each time, with these faults and no others; they cease after its second tick."""
    chance = Random(4)
    world = World(calm_scene(), few_people(), faults, chance, rate=14.0, quota=50_000)
    world.calls.trace = trace
    world.loop.run(CHAOS)
    faults.over = True
    return _result(seed, world, rested=_rest(world))


def single(place: int, kind: str, trace: Trace = None) -> Result:
    """The reference run with one fault at one place."""
    return reference(Single(place=place, kind=kind), f"{place}:{kind}", trace)


def favoured_run(seed: int, favour: Sequence[str]) -> Result:
    """A random run in which some faults are likelier than others."""
    return random_run(seed, favour=favour)
