"""From a file dropped under `inbox/` to records and a report under `reports/`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote_plus

from convener.clock import Clock
from convener.errors import BadInput
from convener.intake.sessions.load_report import LoadReport
from convener.intake.sessions.loading import SessionStore, load_sessions
from convener.intake.sessions.reading import LARGEST, read_upload, too_large
from convener.intake.sessions.report_text import as_json, as_text
from convener.sessions.history import UploadMark
from convener.sessions.series import Series
from convener.sessions.session_updates import Upload

INBOX, REPORTS = "inbox/", "reports/"
LONGEST_NAME = 1000
"""Bytes: S3 takes keys of 1,024, and `reports/` and `.json` are longer than `inbox/`."""


class Uploads(Protocol):
    """Where files come in and reports go out."""

    def read(self, key: str, *, version_id: str = "") -> bytes | None:
        """An object's bytes; None where it is gone."""

    def put(self, key: str, data: bytes, *, content_type: str) -> str:
        """Put an object there; its version."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file that came in. `by` is who put it there, as AWS knows them; `size` is in bytes."""

    key: str
    version_id: str
    sequencer: str
    size: int
    by: str

    @property
    def name(self) -> str:
        """The file as its editor knows it, with its folders."""
        return self.key.removeprefix(INBOX)

    @property
    def mark(self) -> UploadMark:
        """What is kept of it, so that an older version doesn't come after it."""
        return UploadMark(key=self.key, sequencer=self.sequencer, version_id=self.version_id)


def arrivals(body: str) -> list[Arrival]:
    """The files that an S3 event notification tells of: none in S3's test event, and none for what was removed.

    Raises BadInput for what is no such notification.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return []
        found = [_arrival(record) for record in event["Records"] if "ObjectCreated:" in record["eventName"]]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadInput(f"The message is no event notification of S3: {type(error).__name__}.") from error
    return [one for one in found if one.key.startswith(INBOX) and not one.key.endswith("/")]


def _arrival(record: Any) -> Arrival:
    there = record["s3"]["object"]
    # "AWS:AROA…:anna" for whoever came by a role, "AWS:AIDA…" for a user: the last part says most.
    principal = record.get("userIdentity", {}).get("principalId", "")
    return Arrival(
        key=unquote_plus(there["key"]),
        version_id=there.get("versionId") or "",
        sequencer=there.get("sequencer") or "",
        size=int(there.get("size", 0)),
        by=principal.rpartition(":")[2],
    )


def report_keys(name: str) -> tuple[str, str]:
    """Where the report on a file lies: as text, and as JSON."""
    if len(name.encode()) > LONGEST_NAME:
        name = hashlib.sha256(name.encode()).hexdigest()
    return f"{REPORTS}{name}.txt", f"{REPORTS}{name}.json"


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """Takes in what arrives."""

    uploads: Uploads
    store: SessionStore
    series: Series
    clock: Clock

    def take(self, arrival: Arrival) -> LoadReport | None:
        """Read one file, write what it tells, leave the report. None where the file is gone already.

        Raises Unavailable where it should be tried again later.
        """
        upload = self._read(arrival)
        if upload is None:
            return None
        report = load_sessions(
            upload, store=self.store, series=self.series, now=self.clock.now(), by=arrival.by, mark=arrival.mark
        )
        if not report.late:
            self._leave(arrival, report)
        return report

    def _read(self, arrival: Arrival) -> Upload | None:
        if arrival.size > LARGEST:
            return too_large(arrival.name, arrival.size)
        data = self.uploads.read(arrival.key, version_id=arrival.version_id)
        return None if data is None else read_upload(data, name=arrival.name, series=self.series)

    def _leave(self, arrival: Arrival, report: LoadReport) -> None:
        """The report, unless a newer version of the file was worked on meanwhile: its report must stay."""
        known = self.store.mark(arrival.key)
        if known is not None and not known.is_same(arrival.mark):
            return
        text, data = report_keys(arrival.name)
        self.uploads.put(text, as_text(report, self.series).encode(), content_type="text/plain; charset=utf-8")
        shape = as_json(report, key=arrival.key, version_id=arrival.version_id)
        body = json.dumps(shape, ensure_ascii=False, indent=2) + "\n"
        self.uploads.put(data, body.encode(), content_type="application/json")
