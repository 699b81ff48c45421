"""A rehearsal in virtual time: the clock jumps from one due moment to the next, and the real handlers run."""

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
ACTIVITY = ("opened", "started", "brought_back", "done", "stopped", "probes", "expired", "requeued")
"""Fields of a tick's report which show that the tick did something, so that the next tick may have more to do."""


def next_tick(moment: datetime) -> datetime:
    """Return the first tick at or after a moment. Scheduler fires at 0, 15, 30 and 45 minutes past the hour."""
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
    """Run from the clock's present moment to `until`, and yield an event for everything that happens.

    After `until` no campaign is opened, but open campaigns are finished: campaigns that wait for SES or for a moment
    continue until they are done, or too late, or need a person.

    Args:
        world: The local stack with its clock.
        edits: Changes by editors, each at its moment.
        until: The end, in UTC.
        progress: Called with the present virtual moment.
        telling: Turns reports into events.
        cast: The simulated readers.
    """
    left = sorted(edits, key=lambda edit: edit.at)
    yield from live(world, left, until=until, progress=progress, telling=telling, cast=cast)
    at: datetime | None = _earliest(until, _pending(world, until, world.ledger.all(), busy=False))
    while at is not None:
        world.clock.move_to(at)
        moments, busy = step(world, until, [], telling)
        yield from moments
        at = _earliest(at, _pending(world, at, world.ledger.all(), busy=busy))


def live(
    world: World,
    edits: list[Edit],
    *,
    until: datetime,
    progress: Callable[[datetime], None],
    telling: TimelineEvents,
    cast: SimulatedReaders | None = None,
) -> Iterator[TimelineEvent]:
    """Run to `until`, from one moment with work to the next. Edits are removed from `edits` when they are applied.

    Readers act between the ticks. If an action leaves delayed work, that work gets a tick of its own.
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
    """Run one tick and all work that follows. Return its events, and whether the tick did anything."""
    moments = []
    while edits and edits[0].at <= at:
        moments.append(telling.carried_out(edits.pop(0), world))
    report = world.pump.invoke("tick", {"asked_at": at.isoformat()})
    moments += telling.ticked(report, world)
    busy = world.pump.drain() > 0 or any(report.get(done) for done in ACTIVITY)
    moments += telling.stands(world.ledger.all(), world)
    return moments, busy


def _next(world: World, at: datetime, left: Sequence[Edit], *, busy: bool) -> datetime | None:
    """Return the next tick at which there may be work, or None."""
    sessions, campaigns = world.sessions.all(), world.ledger.all()
    due = next_due(at, sessions, campaigns, world.series)
    moments = [*([due] if due else []), *(edit.at for edit in left[:1])]
    return _earliest(at, [*moments, *_pending(world, at, campaigns, busy=busy)])


def _earliest(at: datetime, moments: Sequence[datetime]) -> datetime | None:
    """Return the first tick after `at` that is not before the earliest of the moments."""
    return max(next_tick(min(moments)), at + TICK) if moments else None


def _pending(world: World, at: datetime, campaigns: Sequence[Campaign], *, busy: bool) -> list[datetime]:
    """Return the moments at which open campaigns need another tick. Campaigns that wait for a person need none."""
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
    """Return the tick that serves the first held message, or None."""
    held = world.pump.next_due
    return next_tick(max(held, world.clock.now())) if held else None


def _listed(world: World, campaign: Campaign, at: datetime) -> list[datetime]:
    """Return the moments at which unknown mails become old enough to be listed to the operator."""
    if campaign.too_late_at <= at:
        return []
    entries = (entry for chunk in world.ledger.unknown(campaign.id) for entry in chunk.entries)
    since = (expiry.moment_of(campaign, entry) for entry in entries if entry.state is DeliveryState.UNKNOWN)
    return [one + expiry.EVENTS_ARRIVE_WITHIN for one in since if one + expiry.EVENTS_ARRIVE_WITHIN > at]
