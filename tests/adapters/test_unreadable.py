"""A record that somebody else wrote, or wrote by hand."""

from __future__ import annotations

import json

import pytest

from convener.aws.editions import S3Editions
from convener.aws.sessions import DynamoSessions
from convener.errors import BadInput
from local.stack import LocalStack
from tests.support.people import session


def test_one_bad_session_does_not_hold_up_the_others(stack: LocalStack) -> None:
    """It is left out and named with the fields that are wrong, and nothing of its words is repeated."""
    dynamodb, table = stack.session.client("dynamodb"), stack.outputs["SessionsTable"]
    store = DynamoSessions(dynamodb, table)
    good, bad = session(id="2031-01", month="2031-01"), json.loads(session().model_dump_json())
    store.save(good, expected_version=0)
    bad |= {"length_minutes": "long", "join_url": "http://secret.example/room"}
    item = {"part": "session", "id": "2031-02", "version": "1", "session": json.dumps(bad)}
    dynamodb.put_item(TableName=table, Item={key: {"S": value} for key, value in item.items()})
    assert good in store.all()
    assert store.unreadable == {"2031-02": "its record can't be read: join_url, length_minutes"}
    dynamodb.delete_item(TableName=table, Key={"part": {"S": "session"}, "id": {"S": "2031-02"}})
    assert good in store.all()
    assert store.unreadable == {}


@pytest.mark.parametrize("body", [b"{}", b"not json", b"\xff", b'{"occasion": 1}'])
def test_a_damaged_edition_says_so(stack: LocalStack, body: bytes) -> None:
    """An error of ours, which pages know how to tell."""
    s3, bucket = stack.session.client("s3"), stack.outputs["EditionsBucket"]
    s3.put_object(Bucket=bucket, Key="editions/damaged.json", Body=body)
    with pytest.raises(BadInput, match="An edition can't be read"):
        S3Editions(s3, bucket).get("damaged")
