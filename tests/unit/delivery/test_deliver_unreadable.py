"""Readers whose rows can't be understood: they wait, and nobody waits with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.errors import BadInput, LostAnswer
from tests.support.delivering import BEGINS, CALL, ID, REF, states, world
from tests.support.people import OPENED, subscriber


def damaged(*places: int, count: int = CALL + 5, **changes: Any) -> Any:
    """A chunk in which the rows of those places can't be read."""
    delivery = world(count, **changes)
    delivery.lookup.unreadable = {subscriber(16 * (place + 1)).id for place in places}
    return delivery


@pytest.mark.parametrize("places", [(0,), (3, 4), (CALL + 4,), tuple(range(CALL + 1))], ids=str)
def test_the_others_get_theirs_and_the_message_is_parked(places: tuple[int, ...]) -> None:
    """With a reason that names nobody; mended, those who waited get theirs, and nobody else."""
    delivery = damaged(*places)
    with pytest.raises(BadInput, match=f"A subscriber in chunk {REF} of {ID} can't be read"):
        delivery.deliver(ID, REF)
    assert [place for place, state in enumerate(states(delivery)) if state == "PENDING"] == list(places)
    assert len(delivery.mailer.sent) == CALL + 5 - len(places)
    delivery.lookup.unreadable.clear()
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"] * (CALL + 5)
    assert len(delivery.mailer.sent) == CALL + 5


@pytest.mark.parametrize("changes", [{"too_late_at": BEGINS}, {"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}])
def test_what_is_too_late_or_stopped_is_skipped_whatever_the_row_says(changes: dict[str, Any]) -> None:
    """So the campaign ends, and its numbers add up."""
    delivery = damaged(0, **changes)
    delivery.deliver(ID, REF)
    assert {state.partition(":")[0] for state in states(delivery)} == {"SKIPPED"}


def test_a_probe_tries_the_next_reader() -> None:
    """Else a campaign that waits for an answer of SES would wait for a row to be mended."""
    until = OPENED + timedelta(hours=1)
    delivery = damaged(0, stage=Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=until)
    delivery.deliver(ID, REF, probe=True)
    assert [state.partition(":")[0] for state in states(delivery)[:3]] == ["PENDING", "ACCEPTED", "PENDING"]
    assert delivery.ledger.campaigns[ID].why is WaitReason.RESUMED


def test_a_refusal_meanwhile_is_still_one_to_wait_for() -> None:
    """The chunk is queued anew for it, and comes to the row that can't be read once all is well again."""
    delivery = damaged(0)

    def slow(**_asked: Any) -> Any:
        raise LostAnswer("dropped")

    delivery.lookup.snapshot, look = slow, delivery.lookup.snapshot
    delivery.deliver(ID, REF)
    assert [ref for _, ref, _ in delivery.queues.chunks] == [REF]
    delivery.lookup.snapshot = look
    with pytest.raises(BadInput):
        delivery.deliver(ID, REF)
