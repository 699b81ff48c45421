"""Answers of DynamoDB that are lost: boto3 repeats what was done, and the repetition is known for what it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from convener.aws.items import to_item
from convener.aws.ledger import DynamoLedger
from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import RecipientState
from convener.errors import Conflict, ConvenerError, LostAnswer
from local.stack import LocalStack
from tests.support.lost_answers import lost_answers
from tests.support.people import campaign

ID = "2032-04/invite"
START, MOVED = Cursor(shard="a"), Cursor(shard="a", last_id="a2", count=2, chunks=1)
CHUNK = new_chunk(ID, "a", 1, ["a1", "a2"])
OWN = campaign(id=ID)


class Twice:
    """Two ledgers on one table: the first one's client loses answers, and gives up after two tries."""

    def __init__(self, stack: LocalStack) -> None:
        table = stack.outputs["LedgerTable"]
        self.client: Any = stack.session.client("dynamodb", config=Config(retries={"total_max_attempts": 2}))
        self.mine = DynamoLedger(self.client, table)
        self.theirs = DynamoLedger(stack.session.client("dynamodb"), table)
        for partition, items in {
            "campaigns": [ID],
            ID: ["shard#a"],
            f"{ID}#a": ["chunk#00001", "state#00001"],
        }.items():
            for item in items:
                self.client.delete_item(TableName=table, Key=to_item({"campaign": partition, "item": item}))


@pytest.fixture
def two(stack: LocalStack) -> Twice:
    """Both of them, and nothing of the campaign written yet."""
    return Twice(stack)


def test_a_turn_that_boto3_repeated_is_done(two: Twice) -> None:
    """Once; but where another one has written meanwhile, that one's word stands and we are told."""
    two.mine.open(OWN)
    turned = OWN.turned(Stage.WAITING, why=WaitReason.PAUSED)
    with lost_answers(two.client, "UpdateItem") as made:
        two.mine.turn(turned)
    assert made == ["UpdateItem"] * 2
    assert two.theirs.campaign(ID) == turned
    later = turned.turned(Stage.STOPPED, why=WaitReason.OPERATOR).turned(Stage.STOPPED, why=WaitReason.OPERATOR)
    with (
        lost_answers(two.client, "UpdateItem", meanwhile=lambda: two.theirs.turn(later)),
        pytest.raises(Conflict),
    ):
        two.mine.turn(turned.turned(Stage.SENDING))
    assert two.theirs.campaign(ID) == later


def test_a_campaign_that_boto3_opened_twice_is_open(two: Twice) -> None:
    """The same for opening one."""
    with lost_answers(two.client, "PutItem") as made:
        two.mine.open(OWN)
    assert made == ["PutItem"] * 2
    with pytest.raises(Conflict):
        two.theirs.open(OWN)


def test_a_claim_that_boto3_repeated_is_ours(two: Twice) -> None:
    """And nobody else's: the same words of another writer are a conflict."""
    two.theirs.move(ID, frm=START, to=MOVED, chunk=CHUNK)
    claim = CHUNK.with_entries({0: RecipientState().claimed("mine", 5)})
    with lost_answers(two.client, "UpdateItem") as made:
        two.mine.save(claim, messages={})
    assert made == ["UpdateItem"] * 2
    with pytest.raises(Conflict):
        two.theirs.save(claim, messages={})
    assert two.theirs.chunk(ID, "a-00001") == claim


def test_a_claim_whose_answers_are_all_lost_is_not_taken_for_granted(two: Twice) -> None:
    """It may be done or not: whoever claimed must not send."""
    two.theirs.move(ID, frm=START, to=MOVED, chunk=CHUNK)
    with lost_answers(two.client, "UpdateItem", times=2), pytest.raises(LostAnswer):
        two.mine.save(CHUNK.with_entries({0: RecipientState().claimed("mine", 5)}), messages={})


@pytest.mark.parametrize("times", [1, 2], ids=["repeated", "lost for good"])
def test_a_move_whose_answer_was_lost_is_looked_up(two: Twice, times: int) -> None:
    """The cursor bears our own mark, so the chunk is written and can be queued; another copy of the message is told."""
    with lost_answers(two.client, "TransactWriteItems", times=times) as made:
        two.mine.move(ID, frm=START, to=MOVED, chunk=CHUNK)
    assert made == ["TransactWriteItems"] * 2 + ["GetItem"]
    assert (two.theirs.cursor(ID, "a"), two.theirs.chunk(ID, "a-00001")) == (MOVED, CHUNK)
    with pytest.raises(Conflict):
        two.theirs.move(ID, frm=START, to=MOVED, chunk=CHUNK)


@pytest.mark.parametrize(("times", "expected"), [(1, Conflict), (2, LostAnswer)])
def test_a_move_after_which_another_moved_on_is_not_claimed(
    two: Twice, times: int, expected: type[ConvenerError]
) -> None:
    """Reading again tells where the shard stands; nothing is written twice."""
    further = replace(MOVED, last_id="a3", count=3, chunks=2)

    def meanwhile() -> None:
        if two.theirs.cursor(ID, "a") == MOVED:
            two.theirs.move(ID, frm=MOVED, to=further, chunk=None)

    with (
        lost_answers(two.client, "TransactWriteItems", times=times, meanwhile=meanwhile),
        pytest.raises(expected),
    ):
        two.mine.move(ID, frm=START, to=MOVED, chunk=CHUNK)
    assert two.theirs.cursor(ID, "a") == further
    assert [chunk.ref for chunk in two.theirs.of_shard(ID, "a")] == ["a-00001"]


def test_nothing_counts_as_moved_that_was_not(two: Twice, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request arrives: the cursor bears no mark of ours."""

    def dropped(**_: Any) -> None:
        raise ConnectionClosedError(endpoint_url="https://dynamodb.example")

    monkeypatch.setattr(two.client, "transact_write_items", dropped)
    with pytest.raises(LostAnswer):
        two.mine.move(ID, frm=START, to=MOVED, chunk=CHUNK)
    assert (two.theirs.cursor(ID, "a"), two.theirs.chunk(ID, "a-00001")) == (START, None)
