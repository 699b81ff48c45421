"""Importing: people who are added, rows that are completed, and people who are left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from convener.errors import BadInput, Misconfigured
from convener.intake.subscribers.lines import LineOutcome
from convener.intake.subscribers.sorting import GROUP_LINES
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import fingerprint, subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, NOW, dry_run, import_request, load

ANNA = Subscriber(
    id=subscriber_id("anna@example.org", key=KEY),
    address="Anna@example.org",
    status=SubscriberStatus.CONFIRMED,
    confirmed_at=datetime(2023, 1, 1, tzinfo=UTC),
    source="the first list",
    version=3,
)


def test_a_new_person_is_confirmed_with_source_and_date() -> None:
    """The row has where and when the person gave their consent; without a date it is now."""
    store = FakeUnitOfWork()
    report = load(
        "email,first_name,zone,joined\nAnna@Example.org,Anna,Europe/London,2024-03-01\nben@bücher.example", store
    )
    ben = store.rows[subscriber_id("ben@xn--bcher-kva.example", key=KEY)]
    assert store.rows[ANNA.id] == Subscriber(
        id=ANNA.id,
        address="Anna@example.org",
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=datetime(2024, 3, 1, tzinfo=UTC),
        first_name="Anna",
        zone="Europe/London",
        source="sheet, May 2024",
        imported_at=NOW,
        batch="first",
        version=1,
    )
    assert (ben.address, ben.confirmed_at) == ("ben@xn--bcher-kva.example", NOW)
    assert report.counts == {LineOutcome.NEW: 2}
    assert report.problems == ()
    assert report.refused == 0


def test_known_values_stay_and_empty_values_are_filled() -> None:
    """An import adds a missing name or zone, and never replaces what the person wrote."""
    line = "email,first_name,zone,joined\nANNA@example.org,Anna,Europe/London,2024-03-01"
    for known in (replace(ANNA, zone="Asia/Kolkata"), replace(ANNA, first_name="Annie")):
        store = FakeUnitOfWork([known])
        assert load(line, store).counts == {LineOutcome.KNOWN: 1}
        assert store.rows[ANNA.id] == replace(
            known, first_name=known.first_name or "Anna", zone=known.zone or "Europe/London", version=4
        )


def test_a_known_person_without_news_is_not_written() -> None:
    """Without an empty field to fill, nothing is written."""
    store = FakeUnitOfWork([ANNA])
    assert load("anna@example.org", store).counts == {LineOutcome.KNOWN: 1}
    assert store.writes == 0


@pytest.mark.parametrize(
    "standing", [standing for standing in SubscriberStatus if standing is not SubscriberStatus.CONFIRMED]
)
def test_nobody_is_brought_back(standing: SubscriberStatus) -> None:
    """A person who left, bounced, complained, moved, was erased or never confirmed stays so, and the line is named."""
    row = replace(ANNA, status=standing, status_since=datetime(2024, 2, 1, tzinfo=UTC))
    store = FakeUnitOfWork([row])
    report = load("email,first_name\n\nANNA@example.org,Anna", store)
    [problem] = report.problems
    assert store.rows == {ANNA.id: row}
    assert store.writes == 0
    assert report.counts == {LineOutcome(standing): 1}
    assert report.refused == 1
    assert (problem.line, problem.address) == (3, "ANNA@example.org")
    assert problem.reason.startswith("This person ")
    assert "on 2024-02-01" in problem.reason


def test_a_date_of_leaving_that_is_not_known_is_not_made_up() -> None:
    """The reason for a row without a date has no date."""
    [problem] = load("anna@example.org", FakeUnitOfWork([replace(ANNA, status=SubscriberStatus.LEFT)])).problems
    assert problem.reason == "This person left, and only they can come back."


def test_of_a_duplicate_the_first_line_counts() -> None:
    """Case and Unicode form make no difference, and both lines are named, also if they are far apart."""
    store = FakeUnitOfWork()
    others = "".join(f"p{n}@example.org,\n" for n in range(GROUP_LINES))
    report = load(f"email,first_name\nanna@example.org,Anna\n{others}ANNA@Example.org,Other\n", store)
    [problem] = report.problems
    assert store.rows[ANNA.id].first_name == "Anna"
    assert (problem.line, problem.outcome) == (GROUP_LINES + 3, LineOutcome.DUPLICATE)
    assert problem.reason == "The same address as on line 2, which counts."
    assert report.counts == {LineOutcome.NEW: GROUP_LINES + 1, LineOutcome.DUPLICATE: 1}
    assert report.refused == 0


def test_good_lines_are_imported_and_bad_lines_are_named() -> None:
    """A bad line does not affect the others; the counts add up to the lines."""
    store = FakeUnitOfWork()
    report = load(
        "email,zone,joined\n"
        "anna@example.org,Mars/Base,\n"
        "jürgen@example.org,,\n"
        "ben@example.org,,04/05/2024\n"
        ",Europe/London,\n"
        "carl@example.org,,2030-01-01\n"
        "ben@example.org,,2024-04-01\n",
        store,
    )
    outcomes = [(problem.line, problem.outcome) for problem in report.problems]
    assert outcomes == [
        (2, LineOutcome.NOTE),
        (3, LineOutcome.MALFORMED),
        (4, LineOutcome.NOTE),
        (5, LineOutcome.MALFORMED),
        (6, LineOutcome.NOTE),
        (7, LineOutcome.DUPLICATE),
    ]
    joined = {row.address: row.confirmed_at for row in store.rows.values()}
    assert joined == {"anna@example.org": NOW, "ben@example.org": NOW, "carl@example.org": NOW}
    assert (report.lines, report.refused) == (6, 2)


def test_another_identity_key_stops_before_anything_is_written() -> None:
    """With a wrong key everybody would get a second row."""
    store = FakeUnitOfWork(fingerprint="0123456789abcdef")
    with pytest.raises(Misconfigured):
        load("anna@example.org", store)
    assert store.rows == {}


def test_a_file_that_cannot_be_read_leaves_no_trace() -> None:
    """Not even the fingerprint is written."""
    store = FakeUnitOfWork()
    with pytest.raises(BadInput):
        load("name\nAnna", store)
    assert store.kept_fingerprint is None
    load("anna@example.org", store)
    assert store.kept_fingerprint == fingerprint(KEY)


def test_a_source_of_consent_is_required() -> None:
    """A blank source is no source."""
    with pytest.raises(BadInput, match="where these people gave their consent"):
        import_request(source=" ")


def test_consent_is_written_down_with_each_new_person() -> None:
    """The entry is written with the row: the source in the words of the operator and of the list."""
    store = FakeUnitOfWork([replace(ANNA, first_name="Anna")])
    load("email,joined,source\nanna@example.org,,\nben@example.org,2024-03-01,stall", store)
    [entry] = store.consents.entries
    assert entry.subscriber == subscriber_id("ben@example.org", key=KEY)
    assert (entry.what, entry.by, entry.at) == (ConsentEvent.IMPORTED, "import", NOW)
    assert entry.note == "sheet, May 2024 (people.csv); joined 2024-03-01; the list says: stall"


def test_sorting_writes_nothing_and_says_the_same() -> None:
    """A dry run counts what the import would count, and leaves no trace."""
    text = "email,first_name\nanna@example.org,Anna\nben@example.org,\nBEN@example.org,\ninfo@example.org,\nx,\n"
    store = FakeUnitOfWork([ANNA])
    found = dry_run(text, store)
    assert (store.rows, store.consents.entries, store.imports.records, store.kept_fingerprint) == (
        {ANNA.id: ANNA}, [], {}, None
    )  # fmt: skip
    assert found.counts == load(text, store).counts
    assert found.fillable == 1


def test_the_address_of_a_function_is_left_out_unless_asked_for() -> None:
    """Consent is a person's; an address that is on the list already counts as known."""
    text = "info@example.org\nVolunteers+north@example.org\nimogen@example.org\n"
    store = FakeUnitOfWork()
    report = load(text, store)
    assert report.counts == {LineOutcome.NEW: 1, LineOutcome.ROLE: 2}
    assert load(text, store, roles=True).counts == {LineOutcome.NEW: 2, LineOutcome.KNOWN: 1}
    assert load(text, store).counts == {LineOutcome.KNOWN: 3}
