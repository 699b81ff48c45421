"""What the register promises, the fake one and DynamoDB's: all of a Saving is written, or nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.errors import Conflict
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Calendar, SubscriberStatus
from convener.subscribers.unit_of_work import MAX_WRITES, RowChange, Transaction, UsedLink
from tests.support.people import LONG_AGO, OPENED, subscriber

ROW, OTHER = subscriber(1), subscriber(2)
ENTRY = ConsentEntry(subscriber=ROW.id, at=OPENED, what=ConsentEvent.JOINED, by="page", wording="2026-11", mark="m1")
REQUEST = ConfirmationRequest(
    id="d" * 32, wish=RequestType.JOIN, subscriber=ROW.id, address=ROW.address, asked_at=OPENED
)
USED = UsedLink(nonce="n" * 16, action="erase", until=OPENED + timedelta(minutes=30))
LATER = OPENED + timedelta(hours=1)
JOINING = Transaction(
    changes=[RowChange(row=ROW, expected=None)],
    consents=[ENTRY],
    done=REQUEST.id,
    at=LATER,
    used=USED,
)


def everything(parts: Any) -> Any:
    """What a Saving could have changed."""
    rows = dict(parts.subscribers.get(ids=[ROW.id, OTHER.id]))
    used = parts.requests.used(USED.nonce, USED.action)
    return rows, list(parts.consents.all()), parts.requests.find(REQUEST.id), used


def test_all_of_a_saving_is_written(parts: Any) -> None:
    """The row, the entry, the moment on the request and the link's mark."""
    parts.requests.keep(REQUEST)
    parts.subscribers.commit(JOINING)
    assert everything(parts) == ({ROW.id: ROW}, [ENTRY], replace(REQUEST, done_at=LATER), True)


def test_every_field_of_a_row_comes_back(parts: Any) -> None:
    """A new row and the one that moved to it, in one Saving."""
    rich = subscriber(
        1,
        wording="2",
        kinds=frozenset({"recap", "follow-up"}),
        calendar=Calendar.LINK,
        text_only=True,
        paused_until=OPENED + timedelta(days=30, microseconds=1),
        source="the form at kindness.example",
        imported_at=OPENED + timedelta(microseconds=3),
        batch="b1",
        status_since=LONG_AGO,
        moved_from=(OTHER.id, subscriber(3).id),
        moved_at=datetime(2024, 5, 1, 12, 30, tzinfo=UTC),
        earlier=((LONG_AGO, OPENED), (OPENED + timedelta(days=2), OPENED + timedelta(days=3, microseconds=1))),
    )
    old = replace(OTHER, address="", first_name="", zone="", status=SubscriberStatus.MOVED, moved_to=rich.id, version=2)
    empty = [one.name for one in fields(rich) if all(getattr(row, one.name) == one.default for row in (rich, old))]
    assert empty == [], "a field of which nobody would notice that it doesn't come back"
    parts.subscribers.add(OTHER)
    parts.subscribers.commit(Transaction(changes=[RowChange(row=rich, expected=None), RowChange(row=old, expected=1)]))
    assert parts.subscribers.get(ids=[rich.id, old.id]) == {rich.id: rich, old.id: old}


@pytest.mark.parametrize("again", [ROW, replace(ROW, version=3)], ids=["a new one", "a later one"])
def test_a_row_is_written_only_over_the_version_that_was_read(parts: Any, again: Any) -> None:
    """Somebody else's change is never overwritten, and nothing else of the Saving is left behind."""
    left = replace(ROW, status=SubscriberStatus.LEFT, version=2)
    parts.requests.keep(REQUEST)
    parts.subscribers.add(ROW)
    parts.subscribers.commit(Transaction(changes=[RowChange(row=left, expected=1)]))
    before = everything(parts)
    expected = None if again.version == 1 else 1
    for version in (expected, 5):
        change = RowChange(row=replace(again, version=(version or 0) + 1), expected=version)
        with pytest.raises(Conflict):
            parts.subscribers.commit(replace(JOINING, changes=[RowChange(row=OTHER, expected=None), change]))
    assert everything(parts) == before


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda _: None, id="the request is gone"),
        pytest.param(lambda parts: parts.requests.keep(replace(REQUEST, done_at=OPENED)), id="it is done already"),
        pytest.param(lambda parts: (parts.requests.keep(REQUEST), parts.requests.use(USED)), id="the link is used up"),
        pytest.param(
            lambda parts: (parts.requests.keep(REQUEST), parts.subscribers.commit(Transaction(consents=[ENTRY]))),
            id="the entry is there already",
        ),
    ],
)
def test_where_one_condition_does_not_hold_nothing_is_written(parts: Any, spoilt: Any) -> None:
    """Neither row nor entry nor mark."""
    spoilt(parts)
    before = everything(parts)
    with pytest.raises(Conflict):
        parts.subscribers.commit(JOINING)
    assert everything(parts) == before


def test_a_request_is_done_once(parts: Any) -> None:
    """Pressing twice writes once; that its mail has left is kept beside it."""
    parts.requests.keep(REQUEST)
    parts.subscribers.commit(Transaction(consents=[ENTRY], done=REQUEST.id, at=OPENED))
    with pytest.raises(Conflict):
        parts.subscribers.commit(Transaction(consents=[replace(ENTRY, mark="m2")], done=REQUEST.id, at=LONG_AGO))
    parts.requests.answered(REQUEST.id)
    assert parts.requests.find(REQUEST.id) == replace(REQUEST, done_at=OPENED, answered=True)
    assert parts.consents.of(ROW.id) == [ENTRY]


def test_as_many_writes_as_a_saving_may_hold_fit_into_it(parts: Any) -> None:
    """With a request and a link's mark beside them."""
    rows = [subscriber(number) for number in range(1, MAX_WRITES)]
    parts.requests.keep(REQUEST)
    parts.subscribers.commit(replace(JOINING, changes=[RowChange(row=row, expected=None) for row in rows]))
    assert parts.subscribers.get(ids=[row.id for row in rows]) == {row.id: row for row in rows}
    assert parts.consents.of(ROW.id) == [ENTRY]


TWICE = [RowChange(row=ROW, expected=None), RowChange(row=replace(ROW, version=2), expected=1)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"changes": [], "consents": []}, "from 1 to 25"),
        (
            {"changes": [RowChange(row=subscriber(number), expected=None) for number in range(MAX_WRITES)]},
            "from 1 to 25",
        ),
        ({"changes": TWICE}, "a row once"),
        ({"changes": [RowChange(row=replace(ROW, version=3), expected=1)]}, "its next version"),
        ({"consents": [ENTRY, replace(ENTRY, what=ConsentEvent.LEFT)]}, "one mark"),
        ({"at": None}, "some moment"),
        ({"removals": [ROW]}, "a row once"),
        ({"changes": [], "consents": [], "removals": [ROW]}, "together with an entry"),
    ],
)
def test_what_is_no_saving_is_a_mistake_of_ours(wrong: Any, told: str) -> None:
    """It is told where it is made, long before DynamoDB would."""
    with pytest.raises(ValueError, match=told):
        replace(JOINING, **wrong)
