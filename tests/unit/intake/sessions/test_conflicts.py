"""Conflicts of two people, two versions of a file, and two copies of an event: nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from convener.errors import Conflict, Unavailable
from convener.intake.sessions.load_report import LoadReport
from convener.intake.sessions.loading import load_sessions
from convener.sessions.history import HistoryEntry, UploadMark
from convener.sessions.models import Session
from convener.sessions.session_updates import SessionUpdate
from tests.support.fakes import FakeSessions
from tests.support.people import series
from tests.support.session_updates import update, upload

NOON = datetime(2031, 5, 1, 11, tzinfo=UTC)  # 12:00 in London


class Racing(FakeSessions):
    """A store in which another writer acts between reading and writing, once for each listed action."""

    def __init__(self, *meanwhile: Callable[[FakeSessions], Any]) -> None:
        super().__init__()
        self.meanwhile = list(meanwhile)

    def commit(
        self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: UploadMark | None
    ) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)(self)
        super().commit(sessions, entry=entry, mark=mark)


def load(
    store: FakeSessions, *sessions: SessionUpdate, by: str = "anna", minutes: float = 0, mark: UploadMark | None = None
) -> LoadReport:
    now = NOON + timedelta(minutes=minutes)
    return load_sessions(upload(*sessions), store=store, series=series(), now=now, by=by, mark=mark)


def mark(sequencer: str, version_id: str = "v1") -> UploadMark:
    return UploadMark(key="inbox/may.yaml", sequencer=sequencer, version_id=version_id)


def test_the_second_of_two_writers_gets_a_fault() -> None:
    """The fault says which session somebody else changed and how; nothing is written."""
    store = Racing(lambda _: None, lambda other: load(other, update(title="Theirs"), by="ben", minutes=30))
    load(store, update(title="Hope"))
    report = load(store, update(title="Mine"), update("2031-06"), minutes=30)
    assert not report.written
    assert str(report.faults[0]) == (
        "Line 3: ben changed session 2031-05 at the same moment: title: Hope → Theirs. "
        "Look whether your file still says what you mean, and upload it again."
    )
    assert {name: row.title for name, row in store.rows.items()} == {"2031-05": "Theirs"}


def test_an_outdated_version_is_refused() -> None:
    """The report says who changed what since."""
    store = FakeSessions()
    load(store, update(title="Hope"))
    load(store, update(title="Joy"), by="ben", minutes=20)
    load(store, update(summary="Long."), by="cleo", minutes=40)
    report = load(store, update(title="Mine", version=1), minutes=60)
    assert report.faults[0].text == (
        "This file was made from version 1 of session 2031-05, which is at version 3. Since then "
        "ben changed title: Hope → Joy (1 May 2031, 12:20 UK time), "
        "cleo changed summary: nothing → Long. (1 May 2031, 12:40 UK time)."
    )
    assert "“version: 3”" in report.faults[0].mend
    assert store.rows["2031-05"].title == "Joy"
    assert load(store, update(title="Mine", version=3), minutes=60).written


def test_an_outdated_version_without_changes_is_no_fault() -> None:
    """So an exported file that was changed can be uploaded twice."""
    store = FakeSessions()
    load(store, update(title="Hope"))
    assert load(store, update(title="Joy", version=1), minutes=1).written
    assert [row.id for row in load(store, update(title="Joy", version=1), minutes=2).unchanged] == ["2031-05"]


def test_a_version_of_a_missing_session_is_refused() -> None:
    """The file means another session, or the session is gone."""
    assert "there is no such session" in load(FakeSessions(), update(version=3)).faults[0].text


def test_a_recent_change_by_another_person_is_not_overwritten() -> None:
    """The fault says what the other person changed, and both ways to go on; with the version the file is written."""
    store = FakeSessions()
    load(store, update(title="Hope"), by="ben", minutes=-60)
    load(store, update(title="Joy"), by="ben")
    report = load(store, update(title="Mine"), minutes=9)
    assert report.faults[0].text == (
        "ben changed session 2031-05 at 12:00 UK time (title: Hope → Joy), "
        "and this file would change title: Joy → Mine."
    )
    assert "“version: 2”" in report.faults[0].mend
    assert "after 12:10 UK time" in report.faults[0].mend
    assert store.rows["2031-05"].title == "Joy"
    assert load(store, update(title="Mine", version=2), minutes=9).written


@pytest.mark.parametrize(("by", "minutes"), [("ben", 1), ("anna", 10)], ids=["the same person", "ten minutes later"])
def test_a_change_by_the_same_person_or_later_is_written(by: str, minutes: float) -> None:
    """No version is needed then."""
    store = FakeSessions()
    load(store, update(title="Joy"), by="ben")
    assert load(store, update(title="Mine"), by=by, minutes=minutes).written


def test_an_older_version_of_a_file_that_comes_late_writes_nothing() -> None:
    """This holds also after a newer version that was refused: its mark is kept too."""
    store = FakeSessions()
    assert load(store, update(version=7), mark=mark("0B", "v2")).refused
    late = load(store, update(title="Old"), mark=mark("0A", "v1"))
    assert (late.late, late.written, store.rows) == (True, False, {})
    assert load(store, update(title="New"), mark=mark("0C", "v3")).written


def test_the_older_of_two_concurrent_versions_is_not_written() -> None:
    """This holds also if the older one was about to write when the newer one was written."""
    newer = mark("0B", "v2")
    store = Racing(lambda other: load(other, update(title="New"), mark=newer))
    assert load(store, update(title="Old"), mark=mark("0A", "v1")).late
    assert store.rows["2031-05"].title == "New"


def test_the_same_event_again_gives_the_same_report_and_no_change() -> None:
    """This holds also if somebody changed the session meanwhile."""
    store = FakeSessions()
    first = load(store, update(title="Hope"), mark=mark("0A"))
    load(store, update(title="Joy"), by="ben", minutes=60)
    before = dict(store.rows)
    assert load(store, update(title="Hope"), minutes=90, mark=mark("0A")) == first
    assert store.rows == before


def test_two_copies_of_an_event_at_the_same_moment_write_once() -> None:
    """The slower copy returns the report of the faster copy."""
    reports: list[LoadReport] = []
    store = Racing(lambda other: reports.append(load(other, update(title="Hope"), mark=mark("0A"))))
    assert load(store, update(title="Hope"), mark=mark("0A")) == reports[0]
    assert len(list(store.history())) == 1


def test_a_table_that_stays_busy_is_tried_again_later() -> None:
    """Conflicts without a change by anybody are retried a few times, then the message comes again."""
    store = FakeSessions()

    def refuse(*_: Any, **__: Any) -> None:
        raise Conflict("TransactionConflict")

    store.commit = refuse  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        load(store, update())


def test_a_new_session_in_the_month_of_a_moved_session_gives_a_warning() -> None:
    """The session is written, since two in a month may be meant; the report says how to mend it if not."""
    store = FakeSessions()
    load(store, update("2031-05", title="Hope"))
    load(store, update("2031-05", date=date(2031, 6, 5)))
    report = load(store, update("2031-06", title="Joy"))
    assert [row.id for row in report.new] == ["2031-06"]
    assert [note.text.partition(". ")[0] for note in report.warnings] == [
        "Session 2031-06 is new, though 2031-05 (5 June 2031) is in that month too"
    ]
    assert load(store, update("2031-06", title="Peace")).warnings == ()


def test_long_changes_by_others_are_shortened() -> None:
    """A whole summary would hide what to do."""
    store = FakeSessions()
    load(store, update(summary="word " * 3000), by="ben")
    load(store, update(summary="word " * 3000 + "end"), by="ben")
    [fault] = load(store, update(summary="Mine"), minutes=2).faults
    assert len(fault.text) < 800
