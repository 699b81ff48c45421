"""The SQS queue of the function `transactional`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener.aws.translate import translated
from convener.subscribers.mail_requests import MailRequest, body_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsMailRequestQueue:
    """Queues mail requests. boto3 may queue a request twice after a lost answer; the request's mark reveals that."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client, self._queue = client, queue_url

    def send(self, request: MailRequest, *, delay: int = 0) -> None:
        """Queue a request with a delay of at most 900 seconds. Raises Unavailable or LostAnswer."""
        with translated():
            self._client.send_message(QueueUrl=self._queue, MessageBody=body_of(request), DelaySeconds=delay)
