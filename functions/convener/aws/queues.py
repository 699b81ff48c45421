"""The two work queues. A message only names a shard or a chunk; everything else is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convener.aws.translate import translated
from convener.errors import Unavailable
from convener.formats import numbered

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""The number of messages that one SendMessageBatch takes."""


class SqsQueues:
    """The queues of fan-out and delivery. A function gets the URLs of only those queues that it may use."""

    def __init__(self, client: SQSClient, *, fanout: str = "", deliver: str = "") -> None:
        self._client, self._fanout, self._deliver = client, fanout, deliver

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        """Queue one message for each shard. Raises Unavailable where SQS did not take all; the tick repeats them."""
        self._add(self._fanout, [{"campaign": campaign, "shard": shard} for shard in shards])

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """Queue a chunk with a delay of at most 900 seconds."""
        self._send({"campaign": campaign, "chunk": ref}, delay)

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        """Queue one message for each chunk, without delay. Raises Unavailable where SQS did not take all."""
        self._add(self._deliver, [{"campaign": campaign, "chunk": ref} for ref in refs])

    def add_probe(self, campaign: str, ref: str) -> None:
        """Queue a probe: one mail of a chunk is tried although the campaign waits for answers of SES."""
        self._send({"campaign": campaign, "chunk": ref, "probe": True}, 0)

    def _send(self, body: Mapping[str, Any], delay: int) -> None:
        with translated():
            self._client.send_message(QueueUrl=self._deliver, MessageBody=_text(body), DelaySeconds=delay)

    def _add(self, queue: str, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Send all batches, also after a batch of which SQS left messages out."""
        failed = 0
        for start in range(0, len(bodies), BATCH):
            entries: Any = [
                {"Id": str(place), "MessageBody": _text(body)}
                for place, body in enumerate(bodies[start : start + BATCH])
            ]
            with translated():
                answer = self._client.send_message_batch(QueueUrl=queue, Entries=entries)
            failed += len(answer.get("Failed", []))
        if failed:
            raise Unavailable(f"SQS did not take {failed} of {len(bodies)} messages")


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(numbered("work-message", body))
