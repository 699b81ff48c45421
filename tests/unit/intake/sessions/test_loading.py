"""Writing what a file tells into the records."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.intake.sessions.load_report import LoadReport
from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from convener.sessions.models import Material, Presentation
from convener.sessions.session_updates import Fault, SessionUpdate, Upload
from tests.support.fakes import FakeSessions
from tests.support.people import material, series, session
from tests.support.session_updates import many, told, upload

NOW = datetime(2031, 1, 1, 9, tzinfo=UTC)
LATER = datetime(2031, 1, 2, 9, tzinfo=UTC)
SERIES = series()


def load(store: FakeSessions, *sessions: SessionUpdate, now: datetime = NOW, by: str = "anna") -> LoadReport:
    return load_sessions(upload(*sessions), store=store, series=series(), now=now, by=by)


def changes(report: LoadReport) -> dict[str, list[str]]:
    return {row.id: [str(change) for change in row.changes] for row in report.changed}


def test_a_new_session_has_what_the_file_leaves_open_from_the_series() -> None:
    """Start, length and the third Thursday; version 1, sequence 0, and who wrote it when."""
    store = FakeSessions()
    report = load(store, told(title="Hope"))
    (row,) = store.all()
    assert (row.date, row.date_source, row.start, row.length_minutes) == (date(2031, 5, 15), "rule", time(18), 90)
    assert (row.version, row.sequence, row.edited_at, row.edited_by) == (1, 0, NOW, "anna")
    assert (report.written, [one.id for one in report.new], report.faults) == (True, ["2031-05"], ())


def test_what_is_told_counts_and_the_month_follows_the_date() -> None:
    """Date, time and length from the file; a session that moves keeps its id."""
    store = FakeSessions()
    load(store, told(date=date(2031, 6, 3), start=time(9, 30), length_minutes=45))
    (row,) = store.all()
    assert (row.id, row.month, row.date, row.date_source) == ("2031-05", "2031-06", date(2031, 6, 3), "given")
    assert (row.start, row.length_minutes) == (time(9, 30), 45)


def test_the_same_file_again_changes_nothing() -> None:
    """Everything is unchanged, no version rises and the history stays as it is."""
    store, file = FakeSessions(), [told(title="Hope"), told("2031-06", date=date(2031, 6, 3))]
    load(store, *file)
    before = list(store.all()), list(store.history())
    report = load(store, *file, now=LATER, by="ben")
    assert ([row.id for row in report.unchanged], report.written) == (["2031-05", "2031-06"], False)
    assert (list(store.all()), list(store.history())) == before


@pytest.mark.parametrize(
    ("values", "sequence"),
    [
        ({"title": "Joy"}, 0),
        ({"status": "cancelled"}, 1),
        ({"date": date(2031, 5, 22)}, 1),
        ({"start": time(19)}, 1),
        ({"length_minutes": 60}, 1),
        ({"join_url": "https://a.example/j"}, 1),
    ],
)
def test_calendars_learn_of_what_they_show_and_of_nothing_else(values: dict[str, Any], sequence: int) -> None:
    """Any change raises the version, and those of date, time, length and link the sequence too."""
    store = FakeSessions()
    load(store, told(title="Hope"))
    report = load(store, told(**values), now=LATER)
    (row,) = store.all()
    assert (row.version, row.sequence, row.edited_at, row.title) == (2, sequence, LATER, values.get("title", "Hope"))
    assert [row.version for row in report.changed] == [2]


def test_changes_are_told_from_and_to() -> None:
    """In words, with what somebody is and where a thing lies."""
    store = FakeSessions()
    load(store, told(title="Hope", speakers=({"name": "Ana Lima"},)))
    report = load(store, told(speakers=({"name": "Ana Lima", "role": "Nurse"},), recording=material("r"), title=None))
    assert changes(report) == {
        "2031-05": [
            "title: Hope → nothing",
            "speakers: Ana Lima → Ana Lima (Nurse)",
            "recording: nothing → https://files.example/r",
        ]
    }


def test_an_archive_page_adds_and_wipes_nothing() -> None:
    """What is announced keeps its address, presentations join by address, and the rule doesn't move a given day."""
    one, two = (Presentation(title=name, url=f"https://a.example/{name}") for name in ("one", "two"))
    store = FakeSessions()
    load(store, told(date=date(2031, 5, 22), insights=material("i"), presentations=(one,)))
    page = told(adds=True, insights=Material(announced=True), presentations=(two,), title="Hope")
    load(store, page, now=LATER)
    (row,) = store.all()
    assert (row.date, row.insights, row.presentations) == (date(2031, 5, 22), material("i"), (one, two))


