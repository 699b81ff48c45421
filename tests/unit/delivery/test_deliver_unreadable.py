"""Recipients whose rows can't be understood: their mails wait, and no other mail waits for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.errors import BadInput, LostAnswer
from tests.support.delivering import BATCH, BEGINS, ID, REF, states, world
from tests.support.people import OPENED, subscriber


def damaged(*places: int, count: int = BATCH + 5, **changes: Any) -> Any:
    """Return a delivery in which the rows at these positions can't be understood."""
    delivery = world(count, **changes)
    delivery.lookup.unreadable = {subscriber(16 * (place + 1)).id for place in places}
    return delivery


@pytest.mark.parametrize("places", [(0,), (3, 4), (BATCH + 4,), tuple(range(BATCH + 1))], ids=str)
def test_the_other_recipients_get_their_mails_and_the_message_is_parked(places: tuple[int, ...]) -> None:
    """The reason names nobody. Once the rows are repaired, these recipients get their mails, and nobody else."""
    delivery = damaged(*places)
    with pytest.raises(BadInput, match=f"A subscriber in chunk {REF} of {ID} can't be read"):
        delivery.deliver(ID, REF)
    assert [place for place, state in enumerate(states(delivery)) if state == "PENDING"] == list(places)
    assert len(delivery.mailer.sent) == BATCH + 5 - len(places)
    delivery.lookup.unreadable.clear()
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"] * (BATCH + 5)
    assert len(delivery.mailer.sent) == BATCH + 5


@pytest.mark.parametrize("changes", [{"too_late_at": BEGINS}, {"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}])
def test_an_unreadable_recipient_is_skipped_when_it_is_too_late(changes: dict[str, Any]) -> None:
    """The campaign ends, and its sums are complete."""
    delivery = damaged(0, **changes)
    delivery.deliver(ID, REF)
    assert {state.partition(":")[0] for state in states(delivery)} == {"SKIPPED"}


def test_a_probe_tries_the_next_recipient() -> None:
    """A campaign that waits for an answer of SES does not have to wait for a row to be repaired."""
    until = OPENED + timedelta(hours=1)
    delivery = damaged(0, stage=Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=until)
    delivery.deliver(ID, REF, probe=True)
    assert [state.partition(":")[0] for state in states(delivery)[:3]] == ["PENDING", "ACCEPTED", "PENDING"]
    assert delivery.ledger.campaigns[ID].why is WaitReason.RESUMED


def test_a_refusal_beside_an_unreadable_row_puts_the_chunk_off() -> None:
    """The chunk is queued again for the refusal, and reaches the unreadable row once SES takes mails again."""
    delivery = damaged(0)

    def slow(**_asked: Any) -> Any:
        raise LostAnswer("dropped")

    delivery.lookup.snapshot, look = slow, delivery.lookup.snapshot
    delivery.deliver(ID, REF)
    assert [ref for _, ref, _ in delivery.queues.chunks] == [REF]
    delivery.lookup.snapshot = look
    with pytest.raises(BadInput):
        delivery.deliver(ID, REF)
