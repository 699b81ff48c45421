"""What joining writes: for somebody new, for somebody who comes back, and for those whom no button revives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.joining import plan_join
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.joining import ASKED, NEW_SUBSCRIBER, join_request
from tests.support.people import LONG_AGO, OPENED, subscriber

BEFORE, SINCE = ASKED - timedelta(days=9), ASKED + timedelta(hours=1)
REQUEST = join_request()


def joined(row: Subscriber | None) -> Subscriber:
    """The row that comes of it."""
    transaction = plan_join(REQUEST, {row.id: row} if row else {}, now=OPENED)
    assert isinstance(transaction, Transaction)
    (change,), (entry,) = transaction.changes, transaction.consents
    assert (change.expected, transaction.done, transaction.at) == (row.version if row else None, REQUEST.id, OPENED)
    assert (entry.subscriber, entry.at, entry.what, entry.note) == (REQUEST.subscriber, OPENED, ConsentEvent.JOINED, "")
    assert (entry.by, entry.wording, entry.kinds) == ("embedded", "1", frozenset({"invite"}))
    return change.row


def test_somebody_new_has_what_was_asked_for() -> None:
    """A row of version 1, confirmed now, with a calendar file as everybody has at first."""
    assert joined(None) == Subscriber(
        id=NEW_SUBSCRIBER.id,
        address=NEW_SUBSCRIBER.address,
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=OPENED,
        first_name="Anna",
        zone="Europe/Paris",
        kinds=frozenset({"invite"}),
        calendar=Calendar.FILE,
        source="embedded",
        version=1,
    )


@given(
    st.sampled_from([SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED]),
    st.sampled_from([None, LONG_AGO]),
    st.sampled_from([None, BEFORE, ASKED]),
    st.booleans(),
)
def test_whoever_comes_back_is_listed_from_now_on(
    standing: SubscriberStatus, moved_at: object, since: object, paused: bool
) -> None:
    """The same id, nothing of the leaving, no pause, no import to undo; nothing opened before now is for the row."""
    row = subscriber(
        2,
        status=standing,
        status_since=since,
        moved_at=moved_at,
        moved_to="f" * 32,
        moved_from=("e" * 32,),
        paused_until=OPENED + timedelta(days=9) if paused else None,
        batch="b",
        earlier=((LONG_AGO, BEFORE),),
        version=7,
    )
    back = joined(row)
    assert (back.id, back.version, back.status, back.listed_since) == (row.id, 8, SubscriberStatus.CONFIRMED, OPENED)
    assert (back.status_since, back.moved_to, back.earlier, back.batch) == (None, "", (), "")
    assert not back.paused(OPENED)
    assert (back.first_name, back.zone, back.kinds) == ("Anna", "Europe/Paris", frozenset({"invite"}))
    assert back.moved_from == row.moved_from


@given(st.integers(0, 3), st.sampled_from(["", "Europe/Paris"]))
def test_whoever_is_in_stays_as_she_is(version: int, zone: str) -> None:
    """The button of an older mail undoes nothing that she chose since."""
    row = replace(NEW_SUBSCRIBER, version=version, zone=zone)
    assert plan_join(REQUEST, {row.id: row}, now=OPENED) == ConfirmationResult.ALREADY


@pytest.mark.parametrize("since", [None, BEFORE, SINCE])
@pytest.mark.parametrize(
    ("standing", "verdict"),
    [
        (SubscriberStatus.BOUNCED, ConfirmationResult.BOUNCED),
        (SubscriberStatus.COMPLAINED, ConfirmationResult.COMPLAINED),
    ],
)
def test_no_button_revives_whoever_bounced_or_complained(
    standing: SubscriberStatus, verdict: str, since: object
) -> None:
    """Before or after she asked: that is an operator's to lift."""
    row = subscriber(2, status=standing, status_since=since)
    assert plan_join(REQUEST, {row.id: row}, now=OPENED) == verdict


@pytest.mark.parametrize("standing", [SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED])
def test_the_later_word_holds(standing: SubscriberStatus) -> None:
    """Who left after she had asked is not brought back by a mail from before."""
    row = subscriber(2, status=standing, status_since=SINCE)
    assert plan_join(REQUEST, {row.id: row}, now=OPENED) == ConfirmationResult.OVERTAKEN
