"""Importing: who gets in, who is completed, who is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from convener.errors import BadInput, Conflict, Misconfigured
from convener.subscribers.identity import fingerprint, subscriber_id
from convener.subscribers.imports import BATCH, ImportReport, Outcome, import_subscribers
from convener.subscribers.models import Standing, Subscriber
from tests.support.fake_subscribers import FakeSubscribers

KEY = b"an identity key of thirty-two by"
NOW = datetime(2024, 4, 18, 17, 0, tzinfo=UTC)
ANNA = Subscriber(
    id=subscriber_id("anna@example.org", key=KEY),
    address="Anna@example.org",
    standing=Standing.CONFIRMED,
    confirmed_at=datetime(2023, 1, 1, tzinfo=UTC),
    source="the first list",
    version=3,
)


def load(text: str, store: FakeSubscribers) -> ImportReport:
    return import_subscribers(text.encode(), store=store, key=KEY, source=" sheet, May 2024 ", now=NOW)


def test_a_new_person_is_confirmed_with_source_and_date() -> None:
    """Consent comes with where it was given and when; without a date it is now."""
    store = FakeSubscribers()
    report = load(
        "email,first_name,zone,joined\nAnna@Example.org,Anna,Europe/London,2024-03-01\nben@bücher.example", store
    )
    ben = store.rows[subscriber_id("ben@xn--bcher-kva.example", key=KEY)]
    assert store.rows[ANNA.id] == Subscriber(
        id=ANNA.id,
        address="Anna@example.org",
        standing=Standing.CONFIRMED,
        confirmed_at=datetime(2024, 3, 1, tzinfo=UTC),
        first_name="Anna",
        zone="Europe/London",
        source="sheet, May 2024",
        version=1,
    )
    assert (ben.address, ben.confirmed_at) == ("ben@xn--bcher-kva.example", NOW)
    assert report.counts == {Outcome.NEW: 2}
    assert report.problems == ()
    assert report.refused == 0


def test_what_is_known_stays_and_what_is_empty_is_filled() -> None:
    """An import adds a missing name or zone and takes nothing from the person's own words."""
    line = "email,first_name,zone,joined\nANNA@example.org,Anna,Europe/London,2024-03-01"
    for known in (replace(ANNA, zone="Asia/Kolkata"), replace(ANNA, first_name="Annie")):
        store = FakeSubscribers([known])
        assert load(line, store).counts == {Outcome.UPDATED: 1}
        assert store.rows[ANNA.id] == replace(
            known, first_name=known.first_name or "Anna", zone=known.zone or "Europe/London", version=4
        )


def test_a_known_person_without_news_is_not_written() -> None:
    """Nothing to fill, nothing written."""
    store = FakeSubscribers([ANNA])
    assert load("anna@example.org", store).counts == {Outcome.UNCHANGED: 1}
    assert store.writes == 0


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.CONFIRMED])
def test_nobody_is_brought_back(standing: Standing) -> None:
    """Whoever left, bounced, complained, moved, was erased or never confirmed stays so, and the line is told."""
    row = replace(ANNA, standing=standing, standing_since=datetime(2024, 2, 1, tzinfo=UTC))
    store = FakeSubscribers([row])
    report = load("email,first_name\n\nANNA@example.org,Anna", store)
    [problem] = report.problems
    assert store.rows == {ANNA.id: row}
    assert store.writes == 0
    assert report.counts == {Outcome(standing): 1}
    assert report.refused == 1
    assert (problem.line, problem.address) == (3, "ANNA@example.org")
    assert problem.reason.startswith("This person ")
    assert "on 2024-02-01" in problem.reason


def test_a_date_of_leaving_that_is_not_known_is_not_made_up() -> None:
    """Rows without a date are told without one."""
    [problem] = load("anna@example.org", FakeSubscribers([replace(ANNA, standing=Standing.LEFT)])).problems
    assert problem.reason == "This person left, and only they can come back."


