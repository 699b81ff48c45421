"""What S3's event notifications have and moto's lack: the order of events, the object's version, who put it there."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import unquote_plus

_sequence = count(1)


def completed(body: str, version_of: Callable[[str, str], str]) -> str:
    """The message with a rising `sequencer`, `versionId` and `userIdentity`; any other message as it is.

    `version_of` gives the latest version of a key in a bucket. Events are completed in the order in which they come.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    if '"aws:s3"' not in body:
        return body
    event = json.loads(body)
    for record in event["Records"]:
        bucket, there = record["s3"]["bucket"]["name"], record["s3"]["object"]
        there.setdefault("sequencer", f"{next(_sequence):018X}")
        there.setdefault("versionId", version_of(bucket, unquote_plus(there["key"])))
        record.setdefault("userIdentity", {"principalId": f"AWS:LOCAL:{_person()}"})
    return json.dumps(event)


def version_in(s3: Any) -> Callable[[str, str], str]:
    """Asks S3; "" where the object is gone or the bucket keeps no versions."""

    def version_of(bucket: str, key: str) -> str:
        found = s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
        versions = (one["VersionId"] for one in found if one["Key"] == key and one["IsLatest"])
        return next((version for version in versions if version != "null"), "")

    return version_of


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        return "somebody"