def test_other_files_say_what_a_material_is_now() -> None:
    """A list takes the place of the known one, and what is taken away is gone."""
    store = FakeSessions([session(id="2031-05", month="2031-05", insights=material("i"))])
    load(store, told(insights=Material()))
    assert store.rows["2031-05"].insights == Material()


def test_one_fault_keeps_the_whole_file_out() -> None:
    """Nothing is written, and the report still says what each session would be."""
    store = FakeSessions([session(id="2031-04", month="2031-04")])
    fault = Fault(text="A date is wrong.", mend="Mend it.")
    file = Upload(name="x", sessions=(told(), told("2031-04", title="New")), faults=(fault,))
    report = load_sessions(file, store=store, series=series(), now=NOW, by="anna")
    assert (report.written, report.refused, report.faults) == (False, True, (fault,))
    assert ([row.id for row in report.new], [row.version for row in report.changed]) == (["2031-05"], [1])
    assert (len(store.rows), list(store.history())) == (1, [])


def test_two_sessions_on_one_day_are_refused() -> None:
    """Also where the other one is a record that the file doesn't name; a cancelled one is no trouble."""
    store = FakeSessions([session(id="2031-04", month="2031-04", date=date(2031, 5, 15))])
    report = load(store, told())
    assert "15 May 2031, the same day as 2031-04" in report.faults[0].text
    assert not load(store, told(status="cancelled")).refused
    assert load(FakeSessions(), told(), told("2031-05b", date=date(2031, 5, 15))).refused


def test_a_month_without_a_day_by_the_rule_wants_a_date() -> None:
    """It is said in words, for its session."""
    fifth = series(rule="FREQ=MONTHLY;BYDAY=5TH")
    report = load_sessions(upload(told("2031-02")), store=FakeSessions(), series=fifth, now=NOW, by="anna")
    assert "has no day in 2031-02" in report.faults[0].text


def test_a_record_that_cant_be_read_is_not_written_over() -> None:
    """It is named, and nothing is written."""
    store = FakeSessions()
    store.unreadable = {"2031-05": "its record can't be read: title"}
    assert "Session 2031-05 is there, but its record can't be read: title." in load(store, told()).faults[0].text


def test_what_does_not_fit_into_one_transaction_is_refused() -> None:
    """More than 90 sessions, one session over 380 KB, or more than 3.5 MB together: split the file."""
    assert "91 sessions" in load(FakeSessions(), *(told(one.id) for one in many(91))).faults[0].text
    assert "too long to be kept" in load(FakeSessions(), told(summary="x" * 390_000)).faults[0].text
    large = [told(one.id, summary="x" * 45_000) for one in many(90)]
    assert "Split the file" in load(FakeSessions(), *large).faults[0].mend
    assert "twice" in load(FakeSessions(), told(), told()).faults[0].text


@given(st.binary(max_size=300), st.sampled_from(["x.yaml", "x.json", "x.csv", "x.txt", "x.md", "x.xlsx"]))
@settings(max_examples=50, deadline=None)
def test_no_file_whatever_its_bytes_writes_anything_with_a_fault(data: bytes, name: str) -> None:
    """Damaged files end in a report."""
    store = FakeSessions()
    report = load_sessions(read_upload(data, name=name, series=SERIES), store=store, series=SERIES, now=NOW, by="anna")
    assert report.written == bool(store.rows)
    assert not (report.refused and store.rows)
