"""The report on an upload, word for word."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from convener.intake.sessions.load_report import LoadReport, packed, unpacked
from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.report_text import as_json, as_text, outcome
from convener.sessions.models import Session
from convener.sessions.session_updates import Fault, Note, SessionUpdate, SourceLocation, Upload
from tests.support.fakes import FakeSessions
from tests.support.people import material, series, session
from tests.support.session_updates import many, update

NOW = datetime(2024, 5, 2, 17, 3, tzinfo=UTC)
KNOWN = (
    session(id="2024-04", version=3, title="Kindness"),
    session(id="2024-03", month="2024-03", date=date(2024, 3, 21), title="Compassion", version=2),
)


def report(*sessions: SessionUpdate, known: tuple[Session, ...] = KNOWN, **more: Any) -> LoadReport:
    file = Upload(name="spring/may.yaml", sessions=sessions, **more)
    return load_sessions(file, store=FakeSessions(known), series=series(), now=NOW, by="anna")


def test_a_report_of_written_sessions() -> None:
    """First the outcome; then the person, the moment and the file; then each session with its version."""
    upload_report = report(
        update("2024-05", title="Hope on wards"),
        update("2024-04", title="Kindness under pressure", recording=material("r")),
        update("2024-03", title="Compassion"),
        warnings=(Note(text="7:30 is in the morning.", line=9), Note(text="The page is old.")),
    )
    assert as_text(upload_report, series()) == (
        "Done: 1 new, 1 changed, 1 unchanged.\n"
        "spring/may.yaml, uploaded by anna on Thursday 2 May 2024, 18:03 UK time\n"
        "\n"
        "New\n"
        "  2024-05  Thursday 16 May 2024  Hope on wards  (version 1)\n"
        "\n"
        "Changed\n"
        "  2024-04  Kindness under pressure  (version 4)\n"
        "    title: Kindness → Kindness under pressure\n"
        "    recording: nothing → https://files.example/r\n"
        "\n"
        "Unchanged\n"
        "  2024-03  Compassion  (version 2)\n"
        "\n"
        "To look at\n"
        "  Line 9: 7:30 is in the morning.\n"
        "  The page is old.\n"
    )


def test_a_report_of_faults() -> None:
    """Each fault has its place and how to mend it; versions are those of the records."""
    upload_report = report(
        update("2024-05"),
        update("2024-04", title="Joy", version=1),
        faults=(
            Fault(
                text="04/05/2024 can be April or May.",
                mend="Write 2024-05-04 or 2024-04-05.",
                where=SourceLocation(sheet="Plan", row=3, column="Date"),
            ),
        ),
    )
    assert as_text(upload_report, series()) == (
        "Nothing was written: 2 things to mend.\n"
        "spring/may.yaml, uploaded by anna on Thursday 2 May 2024, 18:03 UK time\n"
        "\n"
        "Wrong\n"
        "  1. Sheet “Plan”, row 3, column “Date”: 04/05/2024 can be April or May.\n"
        "     Write 2024-05-04 or 2024-04-05.\n"
        "  2. Line 3: This file was made from version 1 of session 2024-04, which is at version 3.\n"
        "     Take over what you want to keep, write “version: 3” for it, and upload again.\n"
        "\n"
        "New (not written)\n"
        "  2024-05  Thursday 16 May 2024\n"
        "\n"
        "Changed (not written)\n"
        "  2024-04  Joy  (version 3)\n"
        "    title: Kindness → Joy\n"
    )


def test_the_outcome_in_one_line() -> None:
    """For one session, for none, and for a late upload."""
    fault = Fault(text="Wrong.", mend="Mend it.")
    assert outcome(LoadReport(name="x", faults=(fault,))) == "Nothing was written: 1 thing to mend."
    assert outcome(LoadReport(name="x", late=True)).startswith("Nothing was written: a newer version")
    assert outcome(report(update("2024-03", title="Compassion"))) == "Done: 1 unchanged."
    assert outcome(LoadReport(name="x")).startswith("Done: the file has no sessions")


def test_long_texts_are_shown_where_they_differ() -> None:
    """The common beginning is left out, so that the new part is visible."""
    text = "word " * 100
    known = (session(summary=f"{text}one and more " + text),)
    upload_report = as_text(report(update("2024-04", summary=f"{text}other and more " + text), known=known), series())
    (line,) = [line for line in upload_report.splitlines() if "summary:" in line]
    assert "word one and more" in line
    assert "word other and more" in line
    assert len(line) < 300


def test_the_json_has_the_same_content() -> None:
    """It has the fields that the docstring names, with plain values only."""
    upload_report = report(
        update("2024-04", title="Joy"), update("2024-05", version=2), warnings=(Note(text="Old.", line=9),)
    )
    values = as_json(upload_report, key="inbox/spring/may.yaml", version_id="v7")
    assert json.loads(json.dumps(values)) == values
    assert list(values) == [
        *("file", "key", "version_id", "by", "at", "written", "outcome"),
        *("wrong", "new", "changed", "unchanged", "to_look_at"),
    ]
    assert (values["version_id"], values["at"], values["written"]) == ("v7", "2024-05-02T17:03:00Z", False)
    assert (values["wrong"][0]["place"], values["wrong"][0]["line"]) == ("line 3", 3)
    assert values["changed"] == [
        {
            "id": "2024-04",
            "version": 3,
            "date": "2024-04-18",
            "title": "Joy",
            "changes": [{"field": "title", "from": "Kindness", "to": "Joy"}],
        }
    ]
    assert values["to_look_at"] == [{"text": "Old.", "line": 9}]


def test_a_report_is_kept_as_it_is() -> None:
    """Only a report that does not fit beside the mark of its upload loses its details."""
    upload_report = report(update("2024-04", title="Joy"))
    assert unpacked(packed(upload_report)) == upload_report
    noise = "".join(chr(0x4E00 + number * number % 20_000) for number in range(33_000))
    large = report(
        *(update(one.id, summary=f"{one.id}{noise[index:]}") for index, one in enumerate(many(30))), known=()
    )
    kept = unpacked(packed(large))
    assert [row.id for row in kept.new] == [row.id for row in large.new]
    assert len(packed(large)) < 400_000
