"""The two work queues. A message names its work and nothing else; the ledger knows the rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
        self._add(self._fanout, [{"campaign": campaign, "shard": shard} for shard in shards])

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """Queue a chunk, to be seen after that many seconds (up to 900)."""
        self._send({"campaign": campaign, "chunk": ref}, delay)

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        """One message per chunk, to be seen at once. Raises Unavailable where SQS left one out."""
        self._add(self._deliver, [{"campaign": campaign, "chunk": ref} for ref in refs])

    def add_probe(self, campaign: str, ref: str) -> None:
        """Queue a chunk of a campaign that waits for an answer of SES: one mail of it is tried."""
        self._send({"campaign": campaign, "chunk": ref, "probe": True}, 0)

    def _send(self, body: Mapping[str, Any], delay: int) -> None:
        with translated():
            self._client.send_message(QueueUrl=self._deliver, MessageBody=json.dumps(body), DelaySeconds=delay)

    def _add(self, queue: str, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Every batch is tried, so that one that is left out takes no other along."""
        failed = 0
        for start in range(0, len(bodies), BATCH):
            entries: Any = [
                {"Id": str(place), "MessageBody": json.dumps(body)}
                for place, body in enumerate(bodies[start : start + BATCH])
            ]
            with translated():
                answer = self._client.send_message_batch(QueueUrl=queue, Entries=entries)
            failed += len(answer.get("Failed", []))
        if failed:
            raise Unavailable(f"SQS did not take {failed} of {len(bodies)} messages")
