"""Sending again on an operator's request: a new attempt, unless an event came or the mail may not leave any more."""

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
    """Return a delivery of three entries: UNKNOWN with the operator's request, UNKNOWN, and DELIVERED."""
    delivery = world(3, rows=rows, mailer=mailer, **changes)
    put(delivery, {0: entry, 1: LOST, 2: RecipientState(DeliveryState.DELIVERED, 1, 9)})
    return delivery


def first(delivery: Any) -> RecipientState:
    """Return the entry with the request."""
    entry = delivery.ledger.chunk_items[ID, REF].entries[0]
    assert isinstance(entry, RecipientState)
    return entry


def test_a_requested_mail_is_sent_again_as_a_new_attempt() -> None:
    """No other mail is sent, and the mail's tag has the number of the attempt."""
    delivery = asked()
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "UNKNOWN:answer-lost", "DELIVERED"]
    assert first(delivery).attempt == 2
    assert [mail.tags["attempt"] for mail in delivery.mailer.sent] == ["2"]


def test_a_mail_lost_again_is_not_sent_a_third_time() -> None:
    """The operator's request holds for one attempt."""
    delivery = asked(mailer=FakeMailer(raising(LostAnswer("time-out"), on=1)))
    delivery.deliver(ID, REF)
    delivery.deliver(ID, REF)
    assert first(delivery) == RecipientState(DeliveryState.UNKNOWN, 2, 60, "answer-lost")
    assert delivery.mailer.sent == []


@pytest.mark.parametrize("standing", [SubscriberStatus.LEFT, SubscriberStatus.BOUNCED, SubscriberStatus.ERASED])
def test_the_mail_of_a_subscriber_who_has_left_stays_unknown(standing: SubscriberStatus) -> None:
    """The first mail may have left, so the entry is not SKIPPED, and the mail is not sent again."""
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
def test_a_mail_that_may_not_leave_any_more_stays_unknown(changes: dict[str, Any]) -> None:
    """The request is closed without a slot, and no work is left."""
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
def test_an_event_of_the_first_attempt_before_the_claim_settles_the_entry(state: DeliveryState, before: str) -> None:
    """The mail is not sent again: the claim is refused and the chunk is read again, however late the event comes."""
    delivery = asked()
    where = {"take": delivery.pacing.slots, "snapshot": delivery.lookup, "save": delivery.ledger}[before]
    method = getattr(where, before)

    def event_came(*args: Any, **kwargs: Any) -> Any:
        setattr(where, before, method)
        put(delivery, {0: ASKED.merged(RecipientState(state, 1, 30))})
        return method(*args, **kwargs)

    setattr(where, before, event_came)
    delivery.deliver(ID, REF)
    assert first(delivery).state is state
    assert first(delivery).attempt == 1
    assert delivery.mailer.sent == []


def test_an_event_of_the_first_attempt_after_the_claim_becomes_a_remark() -> None:
    """The second mail is on its way by then, and the ledger shows that SES took both."""
    delivery = asked()
    delivery.mailer.fails = lambda _mail: put(
        delivery, {0: first(delivery).merged(RecipientState(DeliveryState.DELIVERED, 1, 30))}
    )
    delivery.deliver(ID, REF)
    assert (first(delivery).state, first(delivery).attempt) == (DeliveryState.ACCEPTED, 2)
    assert first(delivery).remarks == {"earlier"}
