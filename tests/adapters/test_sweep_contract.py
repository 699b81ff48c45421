"""The sweep over the fakes and over the adapters: the same story, told the same."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.campaign_updates import turn
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.delivery.sweep import Sweeper
from convener.scheduling.tick import TickReport, trouble
from convener.subscribers.models import SHARDS
from local.virtual_clock import VirtualClock
from tests.support.people import OPENED, campaign
from tests.support.sweeping import ID, LEASE, LOST, SENT, SERIES, claimed

MINUTE = timedelta(minutes=1)


def sweep(parts: Any, now: datetime) -> dict[str, Any]:
    """What one tick's sweep reports, but what is empty."""
    report = TickReport()
    clock = VirtualClock(now)
    sweeper = Sweeper(ledger=parts.ledger, queues=parts.queues, clock=clock, series=SERIES, lease=LEASE)
    sweeper.sweep(parts.ledger.all(), report)
    report.blocked |= parts.ledger.unreadable
    report.trouble = trouble(parts.ledger.all(), now)
    return {name: value for name, value in asdict(report).items() if value}


def fill(parts: Any, *chunks: list[RecipientState]) -> None:
    """Fan-out's work, and what delivery and events made of it."""
    before = Cursor(shard="a")
    for number, entries in enumerate(chunks, start=1):
        chunk = new_chunk(ID, "a", number, [f"a{number:05}{place:026x}" for place in range(len(entries))])
        after = replace(before, last_id=chunk.recipients[-1], count=before.count + len(entries), chunks=number)
        parts.ledger.move(ID, frm=before, to=after, chunk=chunk)
        parts.ledger.save(chunk.with_entries(dict(enumerate(entries))), messages={})
        before = after
    for shard in SHARDS:
        frm = before if shard == "a" else Cursor(shard=shard)
        parts.ledger.move(ID, frm=frm, to=replace(frm, finished=True), chunk=None)


def settle(parts: Any, ref: str) -> None:
    """Delivery sends all that may be sent."""
    chunk = parts.ledger.chunk(ID, ref)
    done = {
        place: RecipientState(DeliveryState.ACCEPTED, chunk.entries[place].attempt + 1, 4000)
        for place in chunk.claimable()
    }
    parts.ledger.save(chunk.with_entries(done), messages={})


def test_a_campaign_from_its_opening_to_its_end(parts: Any) -> None:
    """Queued, swept, brought back after each kind of wait, closed, and opened again on an operator's word."""
    ledger = parts.ledger
    ledger.open(campaign(stage=Stage.OPEN))
    assert sweep(parts, OPENED) == {"started": [ID]}
    assert sweep(parts, OPENED + 20 * MINUTE) == {"requeued": 16}
    fill(parts, [SENT, claimed(), RecipientState()], [SENT, LOST], [RecipientState()])
    assert sweep(parts, OPENED + 31 * MINUTE) == {"expired": 1, "requeued": 2, "unknown": {ID: 1}}
    ledger.pause(OPENED)
    assert sweep(parts, OPENED + 32 * MINUTE) == {"paused": True, "unknown": {ID: 1}}
    ledger.resume()
    assert sweep(parts, OPENED + 33 * MINUTE) == {"brought_back": [ID], "requeued": 2, "unknown": {ID: 1}}
    turn(ledger, ID, lambda one: one.turned(Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=OPENED))
    told = sweep(parts, OPENED + 34 * MINUTE)
    assert (told["probes"], list(told["trouble"])) == (1, [ID])
    turn(ledger, ID, lambda one: one.turned(Stage.WAITING, why=WaitReason.RESUMED, until=OPENED))
    assert sweep(parts, OPENED + 62 * MINUTE)["unknown"] == {ID: 2}
    settle(parts, "a-00001")
    settle(parts, "a-00003")
    assert sweep(parts, OPENED + 63 * MINUTE) == {"done": [ID], "unknown": {ID: 2}}
    closed = ledger.campaign(ID)
    assert (closed.stage, closed.totals["accepted"], closed.totals["unknown"]) == (Stage.DONE, 4, 2)
    chunk = ledger.chunk(ID, "a-00002")
    ledger.save(chunk.with_entries({1: LOST.with_reason(RESEND)}), messages={})
    assert sweep(parts, OPENED + 64 * MINUTE) == {"brought_back": [ID], "requeued": 1, "unknown": {ID: 1}}


@pytest.mark.parametrize(
    ("bad", "why"), [(DeliveryState.COMPLAINED, WaitReason.COMPLAINTS), (DeliveryState.BOUNCED, WaitReason.BOUNCES)]
)
def test_a_campaign_that_stops_itself_is_swept_to_its_end(parts: Any, bad: DeliveryState, why: WaitReason) -> None:
    """Its work is queued for skipping, and its sums are written once that is done."""
    ledger = parts.ledger
    ledger.open(campaign())
    fill(parts, [RecipientState(bad, 1, 60)] * 5, [RecipientState()])
    told = sweep(parts, OPENED + 31 * MINUTE)
    assert (list(told["stopped"]), "trouble" in told, told["requeued"]) == ([ID], False, 1)
    assert (ledger.campaign(ID).stage, ledger.campaign(ID).why, ledger.campaign(ID).ended) == (
        Stage.STOPPED,
        why,
        False,
    )
    chunk = ledger.chunk(ID, "a-00002")
    ledger.save(chunk.with_entries({0: RecipientState(DeliveryState.SKIPPED, 0, 4000, "stopped")}), messages={})
    assert sweep(parts, OPENED + 32 * MINUTE)["done"] == [ID]
    assert (ledger.campaign(ID).stage, ledger.campaign(ID).why, ledger.campaign(ID).ended) == (Stage.STOPPED, why, True)
