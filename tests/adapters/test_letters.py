"""What `transactional` is asked for comes out of its queue as it was put in, the fake one's and SQS's."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from convener.aws.transactional_queue import SqsMailRequestQueue
from convener.errors import LostAnswer
from convener.subscribers.mail_requests import (
    JoinConfirmed,
    JoinRequested,
    LinkRequested,
    MailRequest,
    MoveRequested,
    Purpose,
    read_mail_request,
)
from local.stack import LocalStack
from tests.support.fake_unit_of_work import FakeMailRequestQueue
from tests.support.lost_answers import lost_answers
from tests.support.people import OPENED

MARK, READER = "d" * 32, "e" * 32
LETTERS: list[MailRequest] = [
    JoinRequested(
        mark=MARK,
        at=OPENED,
        address="zoë@bücher.example",
        first_name='Zoë "{{ name }}" \N{WAVING HAND SIGN}',
        zone="Europe/London",
        kinds=frozenset({"recap", "invite"}),
        wording="2026-11",
        by="page",
    ),
    JoinConfirmed(mark=MARK, at=OPENED),
    LinkRequested(mark=MARK, at=OPENED, subscriber=READER, purpose=Purpose.ERASE),
    MoveRequested(mark=MARK, at=OPENED, subscriber=READER, address="new@example.org"),
]


class Queue:
    """A queue of one test, and what lies in it."""

    def __init__(self, stack: LocalStack) -> None:
        self.client: Any = stack.session.client("sqs")
        self.url = self.client.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
        self.letters = SqsMailRequestQueue(self.client, self.url)

    def taken(self) -> list[MailRequest]:
        """What can be seen now, in order."""
        found = []
        while some := self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in some:
                found.append(read_mail_request(message["Body"]))
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found


@pytest.fixture
def queue(stack: LocalStack) -> Queue:
    """It, empty."""
    return Queue(stack)


def test_every_letter_comes_out_as_it_was_put_in(queue: Queue) -> None:
    """Of each kind, whatever somebody typed; the fake queue says the same."""
    fake = FakeMailRequestQueue()
    for letter in LETTERS:
        queue.letters.send(letter)
        fake.send(letter)
    assert queue.taken() == fake.sent == LETTERS


def test_a_letter_may_wait(queue: Queue) -> None:
    """It can't be seen until its seconds are over."""
    queue.letters.send(LETTERS[1], delay=900)
    assert queue.taken() == []
    told = queue.client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])
    assert told["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "1"}


def test_whether_a_letter_was_queued_may_be_unknown(queue: Queue) -> None:
    """Every answer is lost: it may come, even several times, always with its mark."""
    with lost_answers(queue.client, "SendMessage", times=99) as made, pytest.raises(LostAnswer):
        queue.letters.send(LETTERS[1])
    assert queue.taken() == [LETTERS[1]] * len(made)
