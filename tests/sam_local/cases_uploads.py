"""Ingest: a file that an editor dropped into the inbox."""

from __future__ import annotations

import json
from typing import Any

from moto.backends import get_backend

from tests.support.sam_cases import case
from tests.support.sam_world import ACCOUNT, OK, World

MAY = b"- month: 2024-05\n  title: Hope on wards\n  speakers: Ana Lima, nurse\n"
OLD = b"- month: 2024-05\n  title: An older thought\n"
TEXT, JSON = "reports/2024-05.yaml.txt", "reports/2024-05.yaml.json"
PRIVATE = ("2024-05.yaml", "Hope", "Ana Lima", "anna")


class Inbox:
    """The uploads bucket, with two versions of one file."""

    def __init__(self, world: World) -> None:
        self._s3 = world.stack.session.client("s3")
        self._name = world.stack.outputs["UploadsBucket"]
        self._world = world
        self.put("inbox/2024-05.yaml", OLD, "old")
        self.put("inbox/2024-05.yaml", MAY, "new")

    def put(self, key: str, data: bytes, version: str) -> None:
        """S3 names versions as it likes: this one gets the name that the event files have."""
        self._s3.put_object(Bucket=self._name, Key=key, Body=data)
        backend: Any = get_backend("s3")[ACCOUNT]["aws"]
        backend.get_object(self._name, key)._version_id = version

    def text(self, key: str) -> str:
        """What lies there."""
        return self._s3.get_object(Bucket=self._name, Key=key)["Body"].read().decode()

    def reports(self) -> list[str]:
        """Their keys."""
        found = self._s3.list_objects_v2(Bucket=self._name, Prefix="reports/").get("Contents", [])
        return [one["Key"] for one in found]

    def titles(self) -> dict[str, str]:
        """What the sessions are called now."""
        return {session.id: session.title or "" for session in self._world.sessions.all()}


def played(world: World) -> Any:
    """The answer; no log has the file's name, a title, a speaker or the editor."""
    answer = world.play()
    for private in PRIVATE:
        assert private not in world.played[-1].log
    return answer


@case("ingest-upload")
def a_file_becomes_a_session_and_a_report(world: World) -> None:
    """The report says so as text and as JSON."""
    inbox = Inbox(world)
    assert played(world) == OK
    assert inbox.titles()["2024-05"] == "Hope on wards"
    assert inbox.text(TEXT).startswith("Done: 1 new.")
    assert json.loads(inbox.text(JSON))["version_id"] == "new"


@case("ingest-late-version")
def an_older_version_that_comes_late_changes_nothing(world: World) -> None:
    """Neither the session nor the report."""
    inbox = Inbox(world)
    world.before("ingest-upload")
    before = inbox.text(JSON)
    assert played(world) == OK
    assert (inbox.titles()["2024-05"], inbox.text(JSON)) == ("Hope on wards", before)


@case("ingest-too-large")
def a_film_is_refused(world: World) -> None:
    """In words, by its size alone: it isn't even there to be read."""
    inbox = Inbox(world)
    assert played(world) == OK
    assert "52.4 MB" in inbox.text("reports/film.xlsx.txt")


@case("ingest-folders-and-names")
def folders_and_names_are_kept(world: World) -> None:
    """A folder of its own is no file, and a file in it has its report in a folder too."""
    inbox = Inbox(world)
    inbox.put("inbox/spring 2024/märz.yaml", b"- month: 2024-03\n", "umlaut")
    assert played(world) == OK
    assert inbox.reports() == ["reports/spring 2024/märz.yaml.json", "reports/spring 2024/märz.yaml.txt"]


@case("ingest-gone", "ingest-removed", "ingest-test-event")
def what_is_no_upload_is_done_with(world: World) -> None:
    """What is gone meanwhile, what was removed, and what S3 sends when a bucket is made."""
    inbox = Inbox(world)
    assert played(world) == OK
    assert (inbox.reports(), list(inbox.titles())) == ([], ["2024-04"])


@case("ingest-not-json")
def what_is_no_notification_fails_the_invocation(world: World) -> None:
    """Alone in its batch; nothing is written."""
    inbox = Inbox(world)
    played(world)
    assert world.played[0].error == "BatchProcessingError"
    assert inbox.reports() == []


@case("ingest-not-s3")
def another_of_its_batch_is_carried_out(world: World) -> None:
    """The first is named as failed."""
    inbox = Inbox(world)
    answer = played(world)
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert inbox.titles()["2024-05"] == "Hope on wards"
