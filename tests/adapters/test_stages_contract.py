"""What every ledger promises of a campaign's stages and of the series' pause, the fake one and DynamoDB's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.ports import Work
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict
from convener.mailing_types import RECAP
from tests.support.people import OPENED, campaign

ID = "2024-04/invite"
TURNS = [
    (Stage.WAITING, WaitReason.PAUSED, None),
    (Stage.WAITING, WaitReason.QUOTA, OPENED + timedelta(hours=3)),
    (Stage.STOPPED, WaitReason.COMPLAINTS, None),
    (Stage.DONE, None, None),
]


@pytest.mark.parametrize(("stage", "why", "until"), TURNS)
def test_a_turn_writes_what_changes_and_nothing_else(parts: Any, stage: Stage, why: WaitReason, until: Any) -> None:
    """Stage, reason, moment, lost answers, totals and version; who turns it can't change what is sent."""
    parts.ledger.open(campaign(brings=frozenset({"insights"})))
    turned = replace(parts.ledger.campaign(ID).turned(stage, why=why, until=until), lost=4, totals={"audience": 3})
    parts.ledger.turn(replace(turned, edition="another", brings=frozenset(), kind=RECAP))
    expected = campaign(stage=stage, why=why, until=until, lost=4, totals={"audience": 3}, version=1)
    assert parts.ledger.campaign(ID) == replace(expected, brings=frozenset({"insights"}))


def test_a_campaign_turns_back_and_forgets_why_it_waited(parts: Any) -> None:
    """After waiting it is as it was, but for its version."""
    parts.ledger.open(campaign())
    waiting = campaign().turned(Stage.WAITING, why=WaitReason.SES_PAUSED, until=OPENED)
    parts.ledger.turn(waiting)
    parts.ledger.turn(waiting.turned(Stage.SENDING))
    assert parts.ledger.campaign(ID) == campaign(version=2)
    assert list(parts.ledger.all()) == [campaign(version=2)]


@pytest.mark.parametrize("known", [0, 1, 2])
def test_of_two_who_turn_a_campaign_one_is_told(parts: Any, known: int) -> None:
    """The second read what the first has changed since: its word doesn't count, and it can read again."""
    parts.ledger.open(campaign())
    for _ in range(known):
        parts.ledger.turn(parts.ledger.campaign(ID).turned(Stage.SENDING))
    read = parts.ledger.campaign(ID)
    first = read.turned(Stage.STOPPED, why=WaitReason.OPERATOR)
    parts.ledger.turn(first)
    with pytest.raises(Conflict):
        parts.ledger.turn(read.turned(Stage.SENDING))
    with pytest.raises(Conflict):
        parts.ledger.turn(replace(read, version=read.version + 3))
    assert parts.ledger.campaign(ID) == first


@pytest.mark.parametrize("version", [1, 2])
def test_nothing_is_turned_where_there_is_no_campaign(parts: Any, version: int) -> None:
    """It is a conflict, and makes none."""
    with pytest.raises(Conflict):
        parts.ledger.turn(campaign(version=version))
    assert parts.ledger.campaign(ID) is None


def test_the_series_is_paused_until_it_is_resumed(parts: Any) -> None:
    """Whoever asks is told since when; resuming twice is harmless."""
    assert parts.ledger.paused_since() is None
    parts.ledger.pause(OPENED)
    assert parts.ledger.paused_since() == OPENED
    assert not list(parts.ledger.all())
    for _ in range(2):
        parts.ledger.resume()
        assert parts.ledger.paused_since() is None


def test_work_tells_campaign_chunk_and_pause_at_once(parts: Any) -> None:
    """Each of them may be missing, and what lies beside them isn't taken for them."""
    assert parts.ledger.work(ID, "a-00001") == Work(campaign=None, chunk=None)
    parts.ledger.open(campaign())
    chunk = new_chunk(ID, "a", 1, ["a1", "a2"])
    parts.ledger.move(ID, frm=Cursor(shard="a"), to=Cursor(shard="a", last_id="a2", count=2, chunks=1), chunk=chunk)
    assert parts.ledger.work(ID, "a-00001") == Work(campaign=campaign(), chunk=chunk)
    parts.ledger.pause(OPENED)
    assert parts.ledger.work(ID, "a-00001") == Work(campaign=campaign(), chunk=chunk, paused=True)
    assert parts.ledger.work(ID, "a-00002") == Work(campaign=campaign(), chunk=None, paused=True)
    assert parts.ledger.work("2024-05/invite", "a-00001") == Work(campaign=None, chunk=None, paused=True)


def test_a_tally_counts_everybody_by_state(parts: Any) -> None:
    """Over all shards of the campaign, and no other's."""
    for one, owner, shard in [("a1", ID, "a"), ("f1", ID, "f"), ("a2", f"{ID}/2", "a")]:
        moved = Cursor(shard=shard, last_id=one, count=1, chunks=1)
        parts.ledger.move(owner, frm=Cursor(shard=shard), to=moved, chunk=new_chunk(owner, shard, 1, [one, f"{one}0"]))
    chunk = parts.ledger.chunk(ID, "f-00001")
    parts.ledger.save(chunk.with_entries({0: RecipientState(DeliveryState.UNKNOWN, 1)}), messages={})
    assert parts.ledger.tally(ID) == {DeliveryState.PENDING: 3, DeliveryState.UNKNOWN: 1}
    assert not parts.ledger.tally("2024-05/invite")
