"""Chunks in the ledger.

    campaign            item            what
    2024-04/invite#a    chunk#00001     what is fixed: the recipients; and the SES message ids, written once a call
    2024-04/invite#a    state#00001     what changes with every event: one entry a recipient, under 1 KB

A state item is in the sparse index `unfinished` as long as anything is left to do in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convener.aws.items import batch_get, is_own, new_writer, query, readable, to_item
from convener.aws.translate import translated
from convener.delivery.chunks import Chunk, chunk_ref
from convener.delivery.states import REACHED, Entry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "unfinished"


class DynamoChunks:
    """The Ledger table's chunks."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        """One chunk, read consistently. Raises BadInput where it can't be understood."""
        shard, number = ref.split("-")
        keys = [{"campaign": f"{campaign}#{shard}", "item": f"{part}#{number}"} for part in ("chunk", "state")]
        with translated():  # no transaction: that is refused while somebody writes, and what is fixed can't differ
            items = sorted(batch_get(self._client, self._table, keys), key=lambda item: str(item["item"]))
        with readable(f"Chunk {ref} of {campaign}"):
            return _chunk(campaign, *items) if len(items) == len(keys) else None

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Entries on condition that the version is the one before; then the message ids. Raises Conflict."""
        writer = new_writer()
        values = {":before": chunk.version - 1, ":version": chunk.version, ":writer": writer}
        values |= {":entries": " ".join(entry.encode() for entry in chunk.entries)}
        change = "SET entries = :entries, version = :version, writer = :writer"
        change += ", unfinished = :unfinished" if chunk.unfinished else " REMOVE unfinished"
        values |= {":unfinished": INDEX} if chunk.unfinished else {}
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=_chunk_key(chunk, "state"),
                    UpdateExpression=change,
                    ConditionExpression="version = :before",
                    ExpressionAttributeValues=to_item(values),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                if not is_own(error, writer):
                    raise
            if messages:
                self._save_messages(chunk, messages)

    def _save_messages(self, chunk: Chunk, messages: Mapping[int, str]) -> None:
        sets = ", ".join(f"messages.#p{place} = :p{place}" for place in messages)
        self._client.update_item(
            TableName=self._table,
            Key=_chunk_key(chunk, "chunk"),
            UpdateExpression=f"SET {sets}",
            ExpressionAttributeNames={f"#p{place}": str(place) for place in messages},
            ExpressionAttributeValues=to_item({f":p{place}": message for place, message in messages.items()}),
        )

    def of_shard(self, campaign: str, shard: str) -> Iterator[Chunk]:
        """Every chunk of a shard, read consistently, a page at a time."""
        fixed, states = (self._parts(campaign, shard, part) for part in ("chunk#", "state#"))
        with translated():
            for one, other in zip(fixed, states, strict=True):
                yield _chunk(campaign, one, other)

    def entries(self, campaign: str, shard: str) -> Iterator[Sequence[Entry]]:
        """The entries of every chunk of a shard, without who they are: a third of what `of_shard` reads."""
        with translated():
            for state in self._parts(campaign, shard, "state#"):
                yield _entries(state)

    def _parts(self, campaign: str, shard: str, part: str) -> Iterator[dict[str, Any]]:
        values = {":campaign": f"{campaign}#{shard}", ":part": part}
        return query(self._client, self._table, "campaign = :campaign AND begins_with(#i, :part)", values, **NAMES)

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        """The recipients of a shard whom the campaign reached."""
        return frozenset(
            recipient
            for chunk in self.of_shard(campaign, shard)
            for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
            if entry.state in REACHED
        )

    def any_unfinished(self, campaign: str) -> bool:
        """Whether the index knows of a chunk with work left. It lags a little: True may be late, False early."""
        values = {":index": INDEX, ":campaign": f"{campaign}#"}
        condition = "unfinished = :index AND begins_with(campaign, :campaign)"
        with translated():
            return any(query(self._client, self._table, condition, values, IndexName=INDEX))


NAMES = {"ExpressionAttributeNames": {"#i": "item"}}


def _chunk_key(chunk: Chunk, part: str) -> dict[str, Any]:
    shard, number = chunk.ref.split("-")
    return to_item({"campaign": f"{chunk.campaign}#{shard}", "item": f"{part}#{number}"})


def chunk_items(chunk: Chunk) -> list[dict[str, Any]]:
    """The two items of a new chunk."""
    shard, number = chunk.ref.split("-")
    key = {"campaign": f"{chunk.campaign}#{shard}"}
    entries = " ".join(entry.encode() for entry in chunk.entries)
    return [
        {**key, "item": f"chunk#{number}", "recipients": " ".join(chunk.recipients), "messages": {}},
        {**key, "item": f"state#{number}", "entries": entries, "version": 0, "unfinished": INDEX},
    ]


def _chunk(campaign: str, fixed: Mapping[str, Any], state: Mapping[str, Any]) -> Chunk:
    shard, number = fixed["campaign"].rpartition("#")[2], int(fixed["item"].partition("#")[2])
    recipients, entries = tuple(fixed["recipients"].split()), _entries(state)
    if len(recipients) != len(entries):
        raise ValueError("recipients and entries differ in number")
    return Chunk(
        campaign=campaign,
        ref=chunk_ref(shard, number),
        recipients=recipients,
        entries=entries,
        version=state["version"],
        messages={int(place): message for place, message in fixed["messages"].items()},
    )


def _entries(state: Mapping[str, Any]) -> tuple[Entry, ...]:
    return tuple(Entry.decode(text) for text in state["entries"].split())
