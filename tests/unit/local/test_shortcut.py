"""The shorter way to moto."""

from __future__ import annotations

import pytest

from local.stack import LocalSession, LocalStack

pytestmark = pytest.mark.moto


def test_the_short_way_and_the_socket_lead_to_the_same_tables(stack: LocalStack) -> None:
    """What one client writes without a socket, a client of another process reads over HTTP, and the reverse."""
    short, long = (one.client("s3") for one in (stack.session, LocalSession(stack.endpoint_url)))
    bucket = stack.outputs["EditionsBucket"]
    body = "Zoë\r\n".encode() * 1000
    short.put_object(Bucket=bucket, Key="a b/ü.txt", Body=body)
    assert long.get_object(Bucket=bucket, Key="a b/ü.txt")["Body"].read() == body
    long.put_object(Bucket=bucket, Key="c", Body=b"")
    assert short.get_object(Bucket=bucket, Key="c")["Body"].read() == b""
    assert {one["Key"] for one in short.list_objects_v2(Bucket=bucket)["Contents"]} == {"a b/ü.txt", "c"}
    with pytest.raises(short.exceptions.NoSuchKey):
        short.get_object(Bucket=bucket, Key="missing")
