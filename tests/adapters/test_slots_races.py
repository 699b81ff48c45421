"""DynamoDB's slots with takers in between and answers that are lost: some are wasted, none are given twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise, repeat
from typing import Any

import pytest
from botocore.config import Config
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convener.aws.items import to_item
from convener.aws.slots import MAX_ROUNDS, DynamoSlots
from convener.delivery.ports import SlotReservation
from convener.errors import BadInput, LostAnswer, Throttled
from local.stack import LocalStack
from tests.support.lost_answers import lost_answers
from tests.support.people import OPENED

STEP = 0.1
Span = tuple[datetime, datetime]


def take(slots: DynamoSlots, lane: str, mails: int = 2, now: datetime = OPENED, within: float = 600) -> Any:
    """Some slots, a tenth of a second apart."""
    return slots.take(lane, mails=mails, step=STEP, now=now, within=within)


def span(taken: SlotReservation, mails: int = 2) -> Span:
    """From the first slot to the end of the last."""
    return taken.start, taken.start + mails * timedelta(seconds=STEP)


def apart(spans: list[Span]) -> bool:
    """Whether no two have a slot in common."""
    return all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))


@pytest.fixture
def lane() -> str:
    """A lane of this test alone."""
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def slots(stack: LocalStack) -> DynamoSlots:
    """Slots of a client of their own, which gives up after two tries."""
    hasty = Config(retries={"total_max_attempts": 2})
    return DynamoSlots(stack.session.client("dynamodb", config=hasty), stack.outputs["LedgerTable"])


class Busy:
    """A client before whose requests others come, and whose requests boto3 repeats, as the plan has it."""

    def __init__(self, client: Any, plan: Iterator[str], other: Any) -> None:
        self.client, self.plan, self.other = client, plan, other

    def update_item(self, **request: Any) -> Any:
        for step in next(self.plan, ""):
            if step == "o":
                self.other()
            else:
                self._repeated(request)
        return self.client.update_item(**request)

    def _repeated(self, request: Any) -> None:
        try:
            self.client.update_item(**request)
        except self.client.exceptions.ConditionalCheckFailedException:
            return  # an answer that is lost, whatever it was


@example(plan=["", "o"], takers=[(0, 1)])  # between seeing that nobody took any and taking the first
@example(plan=["", "", "", "o"], takers=[(-3, 1), (0, 1)])  # between seeing that all are in the past and taking one
@settings(max_examples=25, deadline=None)
@given(
    plan=st.lists(st.sampled_from(["", "o", "r", "ro", "or", "oro"]), max_size=8),
    takers=st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 5)), min_size=1, max_size=4),
)
def test_whoever_gets_in_between_has_other_slots(
    slots: DynamoSlots, plan: list[str], takers: list[tuple[int, int]]
) -> None:
    """o: another one takes slots before our request; r: ours is done, its answer lost, and boto3 repeats it."""
    spans, lane, table = list[Span](), uuid.uuid4().hex, slots._table
    others = [0]

    def other() -> None:
        others[0] += 1
        taken = take(slots, lane, now=OPENED + timedelta(seconds=others[0] % 3 - 1))
        spans.append(span(taken))

    busy: Any = Busy(slots._client, iter(plan), other)
    for ahead, mails in takers:
        taken = take(DynamoSlots(busy, table), lane, mails, OPENED + timedelta(seconds=ahead))
        spans.append(span(taken, mails))
    assert apart(spans)


def test_a_first_take_that_boto3_repeats_wastes_its_slots(slots: DynamoSlots, lane: str) -> None:
    """The repetition is refused, since the number has risen, by our own write or another's: nobody can tell which."""
    with lost_answers(slots._client, "UpdateItem", after=1) as made:
        take(slots, lane, now=OPENED)
    assert made == ["UpdateItem"] * 4  # refused, since nobody took any yet; done, but lost; refused; taken behind it
    assert take(slots, lane).start == OPENED + timedelta(seconds=4 * STEP)


def test_an_answer_that_is_lost_for_good_wastes_them_too(slots: DynamoSlots, lane: str) -> None:
    """The taker is told, and has nothing that another might get."""
    take(slots, lane)
    with lost_answers(slots._client, "UpdateItem", times=2), pytest.raises(LostAnswer):
        take(slots, lane)
    assert take(slots, lane).start == OPENED + timedelta(seconds=6 * STEP)


def test_many_takers_at_once_share_without_a_gap(slots: DynamoSlots, lane: str) -> None:
    """Threads of one process; each request alone is atomic in DynamoDB, though not in moto."""
    lock, client = threading.Lock(), slots._client

    class Atomic:
        def update_item(self, **request: Any) -> Any:
            with lock:
                return client.update_item(**request)

    def several(_: int) -> list[Span]:
        mine: Any = DynamoSlots(Atomic(), slots._table)  # type: ignore[arg-type]
        return [span(take(mine, lane)) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        spans = sorted(one for some in pool.map(several, range(8)) for one in some)
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    assert (len(spans), spans[0][0]) == (64, OPENED)


def test_who_is_never_first_is_told_and_has_none(slots: DynamoSlots, lane: str) -> None:
    """Before each of our requests another one with a clock far behind takes slots: it ends nevertheless."""
    moments = iter(range(1, 99))

    def other() -> None:
        item = {"campaign": "pacing", "item": lane, "tat": next(moments)}
        slots._client.put_item(TableName=slots._table, Item=to_item(item))

    busy: Any = Busy(slots._client, repeat("o"), other)
    with pytest.raises(Throttled, match="again and again"):
        take(DynamoSlots(busy, slots._table), lane)
    assert next(moments) == MAX_ROUNDS + 1


def test_a_lane_that_cannot_be_read_is_told_in_words(slots: DynamoSlots, lane: str) -> None:
    """A newer version keeps something else there; nothing is guessed."""
    item = {"campaign": "pacing", "item": lane, "tat": "2024-04-04T08:00:00Z"}
    slots._client.put_item(TableName=slots._table, Item=to_item(item))
    with pytest.raises(BadInput, match=f"The pacing of {lane} can't be read"):
        take(slots, lane)


def test_old_hours_are_taken_out_of_the_table(slots: DynamoSlots, lane: str) -> None:
    """So the item stays small for years; whoever comes without a memory learns from the first answer."""
    for passed in (0, 1, 30):
        take(slots, lane, now=OPENED + timedelta(hours=passed))
    mine = DynamoSlots(slots._client, slots._table)
    for _ in range(2):
        take(mine, lane, now=OPENED + timedelta(hours=30))
    key = to_item({"campaign": "pacing", "item": lane})
    item = slots._client.get_item(TableName=slots._table, Key=key)["Item"]
    assert len([name for name in item if name.startswith("h")]) == 1