def test_of_a_duplicate_the_first_line_counts() -> None:
    """Case and Unicode form don't hide it, and both lines are named, also batches apart."""
    store = FakeSubscribers()
    others = "".join(f"p{n}@example.org,\n" for n in range(BATCH))
    report = load(f"email,first_name\nanna@example.org,Anna\n{others}ANNA@Example.org,Other\n", store)
    [problem] = report.problems
    assert store.rows[ANNA.id].first_name == "Anna"
    assert (problem.line, problem.outcome) == (BATCH + 3, Outcome.DUPLICATE)
    assert problem.reason == "The same address as on line 2, which counts."
    assert report.counts == {Outcome.NEW: BATCH + 1, Outcome.DUPLICATE: 1}
    assert report.refused == 0


def test_good_lines_go_in_and_bad_ones_are_told_by_line() -> None:
    """One bad line never takes the others along; the counts add up to the lines."""
    store = FakeSubscribers()
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
    told = [(problem.line, problem.outcome) for problem in report.problems]
    assert told == [
        (2, Outcome.NOTE),
        (3, Outcome.MALFORMED),
        (4, Outcome.MALFORMED),
        (5, Outcome.MALFORMED),
        (6, Outcome.MALFORMED),
    ]
    assert {row.address for row in store.rows.values()} == {"anna@example.org", "ben@example.org"}
    assert (report.lines, report.refused) == (6, 4)


def test_another_identity_key_stops_before_anything_is_written() -> None:
    """With a wrong key everybody would get a second row."""
    store = FakeSubscribers(fingerprint="0123456789abcdef")
    with pytest.raises(Misconfigured):
        load("anna@example.org", store)
    assert store.rows == {}


def test_a_file_that_cannot_be_read_leaves_no_trace() -> None:
    """Not even the fingerprint is written."""
    store = FakeSubscribers()
    with pytest.raises(BadInput):
        load("name\nAnna", store)
    assert store.kept_fingerprint is None
    load("anna@example.org", store)
    assert store.kept_fingerprint == fingerprint(KEY)


def test_consent_must_come_from_somewhere() -> None:
    """A blank source is no source."""
    with pytest.raises(BadInput, match="where these people gave their consent"):
        import_subscribers(b"anna@example.org", store=FakeSubscribers(), key=KEY, source=" ", now=NOW)


class Raced(FakeSubscribers):
    """A store in which the person leaves, or never rests, between our read and our write."""

    def __init__(self, row: Subscriber, *, leaves: bool) -> None:
        super().__init__([row] if leaves else [])
        self.leaves = leaves
        self.row = row

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """They leave first."""
        left = self.rows[subscriber.id]
        self.rows[subscriber.id] = replace(left, standing=Standing.LEFT, version=left.version + 1)
        super().update(subscriber, expected_version=expected_version)

    def add(self, subscriber: Subscriber) -> None:
        """There is always somebody faster."""
        raise Conflict(f"subscriber {subscriber.id} has a row already")


def test_who_leaves_meanwhile_has_left() -> None:
    """A refused condition is read again and decided again."""
    store = Raced(ANNA, leaves=True)
    report = load("email,first_name\nanna@example.org,Anna", store)
    assert store.rows[ANNA.id].standing is Standing.LEFT
    assert report.counts == {Outcome.LEFT: 1}


def test_a_row_that_never_rests_is_told() -> None:
    """After three tries the line is reported, not lost."""
    [problem] = load("anna@example.org", Raced(ANNA, leaves=False)).problems
    assert problem.outcome is Outcome.BUSY
    assert "Import the file again" in problem.reason


def test_progress_is_told_as_lines_of_the_file() -> None:
    """Once a batch, up to the last line."""
    heard: list[int] = []
    data = "".join(f"p{n}@example.org\n" for n in range(BATCH + 1)).encode()
    import_subscribers(data, store=FakeSubscribers(), key=KEY, source="x", now=NOW, progress=heard.append)
    assert heard == [BATCH, BATCH + 1]
