"""An imported archive causes no mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from tests.support.fakes import FakeSessions
from tests.support.people import material, series, subscriber
from tests.support.small_world import small_world

ARCHIVE = Path(__file__).parents[3] / "local" / "examples" / "archive.txt"
LOADED = datetime(2024, 3, 25, tzinfo=UTC)


def test_a_year_of_ticks_opens_nothing_before_mail_from() -> None:
    """After a year of ticks over a loaded archive, only the session after mail_from has campaigns."""
    store = FakeSessions()
    page = read_upload(ARCHIVE.read_bytes(), name=ARCHIVE.name, series=series())
    load_sessions(page, store=store, series=series(), now=LOADED, by="anna")
    filled = [
        session.model_copy(
            update={
                "insights": material("i"),
                "recording": material("r"),
                "join_url": "https://meet.example/k",
            }
        )
        for session in store.all()
    ]
    assert len([session for session in filled if session.date < series().mail_from]) == 5
    world = small_world(filled, [subscriber(1)], LOADED)
    at = LOADED
    while at < LOADED + timedelta(days=366):
        world.clock.move_to(at)
        world.pump.invoke("tick", {"asked_at": at.isoformat()})
        world.pump.drain()
        at += timedelta(hours=3)
    assert [campaign.id for campaign in world.ledger.all()] == ["2024-04/invite", "2024-04/recap", "2024-04/reminder"]
