"""What an S3 event notification tells, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from convener.errors import BadInput
from convener.intake.sessions.ingest import Arrival, arrivals, report_keys


def body(key: str = "inbox/may.yaml", event: str = "ObjectCreated:Put", **there: Any) -> str:
    record = {
        "eventSource": "aws:s3",
        "eventName": event,
        "userIdentity": {"principalId": "AWS:AROAEXAMPLE:anna"},
        "s3": {"object": {"key": key, "size": 9, "versionId": "v1", "sequencer": "0A", **there}},
    }
    return json.dumps({"Records": [record]})


def test_a_file_is_told_with_its_name_as_it_was_typed() -> None:
    """S3 encodes keys as forms do: a space is a plus. Who it was is the principal's last part."""
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
def test_what_is_no_upload_is_left_alone(text: str) -> None:
    """Folders, reports, what lies elsewhere, what was removed, and S3's own test."""
    assert arrivals(text) == []


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", "7", '{"Records": [{}]}', '{"Records": [7]}', "null"])
def test_what_is_no_notification_is_refused(text: str) -> None:
    """So that its message ends in the dead-letter queue, where somebody looks at it."""
    with pytest.raises(BadInput, match="no event notification"):
        arrivals(text)


def test_reports_lie_under_the_names_of_the_files() -> None:
    """Folders are kept, so is the ending; a name that would make too long a key is replaced by its hash."""
    assert report_keys("spring/may.yaml") == ("reports/spring/may.yaml.txt", "reports/spring/may.yaml.json")
    assert all(len(key.encode()) < 1024 for key in report_keys("ä" * 509))
