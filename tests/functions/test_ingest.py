"""Ingest with every file of `events/` that is its own, on the local stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from convener.aws.sessions import DynamoSessions
from convener.container import current
from tests.functions.conftest import Scene

OK: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
MAY = b"- month: 2024-05\n  title: Hope on wards\n  speakers: Ana Lima, nurse\n"
OLD = b"- month: 2024-05\n  title: An older thought\n"
TEXT, JSON = "reports/2024-05.yaml.txt", "reports/2024-05.yaml.json"


class Bucket:
    """The uploads bucket of the scene's stack. `versions` gives moto's ids the names that the events use."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        here = current()
        self.s3 = here.client("s3")
        self.name = here.environment("ingest")["UPLOADS_BUCKET"]
        self.table = here.environment("ingest")["SESSIONS_TABLE"]
        self.versions: dict[str, str] = {}
        self.read: list[str] = []
        self.s3.meta.events.register("before-parameter-build.s3.GetObject", self._named)
        monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "INFO")

    def _named(self, params: dict[str, Any], **_: Any) -> None:
        self.read.append(params["Key"])
        if "VersionId" in params:
            params["VersionId"] = self.versions.get(params["VersionId"], params["VersionId"])

    def put(self, key: str, data: bytes, version: str) -> None:
        self.versions[version] = self.s3.put_object(Bucket=self.name, Key=key, Body=data)["VersionId"]

    def text(self, key: str) -> str:
        return str(self.s3.get_object(Bucket=self.name, Key=key)["Body"].read().decode())

    def reports(self) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.name, Prefix="reports/").get("Contents", [])
        return [one["Key"] for one in found]

    def titles(self) -> dict[str, str]:
        store = DynamoSessions(current().client("dynamodb"), self.table)
        return {session.id: session.title or "" for session in store.all()}


@pytest.fixture
def bucket(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Bucket:  # noqa: ARG001 - it stands on that scene
    """The inbox, with two versions of one file."""
    made = Bucket(monkeypatch)
    made.put("inbox/2024-05.yaml", OLD, "old")
    made.put("inbox/2024-05.yaml", MAY, "new")
    return made


def test_a_file_becomes_a_session_and_a_report(scene: Scene, bucket: Bucket, log: Callable[[], str]) -> None:
    """The report says so as text and JSON; no log line holds the file's name, a title or a speaker."""
    assert scene.play("ingest-upload") == OK
    assert bucket.titles()["2024-05"] == "Hope on wards"
    assert bucket.text(TEXT).startswith("Done: 1 new.\n2024-05.yaml, uploaded by anna on Thursday 4 April 2024, 09:00")
    assert json.loads(bucket.text(JSON))["version_id"] == "new"
    logged = log()
    assert '"2024-05"' in logged
    for secret in ("2024-05.yaml", "Hope", "Ana", "anna"):
        assert secret not in logged


def test_an_older_version_that_comes_late_changes_nothing(scene: Scene, bucket: Bucket) -> None:
    """Neither the session nor the report; nor does the newer event that comes twice."""
    scene.play("ingest-upload")
    before = bucket.text(JSON)
    assert scene.play("ingest-late-version") == OK
    assert scene.play("ingest-upload") == OK
    assert (bucket.titles()["2024-05"], bucket.text(JSON)) == ("Hope on wards", before)


def test_a_film_is_refused_without_being_read(scene: Scene, bucket: Bucket) -> None:
    """By its size alone."""
    assert scene.play("ingest-too-large") == OK
    assert bucket.read == []
    assert "52.4 MB" in bucket.text("reports/film.xlsx.txt")


def test_folders_are_kept_and_names_come_as_they_were_typed(scene: Scene, bucket: Bucket) -> None:
    """A folder of its own is no file, and a file in it has its report in a folder too."""
    bucket.put("inbox/spring 2024/märz.yaml", b"- month: 2024-03\n", "umlaut")
    assert scene.play("ingest-folders-and-names") == OK
    assert bucket.reports() == ["reports/spring 2024/märz.yaml.json", "reports/spring 2024/märz.yaml.txt"]


@pytest.mark.parametrize("event", ["ingest-gone", "ingest-removed", "ingest-test-event"])
def test_what_is_no_upload_is_done_with(scene: Scene, bucket: Bucket, event: str) -> None:
    """What is gone meanwhile, what was removed, and what S3 sends when a bucket is made."""
    assert scene.play(event) == OK
    assert (bucket.reports(), list(bucket.titles())) == ([], ["2024-04"])


def test_what_is_no_notification_comes_again(scene: Scene, bucket: Bucket) -> None:
    """Until it lies in the dead-letter queue; others of its batch are carried out."""
    with pytest.raises(BatchProcessingError):
        scene.play("ingest-not-json")
    answer = scene.play("ingest-not-s3")
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert bucket.titles()["2024-05"] == "Hope on wards"
