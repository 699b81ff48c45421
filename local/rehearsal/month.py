"""Virtual time: from one due moment to the next, through the real handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from convener.campaigns import Campaign, Stage
from convener.delivery import expiry
from convener.delivery.states import DeliveryState
from convener.scheduling.due import next_due
from local.rehearsal.edits import Edit
from local.rehearsal.simulated_readers import SimulatedReaders
from local.rehearsal.timeline_events import TimelineEvents
from local.rehearsal.world import World
from local.timeline.moments import TimelineEvent

TICK = timedelta(minutes=15)
DOINGS = ("opened", "started", "brought_back", "done", "stopped", "probes", "expired", "requeued")
"""What of a tick's report says that something was done, so that the next tick may have more to do."""


def next_tick(moment: datetime) -> datetime:
    """The first tick at or after a moment: Scheduler fires at 0, 15, 30 and 45 minutes past."""
    return moment + (datetime.min.replace(tzinfo=UTC) - moment) % TICK


def rehearse(
    world: World,
    edits: Sequence[Edit],
    *,
    until: datetime,
    progress: Callable[[datetime], None],
    telling: TimelineEvents,
    cast: SimulatedReaders | None = None,
) -> Iterator[TimelineEvent]:
    """Live through the time from the clock's present until `until`, telling what happens and what the cast does.

    What left until then is brought to its end: campaigns that wait, for SES or for a better time, go on until they are
    done, or it is too late for them, or only a person can help. Nothing else is opened meanwhile.
    """
    left = sorted(edits, key=lambda edit: edit.at)
    yield from live(world, left, until=until, progress=progress, telling=telling, cast=cast)
    at: datetime | None = _earliest(until, _going(world, until, world.ledger.all(), busy=False))
    while at is not None:
        world.clock.move_to(at)
        moments, busy = step(world, until, [], telling)
        yield from moments
        at = _earliest(at, _going(world, at, world.ledger.all(), busy=busy))


def live(
    world: World,
    edits: list[Edit],
    *,
    until: datetime,
    progress: Callable[[datetime], None],
    telling: TimelineEvents,
    cast: SimulatedReaders | None = None,
) -> Iterator[TimelineEvent]:
    """From one moment with something to do to the next, and no further than `until`. Takes `edits` as they come.

    Readers act between the ticks. What an act leaves for later than the moment after it has a tick of its own.
    """
    at: datetime | None = next_tick(world.clock.now())
    while True:
        if cast and cast.next_at and cast.next_at <= until and (at is None or cast.next_at < at):
            yield cast.act(world)
            at = min((one for one in (at, _held(world)) if one), default=None)
            continue
        if at is None or at > until:
            return
        world.clock.move_to(at)
        moments, busy = step(world, at, edits, telling)
        yield from moments
        progress(at)
        at = _next(world, at, edits, busy=busy)


def step(world: World, at: datetime, edits: list[Edit], telling: TimelineEvents) -> tuple[list[TimelineEvent], bool]:
    """One tick and all that follows from it: what there is to tell, and whether anything was done."""
    moments = []
    while edits and edits[0].at <= at:
        moments.append(telling.carried_out(edits.pop(0), world))
    report = world.pump.invoke("tick", {"asked_at": at.isoformat()})
    moments += telling.ticked(report, world)
    busy = world.pump.drain() > 0 or any(report.get(done) for done in DOINGS)
    moments += telling.stands(world.ledger.all(), world)
    return moments, busy


def _next(world: World, at: datetime, left: Sequence[Edit], *, busy: bool) -> datetime | None:
    """The next tick at which there may be something to do."""
    sessions, campaigns = world.sessions.all(), world.ledger.all()
    due = next_due(at, sessions, campaigns, world.series)
    moments = [*([due] if due else []), *(edit.at for edit in left[:1])]
    return _earliest(at, [*moments, *_going(world, at, campaigns, busy=busy)])


def _earliest(at: datetime, moments: Sequence[datetime]) -> datetime | None:
    """The first tick after `at` that serves one of the moments."""
    return max(next_tick(min(moments)), at + TICK) if moments else None


def _going(world: World, at: datetime, campaigns: Sequence[Campaign], *, busy: bool) -> list[datetime]:
    """When what was opened needs another tick: never where nothing but a person could bring it further."""
    moments = [held] if (held := world.pump.next_due) else []
    if busy and not all(campaign.ended for campaign in campaigns):
        moments.append(at + TICK)
    for campaign in campaigns:
        if campaign.stage is Stage.WAITING:
            if campaign.until and campaign.until >= at:
                moments.append(campaign.until)
            moments.append(campaign.too_late_at)
        moments += _listed(world, campaign, at)
    return [one for one in moments if one >= at]


def _held(world: World) -> datetime | None:
    """The tick that serves what is held."""
    held = world.pump.next_due
    return next_tick(max(held, world.clock.now())) if held else None


def _listed(world: World, campaign: Campaign, at: datetime) -> list[datetime]:
    """When mails of which nobody knows will have been so for long enough to be listed."""
    if campaign.too_late_at <= at:
        return []
    entries = (entry for chunk in world.ledger.unknown(campaign.id) for entry in chunk.entries)
    since = (expiry.moment_of(campaign, entry) for entry in entries if entry.state is DeliveryState.UNKNOWN)
    return [one + expiry.EVENTS_ARRIVE_WITHIN for one in since if one + expiry.EVENTS_ARRIVE_WITHIN > at]
