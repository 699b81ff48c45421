"""The queue of `transactional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener.aws.translate import translated
from convener.subscribers.mail_requests import MailRequest, body_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsMailRequestQueue:
    """What pages ask `transactional` to send. boto3 may queue one twice where an answer is lost: it bears a mark."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client, self._queue = client, queue_url

    def send(self, letter: MailRequest, *, delay: int = 0) -> None:
        """Queue it, to be seen after that many seconds (up to 900). Raises Unavailable or LostAnswer."""
        with translated():
            self._client.send_message(QueueUrl=self._queue, MessageBody=body_of(letter), DelaySeconds=delay)
