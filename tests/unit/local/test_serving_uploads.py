from __future__ import annotations

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.rehearsal.s3_events import completed, version_in
from local.serving.uploads import Uploads


class Bucket:
    """S3 with one bucket, in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.puts: list[str] = []

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803, ARG002
        self.puts.append(Key)
        self.objects[Key] = (Body, datetime.fromtimestamp(len(self.puts), UTC))

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> Any:  # noqa: N803, ARG002
        found = [(key, at) for key, (_, at) in self.objects.items() if key.startswith(Prefix)]
        return {"Contents": [{"Key": key, "LastModified": at} for key, at in found]} if found else {}

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803, ARG002
        return {"Body": io.BytesIO(self.objects[Key][0])}


@pytest.fixture
def bucket() -> Bucket:
    """An empty one."""
    return Bucket()


@pytest.fixture
def uploads(tmp_path: Path, bucket: Bucket) -> Uploads:
    """A folder beside it."""
    return Uploads(tmp_path, bucket, "uploads")


def test_a_file_is_taken_once_it_rests(uploads: Uploads, bucket: Bucket) -> None:
    """One that still grows is left alone; one that looked the same twice is taken, once."""
    file = uploads.inbox / "a.yaml"
    for words in ("half", "half and more"):
        file.write_text(words)
        assert uploads.take() == []
    assert uploads.take() == ["a.yaml"]
    assert uploads.take() == uploads.take() == []
    assert bucket.objects["inbox/a.yaml"][0] == b"half and more"


def test_a_changed_file_is_taken_again(uploads: Uploads, bucket: Bucket) -> None:
    """Also when it is as long as before, and also from a folder within."""
    (uploads.inbox / "2026").mkdir()
    file = uploads.inbox / "2026" / "a.yaml"
    for number in (1, 2):
        file.write_text(f"v{number}")
        os.utime(file, (number, number))
        assert [uploads.take(), uploads.take()] == [[], ["2026/a.yaml"]]
    assert bucket.puts == ["inbox/2026/a.yaml"] * 2


@pytest.mark.parametrize(
    "name", ["~$plan.xlsx", ".DS_Store", ".a.yaml.swp", "a.yaml~", "#a.yaml#", "a.yaml.part", "Thumbs.db", "4913"]
)
def test_what_editors_leave_beside_a_file_is_not_taken(uploads: Uploads, name: str) -> None:
    """Locks, swap files, unfinished downloads and the desktop's own."""
    (uploads.inbox / name).write_text("x")
    assert [uploads.take(), uploads.take()] == [[], []]


def test_a_file_that_vanishes_is_no_trouble(uploads: Uploads) -> None:
    """Somebody moved it away between two looks."""
    (uploads.inbox / "a.yaml").write_text("x")
    uploads.take()
    (uploads.inbox / "a.yaml").unlink()
    assert uploads.take() == []


def test_reports_appear_in_the_folder_once_for_each_time(uploads: Uploads, bucket: Bucket) -> None:
    """Text and JSON are copied; the text is told, and told anew when the file was read anew."""
    for _ in range(2):
        for kind in ("txt", "json"):
            bucket.put_object(Bucket="", Key=f"reports/2026/a.yaml.{kind}", Body=b"Done: no change.")
        assert [(report.name, report.text) for report in uploads.mirror()] == [("2026-a.yaml.txt", "Done: no change.")]
        assert uploads.mirror() == []
    assert sorted(path.name for path in uploads.reports.iterdir()) == ["2026-a.yaml.json", "2026-a.yaml.txt"]


def test_a_reports_name_stays_in_the_folder(uploads: Uploads, bucket: Bucket) -> None:
    """Whatever a key is, nothing is written beside the folder."""
    bucket.put_object(Bucket="", Key="reports/../../evil.txt", Body=b"x")
    uploads.mirror()
    assert [path.name for path in uploads.reports.iterdir()] == ["..-..-evil.txt"]


def test_upload_events_get_what_moto_leaves_out() -> None:
    """Each a later sequencer, the version and the person; other messages stay as they are."""
    record = {"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": "inbox/a+b.yaml"}}}
    body = json.dumps({"Records": [record]})
    events = [json.loads(completed(body, lambda bucket, key: f"{bucket}:{key}")) for _ in range(2)]
    first, second = (event["Records"][0] for event in events)
    assert first["s3"]["object"]["versionId"] == "b:inbox/a b.yaml"
    assert first["s3"]["object"]["sequencer"] < second["s3"]["object"]["sequencer"]
    assert first["userIdentity"]["principalId"].startswith("AWS:LOCAL:")
    assert completed('{"campaign": "2024-04/invite"}', lambda *_: "") == '{"campaign": "2024-04/invite"}'


def test_the_version_is_the_latest_of_that_very_key() -> None:
    """Keys that begin alike are others; a bucket without versions, or a key that is gone, has none."""

    class Versions:
        def list_object_versions(self, *, Bucket: str, Prefix: str) -> Any:  # noqa: N803, ARG002
            found = [("a.yaml", "1", False), ("a.yaml", "2", True), ("a.yaml.bak", "3", True), ("b", "null", True)]
            return {"Versions": [{"Key": k, "VersionId": v, "IsLatest": latest} for k, v, latest in found]}

    version_of = version_in(Versions())
    assert [version_of("bucket", key) for key in ("a.yaml", "b", "c")] == ["2", "", ""]
