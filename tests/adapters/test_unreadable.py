"""A record that somebody else wrote, or wrote by hand."""

from __future__ import annotations

import json

from convener.aws.sessions import DynamoSessions
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
