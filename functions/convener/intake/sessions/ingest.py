"""A file that arrives in the bucket under `inbox/`: its sessions are written, and a report is left under `reports/`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from convener.clock import Clock
from convener.errors import BadInput
from convener.intake.sessions.load_report import LoadReport
from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.ports import SessionStore, Uploads
from convener.intake.sessions.reading import MAX_UPLOAD_BYTES, read_upload, too_large
from convener.intake.sessions.report_text import as_json, as_text
from convener.sessions.history import UploadMark
from convener.sessions.series import Series
from convener.sessions.session_updates import Upload

INBOX, REPORTS = "inbox/", "reports/"
MAX_NAME_BYTES = 1000
"""Bytes of a name in a report's key: S3 takes keys of 1,024, and `reports/` and `.json` are longer than `inbox/`."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file that arrived. `by` is the person as AWS knows them, and `size` is in bytes.

    `sequencer` orders the events of one key.
    """

    key: str
    version_id: str
    sequencer: str
    size: int
    by: str

    @property
    def name(self) -> str:
        """The name of the file as its editor knows it, with its folders."""
        return self.key.removeprefix(INBOX)

    @property
    def mark(self) -> UploadMark:
        """The mark that is stored, so that an older version of the file is not written after this one."""
        return UploadMark(key=self.key, sequencer=self.sequencer, version_id=self.version_id)


def arrivals(body: str) -> list[Arrival]:
    """Return the files of an S3 event notification. The test event of S3 and removed objects give none.

    Raises BadInput for a message that is no such notification.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    try:
        event = json.loads(body)
        if event.get("Event") == "s3:TestEvent":
            return []
        found = [_arrival(record) for record in event["Records"] if "ObjectCreated:" in record["eventName"]]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BadInput(f"The message is no event notification of S3: {type(error).__name__}.") from error
    return [arrival for arrival in found if arrival.key.startswith(INBOX) and not arrival.key.endswith("/")]


def _arrival(record: Any) -> Arrival:
    stored = record["s3"]["object"]
    # "AWS:AROA…:anna" for a person with a role, "AWS:AIDA…" for a user: the last part tells most.
    principal = record.get("userIdentity", {}).get("principalId", "")
    return Arrival(
        key=unquote_plus(stored["key"]),
        version_id=stored.get("versionId") or "",
        sequencer=stored.get("sequencer") or "",
        size=int(stored.get("size", 0)),
        by=principal.rpartition(":")[2],
    )


def report_keys(name: str) -> tuple[str, str]:
    """Return the keys of the report on a file: of its text, and of its JSON."""
    if len(name.encode()) > MAX_NAME_BYTES:
        name = hashlib.sha256(name.encode()).hexdigest()
    return f"{REPORTS}{name}.txt", f"{REPORTS}{name}.json"


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """Writes the sessions of files that arrive."""

    uploads: Uploads
    store: SessionStore
    series: Series
    clock: Clock

    def take(self, arrival: Arrival) -> LoadReport | None:
        """Write the sessions of one file, leave the report in the bucket, and return it.

        Returns None where the file is gone already. Raises Unavailable where a later attempt may succeed.
        """
        upload = self._read(arrival)
        if upload is None:
            return None
        report = load_sessions(
            upload, store=self.store, series=self.series, now=self.clock.now(), by=arrival.by, mark=arrival.mark
        )
        if not report.late:
            self._put_report(arrival, report)
        return report

    def _read(self, arrival: Arrival) -> Upload | None:
        if arrival.size > MAX_UPLOAD_BYTES:
            return too_large(arrival.name, arrival.size)
        data = self.uploads.read(arrival.key, version_id=arrival.version_id)
        return None if data is None else read_upload(data, name=arrival.name, series=self.series)

    def _put_report(self, arrival: Arrival, report: LoadReport) -> None:
        """Write the report, unless a newer version of the file was written meanwhile: then its report must stay."""
        stored = self.store.mark(arrival.key)
        if stored is not None and not stored.is_same(arrival.mark):
            return
        text_key, json_key = report_keys(arrival.name)
        self.uploads.put(text_key, as_text(report, self.series).encode(), content_type="text/plain; charset=utf-8")
        values = as_json(report, key=arrival.key, version_id=arrival.version_id)
        body = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
        self.uploads.put(json_key, body.encode(), content_type="application/json")
