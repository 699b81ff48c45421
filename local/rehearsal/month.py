"""Virtual time: from one due moment to the next, through the real handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from convener.campaigns import Stage
from convener.editions.plan import next_due
from local.rehearsal.edits import Edit
from local.rehearsal.world import World
from local.timeline.moments import Moment

TICK = timedelta(minutes=15)
MATERIALS = {"insights": "the insights", "presentations": "the presentations", "recording": "the recording"}

KINDS = {
    "invite": "The invitation to",
    "reminder": "The reminder of",
    "recap": "The recap of",
    "follow-up": "The follow-up to",
}


def next_tick(moment: datetime) -> datetime:
    """The first tick at or after a moment: Scheduler fires at 0, 15, 30 and 45 minutes past."""
    return moment + (datetime.min.replace(tzinfo=UTC) - moment) % TICK


def rehearse(
    world: World,
    edits: Sequence[Edit],
    *,
    until: datetime,
    progress: Callable[[datetime], None],
    waiting: dict[str, str],
) -> Iterator[Moment]:
    """Live through the time from the clock's present until `until`, telling what happens.

    `waiting` is filled: by campaign, why it could not leave at the time.
    """
    left = sorted(edits, key=lambda edit: edit.at)
    yield from live(world, left, until=until, progress=progress, waiting=waiting)
    while world.pump.next_due:  # what SES would not take until then is tried until it does, or until it is too late
        world.clock.move_to(world.pump.next_due)
        world.pump.drain()


def live(
    world: World,
    edits: list[Edit],
    *,
    until: datetime,
    progress: Callable[[datetime], None],
    waiting: dict[str, str],
) -> Iterator[Moment]:
    """From one moment with something to do to the next, and no further than `until`. Takes `edits` as they come."""
    at: datetime | None = next_tick(world.clock.now())
    while at is not None and at <= until:
        world.clock.move_to(at)
        moments, busy = step(world, at, edits, waiting)
        yield from moments
        progress(at)
        at = _next(world, at, edits, busy=busy)


def step(world: World, at: datetime, edits: list[Edit], waiting: dict[str, str]) -> tuple[list[Moment], bool]:
    """One tick and all that follows from it: what there is to tell, and whether anything was done."""
    moments = []
    while edits and edits[0].at <= at:
        moments.append(_carry_out(edits.pop(0), world))
    report = world.pump.invoke("tick", {"asked_at": at.isoformat()})
    moments += _told(report, waiting, world)
    return moments, world.pump.drain() > 0 or any(report[done] for done in ("opened", "started", "done"))


def _next(world: World, at: datetime, left: Sequence[Edit], *, busy: bool) -> datetime | None:
    """The next tick at which there may be something to do."""
    sessions, campaigns = world.sessions.all(), world.ledger.all()
    moments = [next_due(at, sessions, campaigns, world.series), world.pump.next_due, *(edit.at for edit in left[:1])]
    if busy and any(campaign.stage != Stage.DONE for campaign in campaigns):
        moments.append(at + TICK)
    earliest = min((moment for moment in moments if moment), default=None)
    return max(next_tick(earliest), at + TICK) if earliest else None


def _carry_out(edit: Edit, world: World) -> Moment:
    session = next(session for session in world.sessions.all() if session.id == edit.session)
    world.sessions.save(edit.applied(session), expected_version=session.version)
    text = f"An editor adds {MATERIALS[edit.field]} of “{session.title or session.id}”."
    return Moment(at=edit.at, kind="edit", text=text)


def _told(report: dict[str, Any], waiting: dict[str, str], world: World) -> Iterator[Moment]:
    now = world.clock.now()
    sessions = world.sessions.all()
    titles = {session.id: session.title or session.id for session in sessions}
    for campaign in report["opened"]:
        session, kind = campaign.split("/")[:2]
        yield Moment(at=now, kind="campaign", text=f"{KINDS[kind]} “{titles[session]}” leaves.", campaign=campaign)
    for campaign, why in report["blocked"].items():
        if waiting.get(campaign) != why:
            yield Moment(at=now, kind="waiting", text=f"{campaign} can’t leave: {why}.")
            waiting[campaign] = why
    over = {session.id for session in sessions if session.ends(world.series.tz) <= now}
    for campaign, why in report["waiting"].items():
        session, _, kind = campaign.partition("/")
        if waiting.get(campaign) != why and (session in over or kind == "invite"):
            yield Moment(at=now, kind="waiting", text=f"The {kind} of {session} {why}.")
            waiting[campaign] = why
