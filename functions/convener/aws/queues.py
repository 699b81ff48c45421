"""The two work queues. A message names its work and nothing else; the ledger knows the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convener.aws.translate import translated
from convener.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""Messages that one SendMessageBatch takes."""


class SqsQueues:
    """Fan-out and delivery queue. A function that may not use one of them has no address for it."""

    def __init__(self, client: SQSClient, *, fanout: str = "", deliver: str = "") -> None:
        self._client, self._fanout, self._deliver = client, fanout, deliver

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        """One message per shard. Raises Unavailable where SQS left one out: the tick repeats it."""
        for start in range(0, len(shards), BATCH):
            entries: Any = [
                {"Id": shard, "MessageBody": json.dumps({"campaign": campaign, "shard": shard})}
                for shard in shards[start : start + BATCH]
            ]
            with translated():
                answer = self._client.send_message_batch(QueueUrl=self._fanout, Entries=entries)
            if failed := answer.get("Failed"):
                raise Unavailable(f"SQS did not take {len(failed)} of {len(entries)} messages")

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """Queue a chunk, to be seen after that many seconds (up to 900)."""
        body = json.dumps({"campaign": campaign, "chunk": ref})
        with translated():
            self._client.send_message(QueueUrl=self._deliver, MessageBody=body, DelaySeconds=delay)
