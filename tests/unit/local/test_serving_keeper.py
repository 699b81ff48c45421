from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from convener.campaigns import Stage
from convener.errors import Unavailable
from local.serving.keeper import Keeper, Move
from local.serving.mails import Mails, as_json
from tests.support.people import material, session, subscriber
from tests.support.sample_outbox import make_sample
from tests.support.small_world import small_world

EVE = datetime(2024, 4, 3, 11, 7, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """The eve of the invitation of April 2024, three readers, nothing dropped."""
    whole = session(insights=material("i"), recording=material("r"))
    world = small_world([whole], [subscriber(n) for n in range(1, 4)], EVE)
    world.pump.lock = threading.RLock()
    world.outbox = SimpleNamespace(count=0)
    uploads: Any = SimpleNamespace(take=list, mirror=list)
    return Keeper(world=world, mails=Mails(tmp_path), uploads=uploads, tell=lambda _: None)


def kinds(keeper: Any) -> list[str]:
    """What was sent, in order, each mailing once."""
    return list(dict.fromkeys(mail.tags["campaign"] for mail in keeper.world.pump.mailer.sent))


def test_a_tick_comes_with_each_quarter_of_an_hour(keeper: Any) -> None:
    """Not before, not twice; and where several were slept through, one makes them good."""
    clock, ticks = keeper.world.clock, keeper.world.pump.ticks
    for _ in range(3):
        keeper._beat()
    assert ticks == []
    clock.sleep(9 * 60)
    keeper._beat()
    keeper._beat()
    assert ticks == [datetime(2024, 4, 3, 11, 15, tzinfo=UTC)]
    clock.sleep(3 * 3600)
    keeper._beat()
    assert ticks[1:] == [datetime(2024, 4, 3, 14, 15, tzinfo=UTC)]


def test_a_long_move_leaves_no_mail_out(keeper: Any) -> None:
    """Three weeks at once: invitation, reminder and recap left in their order, each to all three."""
    move = Move(EVE + timedelta(weeks=3))
    keeper._carry_out(move)
    assert move.done.is_set()
    assert kinds(keeper) == ["2024-04_invite", "2024-04_reminder", "2024-04_recap"]
    assert len(keeper.world.pump.mailer.sent) == 9
    assert keeper.world.clock.now() >= move.until
    assert {campaign.stage for campaign in keeper.world.ledger.all()} == {Stage.DONE}


def test_a_move_and_ordinary_time_send_the_same(keeper: Any) -> None:
    """Living through the quarters one by one gives no other mails than moving the clock."""
    for _ in range(3 * 7 * 24 * 4):
        keeper.world.clock.sleep(QUARTER.total_seconds())
        keeper._beat()
    assert kinds(keeper) == ["2024-04_invite", "2024-04_reminder", "2024-04_recap"]
    assert len(keeper.world.pump.mailer.sent) == 9


def test_trouble_is_told_and_work_goes_on(keeper: Any) -> None:
    """A service that fails once ends neither the thread nor what waits for the clock to arrive."""
    drain, failures = keeper.world.pump.drain, [Unavailable("the table is busy")]

    def fail_once() -> int:
        if failures:
            raise failures.pop()
        return int(drain())

    keeper.world.pump.drain = fail_once
    thread = threading.Thread(target=keeper.run, daemon=True)
    first, second = keeper.move(EVE + timedelta(hours=1)), keeper.move(EVE + timedelta(days=1))
    thread.start()
    assert first.done.wait(20)
    assert second.done.wait(20)
    keeper.ended.set()
    thread.join(20)
    assert not thread.is_alive()
    assert next(moment.text for moment in keeper.moments) == "the table is busy"
    assert kinds(keeper) == ["2024-04_invite"]


def test_the_inbox_as_json_is_newest_first_with_the_clocks_offset(tmp_path: Path, keeper: Keeper) -> None:
    """Exactly the promised keys, whatever a mail lacks."""
    make_sample(tmp_path)
    found = as_json(Mails(tmp_path / "outbox").all(), base_url="http://127.0.0.1:1", zone=keeper.world.series.tz)
    assert list(found[0]) == ["id", "to", "subject", "kind", "received", "raw_url"]
    assert [mail["id"] for mail in found] == [f"{number:04}" for number in range(12, 0, -1)]
    assert found[-1]["received"] == "2024-04-04T09:00:00+01:00"
    assert [mail["kind"] for mail in found[::4]] == ["recap", "reminder", "invite"]
    assert all(mail["raw_url"].startswith("http://127.0.0.1:1/_inbox/outbox/") for mail in found)
