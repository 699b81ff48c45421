"""The example list that the project ships."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from convener.intake.subscribers.lines import LineOutcome
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import load

EXAMPLE = Path(__file__).parents[4] / "local/examples/subscribers.csv"
NOW = datetime(2024, 4, 1, tzinfo=UTC)


def test_forty_invented_people_in_six_zones() -> None:
    """All lines are imported without a problem, some without a name or zone, and no address can belong to a person."""
    store = FakeUnitOfWork()
    report = load(EXAMPLE.read_bytes(), store, now=NOW, roles=True)
    rows = list(store.rows.values())
    zones = Counter(row.zone for row in rows)
    assert report.counts == {LineOutcome.NEW: 40}
    assert report.problems == ()
    assert len(zones) - 1 == 6
    assert {"Europe/London", "Pacific/Auckland", "America/New_York", "Asia/Kolkata"} < set(zones)
    assert all(row.address.endswith((".example", "@example.org", "@example.com")) for row in rows)
    assert all(row.confirmed_at and row.confirmed_at < NOW for row in rows)
    assert sum(not row.first_name for row in rows) >= 3
    assert zones[""] >= 2
    assert sum("@xn--" in row.address for row in rows) == 1


def test_two_of_its_addresses_are_those_of_a_function() -> None:
    """Without the option for role addresses, a reception and a group of volunteers are left out."""
    report = load(EXAMPLE.read_bytes(), FakeUnitOfWork(), now=NOW)
    assert report.counts == {LineOutcome.NEW: 38, LineOutcome.ROLE: 2}
    assert [problem.address for problem in report.problems] == [
        "reception@surgery.example",
        "volunteers@library.example",
    ]
