"""Writing the updates of a file into the records."""

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
from tests.support.session_updates import many, update, upload

NOW = datetime(2031, 1, 1, 9, tzinfo=UTC)
LATER = datetime(2031, 1, 2, 9, tzinfo=UTC)
SERIES = series()


def load(store: FakeSessions, *sessions: SessionUpdate, now: datetime = NOW, by: str = "anna") -> LoadReport:
    return load_sessions(upload(*sessions), store=store, series=series(), now=now, by=by)


def changes(report: LoadReport) -> dict[str, list[str]]:
    return {row.id: [str(change) for change in row.changes] for row in report.changed}


def test_a_new_session_takes_missing_values_from_the_series() -> None:
    """Start, length and the third Thursday; version 1, sequence 0, and the person and the moment."""
    store = FakeSessions()
    report = load(store, update(title="Hope"))
    (row,) = store.all()
    assert (row.date, row.date_source, row.start, row.length_minutes) == (date(2031, 5, 15), "rule", time(18), 90)
    assert (row.version, row.sequence, row.edited_at, row.edited_by) == (1, 0, NOW, "anna")
    assert (report.written, [one.id for one in report.new], report.faults) == (True, ["2031-05"], ())


def test_given_values_count_and_the_month_follows_the_date() -> None:
    """Date, time and length are those of the file; a session that moves keeps its id."""
    store = FakeSessions()
    load(store, update(date=date(2031, 6, 3), start=time(9, 30), length_minutes=45))
    (row,) = store.all()
    assert (row.id, row.month, row.date, row.date_source) == ("2031-05", "2031-06", date(2031, 6, 3), "given")
    assert (row.start, row.length_minutes) == (time(9, 30), 45)


def test_the_same_file_again_changes_nothing() -> None:
    """All sessions are unchanged, no version rises, and the history stays as it is."""
    store, file = FakeSessions(), [update(title="Hope"), update("2031-06", date=date(2031, 6, 3))]
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
def test_the_sequence_rises_only_for_what_calendars_show(values: dict[str, Any], sequence: int) -> None:
    """Every change raises the version; only date, time, length and link raise the sequence."""
    store = FakeSessions()
    load(store, update(title="Hope"))
    report = load(store, update(**values), now=LATER)
    (row,) = store.all()
    assert (row.version, row.sequence, row.edited_at, row.title) == (2, sequence, LATER, values.get("title", "Hope"))
    assert [row.version for row in report.changed] == [2]


def test_changes_name_the_old_and_the_new_value() -> None:
    """Values are in words, with roles of people and addresses of materials."""
    store = FakeSessions()
    load(store, update(title="Hope", speakers=({"name": "Ana Lima"},)))
    report = load(store, update(speakers=({"name": "Ana Lima", "role": "Nurse"},), recording=material("r"), title=None))
    assert changes(report) == {
        "2031-05": [
            "title: Hope → nothing",
            "speakers: Ana Lima → Ana Lima (Nurse)",
            "recording: nothing → https://files.example/r",
        ]
    }


def test_an_archive_page_only_adds() -> None:
    """Announced material keeps its address, presentations join by address, and the rule does not move a given day."""
    one, two = (Presentation(title=name, url=f"https://a.example/{name}") for name in ("one", "two"))
    store = FakeSessions()
    load(store, update(date=date(2031, 5, 22), insights=material("i"), presentations=(one,)))
    page = update(adds=True, insights=Material(announced=True), presentations=(two,), title="Hope")
    load(store, page, now=LATER)
    (row,) = store.all()
    assert (row.date, row.insights, row.presentations) == (date(2031, 5, 22), material("i"), (one, two))


def test_other_files_replace_material() -> None:
    """A list replaces the stored list, and removed material is gone."""
    store = FakeSessions([session(id="2031-05", month="2031-05", insights=material("i"))])
    load(store, update(insights=Material()))
    assert store.rows["2031-05"].insights == Material()


def test_one_fault_keeps_the_whole_file_out() -> None:
    """Nothing is written, and the report still says what each session would be."""
    store = FakeSessions([session(id="2031-04", month="2031-04")])
    fault = Fault(text="A date is wrong.", mend="Mend it.")
    file = Upload(name="x", sessions=(update(), update("2031-04", title="New")), faults=(fault,))
    report = load_sessions(file, store=store, series=series(), now=NOW, by="anna")
    assert (report.written, report.refused, report.faults) == (False, True, (fault,))
    assert ([row.id for row in report.new], [row.version for row in report.changed]) == (["2031-05"], [1])
    assert (len(store.rows), list(store.history())) == (1, [])


def test_two_sessions_on_one_day_are_refused() -> None:
    """This holds also where the other session is not in the file; a cancelled session is no conflict."""
    store = FakeSessions([session(id="2031-04", month="2031-04", date=date(2031, 5, 15))])
    report = load(store, update())
    assert "15 May 2031, the same day as 2031-04" in report.faults[0].text
    assert not load(store, update(status="cancelled")).refused
    assert load(FakeSessions(), update(), update("2031-05b", date=date(2031, 5, 15))).refused


def test_a_month_without_a_day_by_the_rule_needs_a_date() -> None:
    """The fault says so in words, at its session."""
    fifth = series(rule="FREQ=MONTHLY;BYDAY=5TH")
    report = load_sessions(upload(update("2031-02")), store=FakeSessions(), series=fifth, now=NOW, by="anna")
    assert "has no day in 2031-02" in report.faults[0].text


def test_an_unreadable_record_is_not_overwritten() -> None:
    """The fault names the record, and nothing is written."""
    store = FakeSessions()
    store.unreadable = {"2031-05": "its record can't be read: title"}
    assert "Session 2031-05 is there, but its record can't be read: title." in load(store, update()).faults[0].text


def test_what_does_not_fit_into_one_transaction_is_refused() -> None:
    """More than 90 sessions, a session over 380 KB, or more than 3.5 MB together must be split."""
    assert "91 sessions" in load(FakeSessions(), *(update(one.id) for one in many(91))).faults[0].text
    assert "too long to be kept" in load(FakeSessions(), update(summary="x" * 390_000)).faults[0].text
    large = [update(one.id, summary="x" * 45_000) for one in many(90)]
    assert "Split the file" in load(FakeSessions(), *large).faults[0].mend
    assert "twice" in load(FakeSessions(), update(), update()).faults[0].text


@given(st.binary(max_size=300), st.sampled_from(["x.yaml", "x.json", "x.csv", "x.txt", "x.md", "x.xlsx"]))
@settings(max_examples=50, deadline=None)
def test_no_bytes_with_a_fault_are_written(data: bytes, name: str) -> None:
    """Damaged files end in a report."""
    store = FakeSessions()
    report = load_sessions(read_upload(data, name=name, series=SERIES), store=store, series=SERIES, now=NOW, by="anna")
    assert report.written == bool(store.rows)
    assert not (report.refused and store.rows)
