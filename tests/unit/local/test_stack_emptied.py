"""A local stack that was used and emptied is like a new one, and each module of tests is given such a stack."""

from __future__ import annotations

import pytest

from local.stack import LocalStack
from tests.support.stack_contents import contents, fill, secrets

pytestmark = pytest.mark.moto

MODULE = """
from tests.support.stack_contents import contents, fill

def test_the_stack_is_empty(stack, worker_stack):
    assert stack is worker_stack
    found = contents(stack)
    assert not any(found["items"].values())
    assert not any(any(objects) for objects in found["objects"].values())
    assert not any(any(numbers) for numbers in found["messages"].values())
    assert found["foreign"] == found["ses"]["mails"] == []
    assert found["ses"]["faults"] == (0, {})
    assert found["ses"]["limits"] == (14.0, 50_000, 0)

def test_it_is_left_full(stack):
    fill(stack)
    assert all(contents(stack)["items"].values())
"""


def test_an_emptied_stack_holds_what_a_new_one_holds(stack: LocalStack) -> None:
    """Nothing that a test may leave is there any more: in tables, buckets, queues, secrets and SES."""
    first = secrets(stack)
    fill(stack)
    full = contents(stack)
    assert all(full["items"].values())
    assert all(any(objects) for objects in full["objects"].values())
    assert sum(map(sum, full["messages"].values())) >= 15
    stack.empty()
    assert secrets(stack) == first
    with LocalStack(
        sender_address=stack.outputs["SenderAddress"], public_base_url=stack.outputs["PublicBaseUrl"]
    ) as new:
        assert contents(stack) == contents(new)
        same = {part for part, value in contents(new)["ses"].items() if value == full["ses"][part]}
        assert same == {"folder"}


def test_emptying_one_stack_leaves_another_alone(stack: LocalStack) -> None:
    """The names of all resources tell which stack they belong to."""
    fill(stack)
    before = contents(stack)
    with LocalStack(sender_address="hello@other.example", public_base_url="https://other.example") as other:
        fill_tables_of(other)
        other.empty()
        assert contents(stack) == {**before, "foreign": []}


def fill_tables_of(other: LocalStack) -> None:
    """One item is enough: which one doesn't matter."""
    item = {"id": {"S": "1"}, "part": {"S": "1"}}
    other.session.client("dynamodb").put_item(TableName=other.outputs["SessionsTable"], Item=item)


def test_listeners_of_a_former_session_hear_nothing_of_the_next(stack: LocalStack) -> None:
    """A pump or a test registers listeners with the session; they end with the emptying."""
    heard = list[str]()
    stack.session.events.register("before-parameter-build.sqs.ListQueues", lambda **_: heard.append("old"))
    stack.session.client("sqs").list_queues()
    stack.empty()
    stack.session.client("sqs").list_queues()
    assert heard == ["old"]


def test_each_module_is_given_an_empty_stack(pytester: pytest.Pytester) -> None:
    """Two modules in one process, with the fixtures of tests/conftest.py: what the first leaves, the second misses."""
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile(test_first=MODULE, test_second=MODULE)
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=4)
