"""Readers act between the ticks of a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from local.rehearsal.browser import Reader, Stuck
from local.rehearsal.example_readers import acts
from local.rehearsal.month import rehearse
from local.rehearsal.simulated_readers import ReaderAction, SimulatedReaders, in_order, settle
from local.rehearsal.timeline_events import TimelineEvents
from local.timeline.moments import TimelineEvent
from local.virtual_clock import VirtualClock
from tests.support.people import series, session, subscriber
from tests.support.small_world import small_world

BEGINS = datetime(2024, 4, 3, 23, tzinfo=UTC)
UNTIL = datetime(2024, 4, 18, 22, tzinfo=UTC)
INVITE = datetime(2024, 4, 4, 8, tzinfo=UTC)


def act(at: datetime, play: Callable[[Reader], str]) -> ReaderAction:
    return ReaderAction(at=at, name="Ngaio", address="ngaio@example.org", play=play, trying="join")


def lived(cast: SimulatedReaders | None) -> tuple[Any, list[TimelineEvent]]:
    """A fortnight with three readers and this cast."""
    world = small_world([session()], [subscriber(n) for n in range(1, 4)], BEGINS)
    world.outbox = SimpleNamespace(all=[])
    told = rehearse(world, [], until=UNTIL, progress=lambda _: None, telling=TimelineEvents(), cast=cast)
    return world, list(told)


def test_everybody_acts_at_her_moment_and_ticks_stay_as_they_are() -> None:
    """Before the first tick, between two, at a tick's own moment (the tick comes first), and after the last one."""
    seen = list[tuple[datetime, int]]()

    def play(reader: Reader) -> str:
        here: Any = reader.world
        seen.append((here.clock.now().replace(microsecond=0), len(here.pump.mailer.sent)))
        return "She acts."

    times = [BEGINS + timedelta(minutes=7), INVITE, INVITE + timedelta(days=3, minutes=1), UNTIL]
    world, told = lived(in_order([act(at, play) for at in reversed(times)], begins=BEGINS))
    assert seen == [(times[0], 0), (times[1], 3), (times[2], 3), (times[3], 6)]
    assert [one.at for one in told if one.kind == "act"] == times
    assert [one.at for one in told] == sorted(one.at for one in told)
    assert world.pump.ticks == lived(None)[0].pump.ticks


def test_who_cannot_act_is_told_of_and_the_rest_goes_on() -> None:
    """The reason is a reader's: what she misses, or what a page says."""

    def stuck(_: Reader) -> str:
        raise Stuck("no confirm has come")

    world, told = lived(SimulatedReaders([act(BEGINS + timedelta(hours=1), stuck)]))
    assert [(one.kind, one.text) for one in told][:1] == [("waiting", "Ngaio can’t join: no confirm has come.")]
    assert len(world.pump.mailer.sent) == 6


def test_acts_of_days_before_the_rehearsal_are_left_out() -> None:
    """Nobody lived them."""
    assert in_order([act(BEGINS - timedelta(days=1), lambda _: "")], begins=BEGINS).next_at is None


def test_a_letter_that_is_queued_for_some_seconds_is_waited_for() -> None:
    """And none that is held for longer: a tick serves that."""
    clock, due = VirtualClock(BEGINS), [BEGINS + timedelta(seconds=5), BEGINS + timedelta(minutes=30)]
    pump = SimpleNamespace(next_due=due[0])

    def drain() -> int:
        while due and due[0] <= clock.now():
            due.pop(0)
        pump.next_due = due[0]
        return 0

    pump.drain = drain
    world: Any = SimpleNamespace(clock=clock, pump=pump)
    settle(world)
    assert (clock.now(), due) == (BEGINS + timedelta(seconds=5), [BEGINS + timedelta(minutes=30)])


def test_the_example_month_has_its_acts_on_its_days() -> None:
    """One joins before the invitation, one between it and the session; nobody acts at night."""
    own = list(acts(series(), date(2024, 4, 18)))
    joining = [one.at.day for one in own if one.trying == "join"]
    assert joining == [3, 9]
    assert all(7 <= one.at.astimezone(series().tz).hour < 22 for one in own)
    assert len({one.at for one in own}) == len(own)
