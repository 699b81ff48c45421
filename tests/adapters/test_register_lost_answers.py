"""Answers that are lost: what the register wrote bears its own mark, and nothing counts as written that was not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError

from convener.errors import Conflict, ConvenerError, LostAnswer
from convener.subscribers.models import SubscriberStatus
from local.stack import LocalStack
from tests.support.lost_answers import lost_answers
from tests.support.people import OPENED
from tests.support.unit_of_work_stack import Desk


@pytest.fixture
def desk(stack: LocalStack) -> Desk:
    """One of them."""
    return Desk(stack)


@pytest.mark.parametrize("times", [1, 2], ids=["repeated", "lost for good"])
@pytest.mark.parametrize("what", ["a row", "an entry", "a request", "a link"])
def test_a_saving_whose_answer_was_lost_is_looked_up(desk: Desk, what: str, times: int) -> None:
    """It bears our own mark, so it is done; the same by another hand is a conflict."""
    transaction = desk.transaction(what)
    with lost_answers(desk.client, "TransactWriteItems", times=times) as made:
        desk.register.commit(transaction)
    assert made == ["TransactWriteItems"] * 2 + ["GetItem"]
    assert desk.now() == desk.row
    with pytest.raises(Conflict):
        desk.register.commit(transaction)


@pytest.mark.parametrize("what", ["an entry", "a request", "a link"])
def test_a_row_that_was_written_anew_meanwhile_does_not_hide_it(desk: Desk, what: str) -> None:
    """What is written once bears the mark still."""
    left = replace(desk.row, status=SubscriberStatus.LEFT, version=2)

    def meanwhile() -> None:
        desk.register.update(left, expected_version=1)

    with lost_answers(desk.client, "TransactWriteItems", meanwhile=meanwhile):
        desk.register.commit(desk.transaction(what))
    assert desk.now() == left


@pytest.mark.parametrize(("times", "expected"), [(1, Conflict), (2, LostAnswer)])
def test_a_row_alone_that_was_written_anew_is_not_claimed(
    desk: Desk, times: int, expected: type[ConvenerError]
) -> None:
    """Nobody can tell whose the version before was: reading again tells where the row stands."""
    left = replace(desk.row, status=SubscriberStatus.LEFT, version=2)

    def meanwhile() -> None:
        if desk.now() == desk.row:
            desk.register.update(left, expected_version=1)

    with (
        lost_answers(desk.client, "TransactWriteItems", times=times, meanwhile=meanwhile),
        pytest.raises(expected),
    ):
        desk.register.commit(desk.transaction("a row"))
    assert desk.now() == left


def test_a_mark_or_request_that_boto3_repeated_is_ours(desk: Desk) -> None:
    """Using a link, allowing a mail, keeping a request: the repetition has the first one's answer."""
    with lost_answers(desk.client, "PutItem") as made:
        assert desk.requests.use(desk.used)
    assert made == ["PutItem"] * 2
    for mark, answer in [("a", True), ("b", False), ("a", True)]:
        with lost_answers(desk.client, "UpdateItem"):
            assert desk.requests.allow(desk.row.id, mark, most=1, now=OPENED) is answer
    with lost_answers(desk.client, "PutItem"):
        desk.requests.keep(desk.request)
    with lost_answers(desk.client, "PutItem", times=2), pytest.raises(LostAnswer):
        desk.requests.use(replace(desk.used, action="address"))
    assert desk.requests.find(desk.request.id) == desk.request


def test_what_cant_be_looked_up_is_not_called_undone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is lost, and DynamoDB out of reach when it is asked what became of it: nobody knows."""

    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    monkeypatch.setattr(desk.client, "get_item", unreachable)
    with lost_answers(desk.client, "TransactWriteItems", times=2), pytest.raises(LostAnswer):
        desk.register.commit(desk.transaction("an entry"))


def conflict() -> ClientError:
    """Another transaction has one of the items in hand."""
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "…"},
        "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    return ClientError(answer, "TransactWriteItems")


@pytest.mark.parametrize(
    ("error", "expected"),
    [(conflict(), Conflict), (ConnectionClosedError(endpoint_url="https://dynamodb.example"), LostAnswer)],
)
def test_nothing_counts_as_written_that_was_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[ConvenerError]
) -> None:
    """Another transaction at work, or a request that never arrived: nothing bears our mark."""

    def refused(**_: Any) -> None:
        raise error

    monkeypatch.setattr(desk.client, "transact_write_items", refused)
    with pytest.raises(expected):
        desk.register.commit(desk.transaction("a request"))
    assert (desk.now(), desk.requests.find(desk.request.id)) == (None, desk.request)
