"""Writing a page into the records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from convener.sessions.archive import ArchivePage
from convener.sessions.loading import LoadReport, load_sessions
from convener.sessions.series import Series, read_series
from tests.support.pages import BusyStore, MemoryStore, page

NOW = datetime(2031, 1, 1, tzinfo=UTC)
LATER = datetime(2031, 1, 2, tzinfo=UTC)
PAGE = "May 2031 – Hope\n\nText by Ana Silva.\n\nDownload the insights\n\nApril 2031 – Rest\n\nMore."


@pytest.fixture(scope="module")
def series() -> Series:
    """The series that ships."""
    return read_series(Path(__file__).parents[3] / "templates" / "series.toml")


def _load(text: str | ArchivePage, store: MemoryStore, series: Series, now: datetime = LATER) -> LoadReport:
    return load_sessions(page(text) if isinstance(text, str) else text, store=store, series=series, now=now)


def test_new_sessions(series: Series) -> None:
    """A new record has the series' start and length, version 1 and sequence 0."""
    store = MemoryStore()
    assert _load(PAGE, store, series, NOW).new == ["2031-04", "2031-05"]
    row = store.rows["2031-05"]
    assert (row.version, row.sequence, row.edited_at) == (1, 0, NOW)
    assert (row.start, row.length_minutes, row.title) == (series.start, series.length_minutes, "Hope")


def test_repeating_changes_nothing(series: Series) -> None:
    """The second run finds everything unchanged and saves nothing."""
    store = MemoryStore()
    _load(PAGE, store, series, NOW)
    store.saves.clear()
    report = _load(PAGE, store, series)
    assert (report.new, report.changed, report.unchanged) == ([], {}, ["2031-04", "2031-05"])
    assert store.saves == []


def test_changes_are_told(series: Series) -> None:
    """A change raises the version, is told from → to, and leaves calendars alone where they needn't know."""
    store = MemoryStore()
    _load(PAGE, store, series, NOW)
    report = _load(PAGE.replace("Hope", "Joy"), store, series)
    assert {key: [str(one) for one in value] for key, value in report.changed.items()} == {
        "2031-05": ["title: Hope → Joy"]
    }
    assert (store.rows["2031-05"].version, store.rows["2031-05"].sequence) == (2, 0)
    assert store.rows["2031-05"].edited_at == LATER


@pytest.mark.parametrize(
    ("old", "new"), [("May 2031", "22 May 2031"), ("Text by", "Join: https://a.example/j\n\nText by")]
)
def test_calendars_learn_of_a_new_day_or_link(series: Series, old: str, new: str) -> None:
    """Date and join link raise the sequence."""
    store = MemoryStore()
    _load(PAGE, store, series, NOW)
    _load(PAGE.replace(old, new), store, series)
    assert (store.rows["2031-05"].version, store.rows["2031-05"].sequence) == (2, 1)


def test_what_the_page_leaves_open_stays(series: Series) -> None:
    """A page that knows less wipes nothing, and the rule doesn't move a session back."""
    store = MemoryStore()
    full = "22 May 2031 – Hope\n\nAna Silva led us.\n\nInsights: https://a.example/i\n\nSlides: https://a.example/s"
    _load(full, store, series, NOW)
    before = store.rows["2031-05"]
    assert _load("May 2031", store, series).unchanged == ["2031-05"]
    assert store.rows["2031-05"] == before
    assert before.date == date(2031, 5, 22)


def test_the_same_day_twice_is_not_written(series: Series) -> None:
    """A second session on the day of the first would mail twice: it is reported instead."""
    store = MemoryStore()
    report = _load("May 2031 – One\n\nMay 2031 – Two", store, series)
    assert (report.new, list(report.troubles)) == (["2031-05"], ["2031-05b"])


def test_a_conflict_lets_the_others_go_on(series: Series) -> None:
    """Where somebody else wrote first, it is said, and the rest is written."""
    store = BusyStore()
    store.busy = "2031-04"
    report = _load(PAGE, store, series)
    assert (list(report.troubles), report.new) == (["2031-04"], ["2031-05"])


def test_a_skipped_month_is_told(series: Series) -> None:
    """A session in a month that the series skips is written with a warning."""
    (skipped, *_) = series.skipped
    month = date.fromisoformat(f"{skipped.month}-01")
    report = _load(f"{month:%B %Y} – Rest", MemoryStore(), series)
    assert skipped.reason in report.warnings[0]
