"""What the work queues are told, message by message, and what is done where SQS takes only some."""

from __future__ import annotations

import json
from typing import Any

import pytest

from convener.aws.queues import SqsQueues
from convener.errors import Unavailable
from tests.support.fakes import FakeQueues

ID = "2024-04/invite"
REFS = [f"a-{number:05d}" for number in range(1, 24)]


class Client:
    """Takes messages, but those whose body holds one of some words."""

    def __init__(self, *refused: str) -> None:
        self.refused, self.taken, self.batches = refused, list[tuple[str, Any, int]](), list[int]()

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int) -> Any:  # noqa: N803 - AWS's names
        self.taken.append((QueueUrl, json.loads(MessageBody), DelaySeconds))
        return {}

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> Any:  # noqa: N803 - AWS's names
        self.batches.append(len(Entries))
        failed = [one for one in Entries if any(word in one["MessageBody"] for word in self.refused)]
        self.taken += [(QueueUrl, json.loads(one["MessageBody"]), 0) for one in Entries if one not in failed]
        return {"Failed": [{"Id": one["Id"]} for one in failed]} if failed else {}


def queues(client: Client) -> SqsQueues:
    """Both queues by that client."""
    return SqsQueues(client, fanout="F", deliver="D")  # type: ignore[arg-type]


def test_each_message_names_its_work_its_format_and_nothing_else() -> None:
    """Shards, a chunk with its delay, chunks, and a probe, which says that it is one."""
    client = Client()
    queues(client).add_shards(ID, ["a", "f"])
    queues(client).add_chunk(ID, "a-00001", delay=60)
    queues(client).add_chunks(ID, ["a-00002"])
    queues(client).add_probe(ID, "a-00003")
    assert client.taken == [
        ("F", {"campaign": ID, "shard": "a", "format": 1}, 0),
        ("F", {"campaign": ID, "shard": "f", "format": 1}, 0),
        ("D", {"campaign": ID, "chunk": "a-00001", "format": 1}, 60),
        ("D", {"campaign": ID, "chunk": "a-00002", "format": 1}, 0),
        ("D", {"campaign": ID, "chunk": "a-00003", "probe": True, "format": 1}, 0),
    ]


def test_many_chunks_go_in_batches_of_ten() -> None:
    """Each once and in order; for none nothing is asked."""
    client = Client()
    queues(client).add_chunks(ID, REFS)
    assert client.batches == [10, 10, 3]
    assert [body["chunk"] for _, body, _ in client.taken] == REFS
    queues(client).add_chunks(ID, [])
    assert len(client.batches) == 3


def test_what_sqs_leaves_out_is_told_and_takes_no_other_along() -> None:
    """The batches behind it are sent; whoever repeats all of it does no harm."""
    client = Client(REFS[3], REFS[11])
    with pytest.raises(Unavailable, match="did not take 2 of 23 messages"):
        queues(client).add_chunks(ID, REFS)
    assert [body["chunk"] for _, body, _ in client.taken] == [ref for ref in REFS if ref not in (REFS[3], REFS[11])]
    with pytest.raises(Unavailable, match="1 of 2"):
        queues(Client('"shard": "f"')).add_shards(ID, ["a", "f"])


def test_the_same_messages_reach_either_kind_of_queue(parts: Any, stack: Any) -> None:
    """The fake keeps them in lists; SQS hands them out."""
    received(stack.session.client("sqs"), stack.outputs["DeliverQueueUrl"])  # what another contract left there
    parts.queues.add_chunks(ID, REFS[:11])
    parts.queues.add_chunk(ID, REFS[11])
    parts.queues.add_probe(ID, REFS[12])
    if isinstance(parts.queues, FakeQueues):
        chunks, probes = [ref for _, ref, _ in parts.queues.chunks], [ref for _, ref in parts.queues.probes]
    else:
        bodies = received(stack.session.client("sqs"), stack.outputs["DeliverQueueUrl"])
        chunks = sorted(body["chunk"] for body in bodies if "probe" not in body)
        probes = [body["chunk"] for body in bodies if "probe" in body]
    assert (chunks, probes) == (REFS[:12], [REFS[12]])


def received(sqs: Any, queue: str) -> list[Any]:
    """All that lies in it."""
    bodies: list[Any] = []
    while some := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        bodies += [json.loads(message["Body"]) for message in some]
        for message in some:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return bodies
