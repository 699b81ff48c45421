"""What the uploads bucket promises."""

from __future__ import annotations

from typing import Any

import pytest

from convener.aws.uploads import S3Uploads
from tests.support.fake_uploads import FakeUploads


@pytest.fixture(params=["fake", "moto"])
def uploads(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        return FakeUploads()
    stack = request.getfixturevalue("stack")
    return S3Uploads(stack.session.client("s3"), stack.outputs["UploadsBucket"])


def test_each_version_is_read_as_it_was_put(uploads: Any) -> None:
    """The one that an event names, whatever came after it; without a name the newest."""
    first = uploads.put("inbox/a.yaml", b"one", content_type="text/plain")
    second = uploads.put("inbox/a.yaml", b"two", content_type="text/plain")
    assert (uploads.read("inbox/a.yaml", version_id=first), uploads.read("inbox/a.yaml")) == (b"one", b"two")
    assert first != second


def test_what_is_gone_is_none(uploads: Any) -> None:
    """A key that never was, and a version that is no longer there."""
    version = uploads.put("inbox/b.yaml", b"one", content_type="text/plain")
    assert uploads.read("inbox/never.yaml") is None
    if isinstance(uploads, FakeUploads):
        uploads.remove("inbox/b.yaml")
    else:
        uploads._client.delete_object(Bucket=uploads.bucket, Key="inbox/b.yaml", VersionId=version)
    assert uploads.read("inbox/b.yaml", version_id=version) is None
