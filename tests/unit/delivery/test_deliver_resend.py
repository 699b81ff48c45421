"""Sending again on an operator's word: a new attempt, unless something was heard, or may not leave any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.errors import LostAnswer
from convener.subscribers.models import SubscriberStatus
from tests.support.delivering import BEGINS, ID, REF, put, raising, states, wired, world
from tests.support.fakes import FakeMailer
from tests.support.people import subscriber

ASKED = RecipientState(DeliveryState.UNKNOWN, 1, 9, RESEND)
LOST = RecipientState(DeliveryState.UNKNOWN, 1, 9, "answer-lost")


def asked(entry: RecipientState = ASKED, *, rows: Any = None, mailer: Any = None, **changes: Any) -> Any:
    """A chunk whose first answer was lost and is asked for, whose second was lost, and whose third arrived."""
    delivery = world(3, rows=rows, mailer=mailer, **changes)
    put(delivery, {0: entry, 1: LOST, 2: RecipientState(DeliveryState.DELIVERED, 1, 9)})
    return delivery


def first(delivery: Any) -> RecipientState:
    """The entry in question."""
    entry = delivery.ledger.chunk_items[ID, REF].entries[0]
    assert isinstance(entry, RecipientState)
    return entry


def test_what_was_asked_for_is_sent_again_as_a_new_attempt() -> None:
    """And nothing else is; the mail's tag says which attempt it is."""
    delivery = asked()
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "UNKNOWN:answer-lost", "DELIVERED"]
    assert first(delivery).attempt == 2
    assert [mail.tags["attempt"] for mail in delivery.mailer.sent] == ["2"]


def test_an_answer_lost_again_is_not_sent_a_third_time_by_itself() -> None:
    """The operator's word holds for one attempt."""
    delivery = asked(mailer=FakeMailer(raising(LostAnswer("time-out"), on=1)))
    delivery.deliver(ID, REF)
    delivery.deliver(ID, REF)
    assert first(delivery) == RecipientState(DeliveryState.UNKNOWN, 2, 60, "answer-lost")
    assert delivery.mailer.sent == []


@pytest.mark.parametrize("standing", [SubscriberStatus.LEFT, SubscriberStatus.BOUNCED, SubscriberStatus.ERASED])
def test_who_left_meanwhile_stays_unknown(standing: SubscriberStatus) -> None:
    """Her mail may have left long ago: it isn't SKIPPED, and isn't sent again."""
    delivery = asked(rows=[subscriber(16, status=standing), subscriber(32), subscriber(48)])
    delivery.deliver(ID, REF)
    assert first(delivery) == RecipientState(DeliveryState.UNKNOWN, 1, 9, "not-resent")
    assert delivery.mailer.sent == []


@pytest.mark.parametrize(
    "changes",
    [
        {"too_late_at": BEGINS - timedelta(seconds=1)},
        {"stage": Stage.STOPPED, "why": WaitReason.OPERATOR},
    ],
)
def test_what_may_not_leave_any_more_stays_unknown(changes: dict[str, Any]) -> None:
    """Closed without a slot; nothing is left to do."""
    delivery, journal = wired(asked(**changes))
    delivery.deliver(ID, REF)
    assert states(delivery) == ["UNKNOWN:not-resent", "UNKNOWN:answer-lost", "DELIVERED"]
    assert not delivery.ledger.chunk_items[ID, REF].unfinished
    assert "take" not in journal


@pytest.mark.parametrize(
    "state",
    [
        DeliveryState.ACCEPTED,
        DeliveryState.DELIVERED,
        DeliveryState.BOUNCED,
        DeliveryState.COMPLAINED,
        DeliveryState.FAILED,
    ],
)
@pytest.mark.parametrize("before", ["take", "snapshot", "save"])
def test_an_event_of_the_first_attempt_that_comes_before_the_claim_settles_it(
    state: DeliveryState, before: str
) -> None:
    """It isn't sent again, however late the event comes: the claim is refused, and the chunk is read anew."""
    delivery = asked()
    where = {"take": delivery.pacing.slots, "snapshot": delivery.lookup, "save": delivery.ledger}[before]
    method = getattr(where, before)

    def heard(*args: Any, **kwargs: Any) -> Any:
        setattr(where, before, method)
        put(delivery, {0: ASKED.merged(RecipientState(state, 1, 30))})
        return method(*args, **kwargs)

    setattr(where, before, heard)
    delivery.deliver(ID, REF)
    assert first(delivery).state is state
    assert first(delivery).attempt == 1
    assert delivery.mailer.sent == []


def test_an_event_of_the_first_attempt_that_comes_after_the_claim_is_kept_as_a_remark() -> None:
    """The second mail is on its way by then; the ledger shows that both were taken."""
    delivery = asked()
    delivery.mailer.fails = lambda _mail: put(
        delivery, {0: first(delivery).merged(RecipientState(DeliveryState.DELIVERED, 1, 30))}
    )
    delivery.deliver(ID, REF)
    assert (first(delivery).state, first(delivery).attempt) == (DeliveryState.ACCEPTED, 2)
    assert first(delivery).remarks == {"earlier"}
