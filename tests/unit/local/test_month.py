"""The rehearsal leaves out ticks, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from convener.campaigns import Stage
from local.rehearsal import month
from local.rehearsal.edits import hold_back
from local.rehearsal.month import TICK, next_tick, rehearse
from local.rehearsal.timeline_events import TimelineEvents
from tests.support.people import material, session, subscriber
from tests.support.small_world import small_world

BEGINS = datetime(2024, 4, 2, 23, tzinfo=UTC)
UNTIL = datetime(2024, 5, 9, 22, 59, tzinfo=UTC)


def lived(edited: datetime) -> Any:
    """The world after a month with an archive whose materials are held back."""
    whole = session(insights=material("i"), recording=material("r"), edited_at=edited)
    march = session(id="2024-03", month="2024-03", date="2024-03-21", insights=material("i"))
    known, edits = hold_back(whole, small_world([], [], BEGINS).series, BEGINS)
    world = small_world([known, march], [subscriber(n) for n in range(1, 40)], BEGINS)
    world.moments = list(rehearse(world, edits, until=UNTIL, progress=lambda _at: None, telling=TimelineEvents()))
    return world


def mails(world: Any) -> list[tuple[str, str]]:
    """Who was sent what, in order of sending."""
    return [(mail.tags["campaign"], mail.recipient) for mail in world.pump.mailer.sent]


@pytest.mark.parametrize("edited", [BEGINS, datetime(2024, 4, 4, 7, 50, tzinfo=UTC)])
def test_the_ticks_between_would_have_done_nothing(monkeypatch: pytest.MonkeyPatch, edited: datetime) -> None:
    """A month with every single tick sends the same mails, and no tick that the rehearsal left out does anything."""
    jumping = lived(edited)
    monkeypatch.setattr(month, "_next", lambda _world, at, _left, **_: at + TICK)
    every = lived(edited)
    assert len(every.pump.ticks) > 3000
    assert len(jumping.pump.ticks) < 40
    assert every.pump.busy == jumping.pump.busy
    assert mails(every) == mails(jumping)
    assert list(every.ledger.all()) == list(jumping.ledger.all())


def test_a_month_ends_with_everybody_told_and_every_campaign_done() -> None:
    """Invite, reminder and recap, each to all 39, each once, and the moments tell of them."""
    world = lived(BEGINS)
    assert len(mails(world)) == len(set(mails(world))) == 3 * 39
    assert {campaign.stage for campaign in world.ledger.all()} == {Stage.DONE}
    told = [moment.campaign for moment in world.moments if moment.kind == "campaign"]
    assert told == ["2024-04/invite", "2024-04/reminder", "2024-04/recap"]


@pytest.mark.parametrize(("minute", "expected"), [(0, 0), (1, 15), (14, 15), (15, 15), (46, 60)])
def test_ticks_are_at_the_quarters_of_the_hour(minute: int, expected: int) -> None:
    """The first tick at or after a moment."""
    hour = datetime(2024, 4, 4, 8, tzinfo=UTC)
    assert next_tick(hour.replace(minute=minute)) == hour + TICK * (expected // 15)


def test_materials_arrive_after_the_session_as_an_editor_would_add_them() -> None:
    """Insights on the third day and the recording on the fifth; what is over already stays as it is."""
    whole = session(insights=material("i"), recording=material("r"))
    zone = small_world([], [], BEGINS).series
    known, edits = hold_back(whole, zone, BEGINS)
    assert known.insights.url is known.recording.url is None
    assert [(edit.field, edit.at.day) for edit in edits] == [("insights", 21), ("recording", 23)]
    assert hold_back(whole, zone, UNTIL) == (whole, ())
