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


class Inbox:
    """A bucket with an inbox, and the Ingest that reads the files that arrive."""

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
    """The report names the version of the file, and text and JSON say the same."""
    inbox = Inbox()
    arrival = inbox.arrival(MAY, "0A")
    inbox.ingest.take(arrival)
    assert inbox.store.rows["2031-05"].title == "Hope"
    assert (inbox.report()["version_id"], inbox.report()["key"], inbox.report()["written"]) == ("v1", KEY, True)
    text = inbox.uploads.read(TEXT)
    assert text is not None
    assert text.decode().startswith("Done: 1 new.\nspring/may.yaml, uploaded by anna on ")
    (entry,) = inbox.store.history()
    assert (entry.file, entry.file_version, entry.by) == ("spring/may.yaml", "v1", "anna")


def test_a_file_that_is_too_large_is_not_even_read() -> None:
    """The file is refused by its size, with a report."""
    inbox = Inbox()
    report = inbox.ingest.take(inbox.arrival(MAY, "0A", size=MAX_UPLOAD_BYTES + 1))
    assert report is not None
    assert report.refused
    assert inbox.store.rows == {}
    assert inbox.report()["outcome"] == "Nothing was written: 1 thing to mend."


def test_a_file_that_is_gone_has_no_effect() -> None:
    """There is no report, no mark and no error."""
    inbox = Inbox()
    arrival = inbox.arrival(MAY, "0A")
    inbox.uploads.remove(KEY)
    assert inbox.ingest.take(arrival) is None
    assert (inbox.store.marks, inbox.uploads.versions) == ({}, {})


def test_the_version_of_the_event_is_read() -> None:
    """A newer version that is there already has an event of its own."""
    inbox = Inbox()
    older = inbox.arrival(MAY, "0A")
    inbox.arrival(b"- month: 2031-05\n  title: Joy\n", "0B")
    inbox.ingest.take(older)
    assert inbox.store.rows["2031-05"].title == "Hope"


def test_an_older_version_that_comes_late_changes_neither_records_nor_report() -> None:
    """This holds also where the newer version was refused."""
    inbox = Inbox()
    older, newer = inbox.arrival(MAY, "0A"), inbox.arrival(b"- month: maybe\n", "0B")
    assert inbox.ingest.take(newer)
    before = dict(inbox.uploads.versions[TEXT])
    late = inbox.ingest.take(older)
    assert late is not None
    assert late.late
    assert (inbox.store.rows, inbox.uploads.versions[TEXT]) == ({}, before)


def test_the_same_event_again_leaves_the_same_report() -> None:
    """The report is the same byte for byte, and the records do not change."""
    inbox = Inbox()
    arrival = inbox.arrival(MAY, "0A")
    inbox.ingest.take(arrival)
    before, report = dict(inbox.store.rows), inbox.uploads.read(JSON)
    inbox.ingest.take(arrival)
    assert (inbox.store.rows, inbox.uploads.read(JSON)) == (before, report)


def test_a_report_never_replaces_a_newer_report() -> None:
    """A slow older event finds a newer mark before it can write its report."""
    inbox = Inbox()
    older, newer = inbox.arrival(MAY, "0A"), inbox.arrival(MAY, "0B")
    report = inbox.ingest.take(older)
    inbox.ingest.take(newer)
    assert report is not None
    inbox.ingest._put_report(older, report)
    assert inbox.report()["version_id"] == newer.version_id


def test_an_upload_without_sessions_is_refused() -> None:
    """A file without content is refused, and does not count as done."""
    inbox = Inbox()
    report = inbox.ingest.take(inbox.arrival(b"", "0A"))
    assert report is not None
    assert report.refused


def test_a_failed_report_is_written_when_the_event_comes_again() -> None:
    """The records were written the first time: they are not written twice, and the report says what was new then."""
    inbox = Inbox()
    arrival, put = inbox.arrival(MAY, "0A"), inbox.uploads.put
    for reached in (0, 1):  # nothing of the report is there, or its text alone
        left: list[str] = []

        def fail(key: str, data: bytes, *, content_type: str, left: list[str] = left, reached: int = reached) -> str:
            if len(left) == reached:
                raise Unavailable("S3 is away")
            left.append(key)
            return put(key, data, content_type=content_type)

        inbox.uploads.put = fail  # type: ignore[method-assign]
        with pytest.raises(Unavailable):
            inbox.ingest.take(arrival)
    inbox.uploads.put = put  # type: ignore[method-assign]
    inbox.ingest.take(arrival)
    assert (inbox.report()["outcome"], inbox.report()["version_id"]) == ("Done: 1 new.", "v1")
    assert (inbox.store.rows["2031-05"].version, len(list(inbox.store.history()))) == (1, 1)


def test_versions_of_a_file_in_any_order_end_with_the_newest() -> None:
    """Events may come twice, late or in order: the records and the report are those of the newest version."""
    texts = [f"- month: 2031-05\n  title: {title}\n".encode() for title in ("One", "Two", "Three")]
    for order in ((2, 1, 0), (0, 2, 1, 2), (1, 1, 0, 2, 0), (1, 2, 0, 1)):
        inbox = Inbox()
        events = [inbox.arrival(text, f"0{number}") for number, text in enumerate(texts)]
        for number in order:
            inbox.ingest.take(events[number])
        assert inbox.store.rows["2031-05"].title == "Three"
        assert inbox.report()["version_id"] == events[2].version_id
