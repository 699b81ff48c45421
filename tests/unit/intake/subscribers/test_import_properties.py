"""Properties of every import."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.subscribers.lines import LineOutcome
from convener.subscribers.models import SubscriberStatus
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import NOW, dry_run, load

CELLS = st.sampled_from(
    [
        "",
        "anna@example.org",
        "ANNA@example.org",
        "ben@x.test",
        '"',
        '"a\nb"',
        "Zoë",
        "Europe/London",
        "2024-01-01",
        "a,b",
    ]
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=12)
TABLES = LINES.map(lambda lines: "\n".join(["email,first_name,zone,joined", *lines]))
BYTES = (
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | TABLES.map(str.encode)
    | TABLES.map(lambda text: text.encode("utf-16"))
    | st.builds(
        lambda text, noise, at: text[: at % 99] + noise + text[at % 99 :],
        TABLES.map(str.encode),
        st.binary(max_size=9),
        st.integers(0),
    )
)


@given(BYTES)
def test_any_bytes_are_a_list_or_are_refused(data: bytes) -> None:
    """No file raises anything but BadInput, and every row that is read is sound."""
    store = FakeUnitOfWork()
    try:
        report = load(data, store)
    except BadInput:
        assert store.rows == {}
        return
    assert report.counts.get(LineOutcome.NEW, 0) == len(store.rows) == store.writes
    for row in store.rows.values():
        assert row.status is SubscriberStatus.CONFIRMED
        assert row.confirmed_at is not None
        assert row.confirmed_at <= NOW
        assert row.address.isascii()
        assert row.address.isprintable()


@given(TABLES)
def test_a_second_import_changes_nothing(text: str) -> None:
    """Running an import twice has the effect of running it once: nobody is new, nothing is written."""
    store = FakeUnitOfWork()
    try:
        first = load(text.encode(), store)
    except BadInput:
        return
    rows, writes = dict(store.rows), store.writes
    second = load(text.encode(), store)
    assert (store.rows, store.writes) == (rows, writes)
    assert second.counts.get(LineOutcome.KNOWN, 0) == first.counts.get(LineOutcome.NEW, 0)
    assert second.problems == first.problems


@given(TABLES)
def test_a_dry_run_says_what_happens(text: str) -> None:
    """The counts and the words are those of the import, and nothing is written."""
    store = FakeUnitOfWork()
    try:
        found = dry_run(text, store)
    except BadInput:
        return
    assert (store.writes, store.imports.records) == (0, {})
    done = load(text, store)
    assert (found.counts, found.problems, found.fillable) == (done.counts, done.problems, done.fillable)


@settings(deadline=None)
@given(LINES)
def test_no_line_is_lost(lines: list[str]) -> None:
    """Each filled line is counted, and each line that was not imported is named."""
    whole = [line for line in lines if '"' not in line]
    filled = [line for line in whole if line.strip(",")]
    if not filled:
        return
    data = "\n".join(["email,first_name,zone,joined", *whole]).encode()
    report = load(data, FakeUnitOfWork())
    assert report.lines == len(filled)
    went_in = report.counts.get(LineOutcome.NEW, 0)
    assert went_in + len([p for p in report.problems if p.outcome is not LineOutcome.NOTE]) == len(filled)
