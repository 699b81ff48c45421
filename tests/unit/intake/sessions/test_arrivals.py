"""The files of an S3 event notification, and messages that are no notification."""

from __future__ import annotations

import json
from typing import Any

import pytest

from convener.errors import BadInput
from convener.intake.sessions.ingest import Arrival, arrivals, report_keys


def body(key: str = "inbox/may.yaml", event: str = "ObjectCreated:Put", **fields: Any) -> str:
    record = {
        "eventSource": "aws:s3",
        "eventName": event,
        "userIdentity": {"principalId": "AWS:AROAEXAMPLE:anna"},
        "s3": {"object": {"key": key, "size": 9, "versionId": "v1", "sequencer": "0A", **fields}},
    }
    return json.dumps({"Records": [record]})


def test_the_name_of_a_file_is_decoded() -> None:
    """S3 encodes keys as forms do: a space is a plus. The person is the last part of the principal."""
    (found,) = arrivals(body("inbox/spring+2024/m%C3%A4rz%2B1.yaml"))
    assert found == Arrival(key="inbox/spring 2024/märz+1.yaml", version_id="v1", sequencer="0A", size=9, by="anna")
    assert found.name == "spring 2024/märz+1.yaml"


@pytest.mark.parametrize(
    "text",
    [
        body("inbox/"),
        body("inbox/spring/"),
        body("reports/may.yaml.txt"),
        body("may.yaml"),
        body(event="ObjectRemoved:Delete"),
        body(event="ObjectRemoved:DeleteMarkerCreated"),
        json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}),
        json.dumps({"Records": []}),
    ],
)
def test_events_without_an_upload_give_no_file(text: str) -> None:
    """Folders, reports, other keys, removed objects and the test event of S3 give no file."""
    assert arrivals(text) == []


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", "7", '{"Records": [{}]}', '{"Records": [7]}', "null"])
def test_a_message_that_is_no_notification_is_refused(text: str) -> None:
    """The error sends the message to the dead-letter queue, where a person sees it."""
    with pytest.raises(BadInput, match="no event notification"):
        arrivals(text)


def test_reports_have_the_names_of_their_files() -> None:
    """Folders and endings are kept; a name that would make the key too long is replaced by its hash."""
    assert report_keys("spring/may.yaml") == ("reports/spring/may.yaml.txt", "reports/spring/may.yaml.json")
    assert all(len(key.encode()) < 1024 for key in report_keys("ä" * 509))
