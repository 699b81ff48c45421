"""From an arrival to records and a report, without S3."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from convener.errors import Unavailable
from convener.intake.sessions.ingest import Arrival, Ingest
from convener.intake.sessions.reading import MAX_UPLOAD_BYTES
from local.virtual_clock import VirtualClock
from tests.support.fake_uploads import FakeUploads
from tests.support.fakes import FakeSessions
from tests.support.people import series

MAY = b"- month: 2031-05\n  title: Hope\n"
KEY = "inbox/spring/may.yaml"
TEXT, JSON = "reports/spring/may.yaml.txt", "reports/spring/may.yaml.json"


class Desk:
    """An inbox, and what takes in what arrives there."""

    def __init__(self) -> None:
        self.uploads, self.store = FakeUploads(), FakeSessions()
        clock = VirtualClock(datetime(2031, 4, 1, 12, tzinfo=UTC))
        self.ingest = Ingest(uploads=self.uploads, store=self.store, series=series(), clock=clock)

    def arrival(self, data: bytes, sequencer: str, **changes: Any) -> Arrival:
        version = self.uploads.put(KEY, data, content_type="text/yaml")
        values = {"key": KEY, "version_id": version, "sequencer": sequencer, "size": len(data), "by": "anna"}
        return Arrival(**{**values, **changes})

    def report(self) -> dict[str, Any]:
        return dict(json.loads(self.uploads.read(JSON) or b"{}"))


def test_a_file_becomes_records_and_a_report() -> None:
    """The report names the version that it is about, and its text says the same."""
    desk = Desk()
    arrival = desk.arrival(MAY, "0A")
    desk.ingest.take(arrival)
    assert desk.store.rows["2031-05"].title == "Hope"
    assert (desk.report()["version_id"], desk.report()["key"], desk.report()["written"]) == ("v1", KEY, True)
    text = desk.uploads.read(TEXT)
    assert text is not None
    assert text.decode().startswith("Done: 1 new.\nspring/may.yaml, uploaded by anna on ")
    (entry,) = desk.store.history()
    assert (entry.file, entry.file_version, entry.by) == ("spring/may.yaml", "v1", "anna")


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    """It is refused by its size, with a report."""
    desk = Desk()
    report = desk.ingest.take(desk.arrival(MAY, "0A", size=MAX_UPLOAD_BYTES + 1))
    assert report is not None
    assert report.refused
    assert desk.store.rows == {}
    assert desk.report()["outcome"] == "Nothing was written: 1 thing to mend."


def test_a_file_that_is_gone_is_left_alone() -> None:
    """No report, no mark, no trouble."""
    desk = Desk()
    arrival = desk.arrival(MAY, "0A")
    desk.uploads.remove(KEY)
    assert desk.ingest.take(arrival) is None
    assert (desk.store.marks, desk.uploads.versions) == ({}, {})


def test_the_version_of_the_event_is_read() -> None:
    """A newer one that lies there already has an event of its own."""
    desk = Desk()
    older = desk.arrival(MAY, "0A")
    desk.arrival(b"- month: 2031-05\n  title: Joy\n", "0B")
    desk.ingest.take(older)
    assert desk.store.rows["2031-05"].title == "Hope"


def test_an_older_version_that_comes_late_changes_neither_records_nor_report() -> None:
    """Also where the newer one was refused."""
    desk = Desk()
    older, newer = desk.arrival(MAY, "0A"), desk.arrival(b"- month: maybe\n", "0B")
    assert desk.ingest.take(newer)
    before = dict(desk.uploads.versions[TEXT])
    late = desk.ingest.take(older)
    assert late is not None
    assert late.late
    assert (desk.store.rows, desk.uploads.versions[TEXT]) == ({}, before)


def test_the_same_event_again_leaves_the_same_report() -> None:
    """Byte by byte, and the records as they are."""
    desk = Desk()
    arrival = desk.arrival(MAY, "0A")
    desk.ingest.take(arrival)
    before, report = dict(desk.store.rows), desk.uploads.read(JSON)
    desk.ingest.take(arrival)
    assert (desk.store.rows, desk.uploads.read(JSON)) == (before, report)


def test_a_report_never_takes_the_place_of_a_newer_ones() -> None:
    """A slow older one finds that a newer version was worked on before it could leave its report."""
    desk = Desk()
    older, newer = desk.arrival(MAY, "0A"), desk.arrival(MAY, "0B")
    report = desk.ingest.take(older)
    desk.ingest.take(newer)
    assert report is not None
    desk.ingest._put_report(older, report)
    assert desk.report()["version_id"] == newer.version_id


def test_an_upload_without_sessions_says_so() -> None:
    """A file that holds nothing is refused, not taken for done."""
    desk = Desk()
    report = desk.ingest.take(desk.arrival(b"", "0A"))
    assert report is not None
    assert report.refused


def test_a_report_that_could_not_be_left_is_left_when_the_event_comes_again() -> None:
    """The records were written before: they are not written twice, and the report says what was new then."""
    desk = Desk()
    arrival, put = desk.arrival(MAY, "0A"), desk.uploads.put
    for reached in (0, 1):  # nothing of the report is there, or its text alone
        left: list[str] = []

        def fail(key: str, data: bytes, *, content_type: str, left: list[str] = left, reached: int = reached) -> str:
            if len(left) == reached:
                raise Unavailable("S3 is away")
            left.append(key)
            return put(key, data, content_type=content_type)

        desk.uploads.put = fail  # type: ignore[method-assign]
        with pytest.raises(Unavailable):
            desk.ingest.take(arrival)
    desk.uploads.put = put  # type: ignore[method-assign]
    desk.ingest.take(arrival)
    assert (desk.report()["outcome"], desk.report()["version_id"]) == ("Done: 1 new.", "v1")
    assert (desk.store.rows["2031-05"].version, len(list(desk.store.history()))) == (1, 1)


def test_versions_of_a_file_in_any_order_end_with_the_newest() -> None:
    """Doubled, late or in order: the records and the report are those of the last one put there."""
    texts = [f"- month: 2031-05\n  title: {title}\n".encode() for title in ("One", "Two", "Three")]
    for order in ((2, 1, 0), (0, 2, 1, 2), (1, 1, 0, 2, 0), (1, 2, 0, 1)):
        desk = Desk()
        events = [desk.arrival(text, f"0{number}") for number, text in enumerate(texts)]
        for number in order:
            desk.ingest.take(events[number])
        assert desk.store.rows["2031-05"].title == "Three"
        assert desk.report()["version_id"] == events[2].version_id
