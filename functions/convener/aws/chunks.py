"""The ledger's chunks: read one by one, written on their version. `chunk_items` shows how they lie there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convener.aws.chunk_items import (
    INDEX,
    changing,
    chunk_items,
    chunk_of,
    index_value,
    part_keys,
    ref_of,
    state_entries,
)
from convener.aws.items import WRITER, batch_get, is_own, new_writer, paired, query, readable, to_item
from convener.aws.translate import translated
from convener.delivery.chunks import FIRST_LATE, LAST_LATE, Chunk
from convener.delivery.states import REACHED, RecipientState
from convener.subscribers.models import SHARDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NAMES = {"ExpressionAttributeNames": {"#i": "item"}}


class DynamoChunks:
    """The Ledger table's chunks."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        """One chunk, read consistently. Raises BadInput where it can't be understood."""
        with readable(f"Chunk {ref} of {campaign}"):
            keys = part_keys(campaign, ref)
        with translated():  # no transaction: that is refused while somebody writes, and what is fixed can't differ
            items = list(batch_get(self._client, self._table, keys))
        return chunk_of(campaign, ref, items)

    def add(self, chunk: Chunk) -> None:
        """Write a new chunk's two items. Raises Conflict where there is one of its name.

        boto3 gives the transaction a token, by which DynamoDB knows its repetition for ten minutes.
        """
        condition = "attribute_not_exists(campaign)"
        puts = [{"TableName": self._table, "Item": to_item(item)} for item in chunk_items(chunk)]
        writes: Any = [{"Put": {**put, "ConditionExpression": condition}} for put in puts]
        with translated():
            self._client.transact_write_items(TransactItems=writes)

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Entries on condition that the version is the one before; then the message ids. Raises Conflict."""
        writer, index = new_writer(), index_value(chunk)
        fixed, state = part_keys(chunk.campaign, chunk.ref)
        values = {f":{name}": value for name, value in changing(chunk).items()}
        values |= {":before": chunk.version - 1, ":writer": writer} | ({":index": index} if index else {})
        change = f"SET entries = :entries, version = :version, {WRITER} = :writer"
        change += f", {INDEX} = :index" if index else f" REMOVE {INDEX}"
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(state),
                    UpdateExpression=change,
                    ConditionExpression="version = :before",
                    ExpressionAttributeValues=to_item(values),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                if not is_own(error, writer):
                    raise
            if messages:
                self._save_messages(fixed, messages)

    def _save_messages(self, key: Mapping[str, str], messages: Mapping[int, str]) -> None:
        sets = ", ".join(f"messages.#p{place} = :p{place}" for place in messages)
        self._client.update_item(
            TableName=self._table,
            Key=to_item(key),
            UpdateExpression=f"SET {sets}",
            ExpressionAttributeNames={f"#p{place}": str(place) for place in messages},
            ExpressionAttributeValues=to_item({f":p{place}": message for place, message in messages.items()}),
        )

    def of_shard(self, campaign: str, shard: str) -> Iterator[Chunk]:
        """Every chunk of a shard, read consistently, a page at a time. Raises BadInput where one can't be understood.

        The halves are read by two queries, between which fan-out, or somebody who joins, may write: what one of them
        lacks is read again.
        """
        fixed, states = (self._parts(campaign, shard, part) for part in ("chunk#", "state#"))
        with translated():
            for one, other in paired(fixed, states, key=_number):
                with readable(f"A chunk of shard {shard} of {campaign}"):
                    ref = ref_of(one or other or {})
                if chunk := chunk_of(campaign, ref, (one, other)) if one and other else self.chunk(campaign, ref):
                    yield chunk

    def entries(self, campaign: str, shard: str) -> Iterator[Sequence[RecipientState]]:
        """The entries of every chunk of a shard, without who they are: a third of what `of_shard` reads."""
        with translated():
            for state in self._parts(campaign, shard, "state#"):
                yield state_entries(campaign, state)

    def late(self, campaign: str) -> int:
        """How many late additions there are, read consistently: a request a shard, and nothing of the ranges."""
        count = 0
        for shard in SHARDS:
            first, last = (f"state#{number}" for number in (FIRST_LATE, LAST_LATE))
            values = {":campaign": f"{campaign}#{shard}", ":first": first, ":last": last}
            condition = "campaign = :campaign AND #i BETWEEN :first AND :last"
            with translated():
                found = query(self._client, self._table, condition, values, **NAMES)
                count += sum(len(item["item"]) == len(first) for item in found)  # "state#10001" lies between too
        return count

    def _parts(self, campaign: str, shard: str, part: str) -> Iterator[dict[str, Any]]:
        values = {":campaign": f"{campaign}#{shard}", ":part": part}
        return query(self._client, self._table, "campaign = :campaign AND begins_with(#i, :part)", values, **NAMES)

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        """The recipients of a shard whom the campaign reached. Raises BadInput where a chunk can't be understood."""
        return frozenset(
            recipient
            for chunk in self.of_shard(campaign, shard)
            for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
            if entry.state in REACHED
        )


def _number(item: Mapping[str, Any]) -> str:
    """By it both halves are in order."""
    return str(item["item"]).partition("#")[2]
