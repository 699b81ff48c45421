"""An imported archive mails nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from tests.support.fakes import FakeSessions
from tests.support.people import series, subscriber, there
from tests.support.small_world import small_world

ARCHIVE = Path(__file__).parents[3] / "local" / "examples" / "archive.txt"
LOADED = datetime(2024, 3, 25, tzinfo=UTC)


def test_a_year_of_ticks_opens_nothing_for_what_lies_before_mail_from() -> None:
    """Load an archive page, fill in every link, tick through a year: only the month from mail_from on is mailed."""
    store = FakeSessions()
    page = read_upload(ARCHIVE.read_bytes(), name=ARCHIVE.name, series=series())
    load_sessions(page, store=store, series=series(), now=LOADED, by="anna")
    filled = [
        one.model_copy(update={"insights": there("i"), "recording": there("r"), "join_url": "https://meet.example/k"})
        for one in store.all()
    ]
    assert len([one for one in filled if one.date < series().mail_from]) == 5
    world = small_world(filled, [subscriber(1)], LOADED)
    at = LOADED
    while at < LOADED + timedelta(days=366):
        world.clock.move_to(at)
        world.pump.invoke("tick", {"asked_at": at.isoformat()})
        world.pump.drain()
        at += timedelta(hours=3)
    assert [one.id for one in world.ledger.all()] == ["2024-04/invite", "2024-04/recap", "2024-04/reminder"]
