"""What the record of consent is for, in files that others read: all kinds are named, never nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from convener.consent_coverage import Coverage
from convener.mailing_types import COVERED_BY_DEFAULT
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.data_export import DataExport
from convener.subscribers.models import Subscriber, SubscriberStatus

NOW = datetime(2024, 4, 3, 11, tzinfo=UTC)
ALL = sorted(COVERED_BY_DEFAULT)
COVERAGE = Coverage({"2": frozenset({"invite", "recap"})})


def entry(what: ConsentEvent, *kinds: str, wording: str = "") -> ConsentEntry:
    return ConsentEntry(subscriber="a" * 32, at=NOW, what=what, by="page", wording=wording, kinds=frozenset(kinds))


@pytest.mark.parametrize("what", [ConsentEvent.JOINED, ConsentEvent.IMPORTED, ConsentEvent.CHOSE, ConsentEvent.MOVED])
def test_all_of_them_is_not_nothing(what: ConsentEvent) -> None:
    """An auditor who reads an empty field would take it for no consent."""
    assert sorted(entry(what).kinds_in_full(COVERAGE)) == ALL
    assert sorted(entry(what, wording="1").kinds_in_full(COVERAGE)) == ALL
    assert entry(what, "invite", wording="2").kinds_in_full(COVERAGE) == {"invite"}
    assert entry(what, wording="2").kinds_in_full(COVERAGE) == {"invite", "recap"}


@pytest.mark.parametrize("what", [ConsentEvent.LEFT, ConsentEvent.SAID_WHY, ConsentEvent.ERASED, ConsentEvent.UNDONE])
def test_what_is_about_no_kinds_names_none(what: ConsentEvent) -> None:
    """Leaving is for good, whatever somebody got."""
    assert entry(what).kinds_in_full(COVERAGE) == frozenset()


def test_her_file_names_them() -> None:
    """In what she takes along, hers and those of the record."""
    row = Subscriber(
        id="a" * 32, address="a@example.org", status=SubscriberStatus.CONFIRMED, confirmed_at=NOW, version=1
    )
    found = DataExport(row=row, earlier=(), entries=[entry(ConsentEvent.JOINED), entry(ConsentEvent.LEFT)]).as_json(
        coverage=COVERAGE, now=NOW
    )
    assert found["kinds"] == ALL
    assert [one["kinds"] for one in found["consent_record"]] == [ALL, []]
