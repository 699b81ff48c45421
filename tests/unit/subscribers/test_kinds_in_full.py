"""What the record of consent is for, in files that others read: all kinds are named, never nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from convener.mailing_types import mailing_types
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.data_export import DataExport
from convener.subscribers.models import Subscriber, SubscriberStatus

NOW = datetime(2024, 4, 3, 11, tzinfo=UTC)
ALL = sorted(kind.name for kind in mailing_types())


def entry(what: ConsentEvent, *kinds: str) -> ConsentEntry:
    return ConsentEntry(subscriber="a" * 32, at=NOW, what=what, by="page", kinds=frozenset(kinds))


@pytest.mark.parametrize("what", [ConsentEvent.JOINED, ConsentEvent.IMPORTED, ConsentEvent.CHOSE, ConsentEvent.MOVED])
def test_all_of_them_is_not_nothing(what: ConsentEvent) -> None:
    """An auditor who reads an empty field would take it for no consent."""
    assert sorted(entry(what).kinds_in_full) == ALL
    assert entry(what, "invite").kinds_in_full == {"invite"}


@pytest.mark.parametrize("what", [ConsentEvent.LEFT, ConsentEvent.SAID_WHY, ConsentEvent.ERASED, ConsentEvent.UNDONE])
def test_what_is_about_no_kinds_names_none(what: ConsentEvent) -> None:
    """Leaving is for good, whatever somebody got."""
    assert entry(what).kinds_in_full == frozenset()


def test_her_file_names_them() -> None:
    """In what she takes along, hers and those of the record."""
    row = Subscriber(
        id="a" * 32, address="a@example.org", status=SubscriberStatus.CONFIRMED, confirmed_at=NOW, version=1
    )
    found = DataExport(row=row, earlier=(), entries=[entry(ConsentEvent.JOINED), entry(ConsentEvent.LEFT)]).as_json(
        now=NOW
    )
    assert found["kinds"] == ALL
    assert [one["kinds"] for one in found["consent_record"]] == [ALL, []]
