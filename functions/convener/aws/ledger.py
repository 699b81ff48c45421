"""The Ledger table in DynamoDB: campaigns, how far fan-out has come, and the delivery state of every recipient.

`ledger_items` describes the items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from convener.aws import ledger_items as codec
from convener.aws.items import (
    WRITER,
    batch_get,
    from_item,
    is_own,
    new_writer,
    paired,
    put_if,
    query,
    readable,
    to_item,
)
from convener.aws.translate import translated
from convener.campaigns import Campaign
from convener.delivery.chunks import FIRST_LATE, LAST_LATE, Chunk, Cursor, tally, totals
from convener.delivery.ports import Work
from convener.delivery.states import REACHED, DeliveryState, RecipientState
from convener.errors import BadInput
from convener.subscribers.models import SHARDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHUNKS_PER_READ = 50
"""A chunk has two items, and BatchGetItem takes 100 keys."""

ITEM_NAME = {"ExpressionAttributeNames": {"#i": "item"}}
"""`item` is a reserved word of DynamoDB's expressions."""


class DynamoLedger:
    """The delivery ledger. Every read is consistent, except the reads of the sparse index.

    A damaged item, or an item that a newer version wrote, must not stop the work on all the others. `all`, `tally`,
    `finished_totals` and the reads by the sparse index leave such items out and put them into `unreadable`; the other
    methods raise BadInput.

    Attributes:
        unreadable: Why items were left out since the last call of `all`, by the campaign's id or by the campaign's id
            and the name of the chunk.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table
        self.unreadable: dict[str, str] = {}

    # Campaigns, and the pause of the whole series

    def all(self) -> Sequence[Campaign]:
        """Return every campaign that can be read, and start `unreadable` anew."""
        with translated():
            items = list(query(self._client, self._table, "campaign = :all", {":all": codec.CAMPAIGNS}))
        self.unreadable = {}
        campaigns = []
        for item in items:
            with self._leaving_out(item["item"]):
                campaigns.append(codec.campaign_of(item["item"], item))
        return campaigns

    def campaign(self, campaign: str) -> Campaign | None:
        """Return a campaign; None where it does not exist."""
        item = self._get(codec.campaign_key(campaign))
        return codec.campaign_of(campaign, item) if item else None

    def open(self, campaign: Campaign) -> None:
        """Write a new campaign. Raises Conflict where a campaign with its id exists."""
        with translated():
            put_if(self._client, self._table, codec.campaign_item(campaign), "attribute_not_exists(campaign)")

    def turn(self, campaign: Campaign) -> None:
        """Write the campaign's stage, and the attributes that change with it.

        Raises:
            Conflict: The stored version is not the version before `campaign.version`, and not because of this write.
        """
        writer = new_writer()
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(codec.campaign_key(campaign.id)),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **codec.stage_update(campaign, {WRITER: writer}),
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                if not is_own(error, writer):
                    raise

    def paused_since(self) -> datetime | None:
        """Return the moment at which the whole series was paused; None where the series is not paused."""
        item = self._get(codec.SERIES)
        with readable("The series' pause", "pause", item):
            return datetime.fromisoformat(item["since"]) if item else None

    def pause(self, since: datetime) -> None:
        """Pause the whole series."""
        with translated():
            self._client.put_item(TableName=self._table, Item=to_item(codec.pause_item(since)))

    def resume(self) -> None:
        """End the pause of the whole series. Nothing happens where the series is not paused."""
        with translated():
            self._client.delete_item(TableName=self._table, Key=to_item(codec.SERIES))

    # Cursors: how far fan-out has come in each shard

    def cursor(self, campaign: str, shard: str) -> Cursor:
        """Return the cursor of a shard; a cursor that was never written is at the shard's beginning."""
        item = self._get(codec.cursor_key(campaign, shard))
        return codec.cursor_of(campaign, item) if item else Cursor(shard=shard)

    def cursors(self, campaign: str) -> Sequence[Cursor]:
        """Return every cursor that was written."""
        with translated():
            return [codec.cursor_of(campaign, item) for item in self._items(campaign, "shard#")]

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        """Write the moved cursor and the chunk that it passed in one transaction.

        Raises:
            Conflict: The stored cursor is not `frm`.
        """
        writer = new_writer()
        writes: list[Any] = [{"Put": self._cursor_put(campaign, frm, to, writer)}]
        if chunk:
            writes += [{"Put": {"TableName": self._table, "Item": to_item(item)}} for item in codec.chunk_items(chunk)]
        with translated():
            try:
                self._client.transact_write_items(TransactItems=writes)
            except (ClientError, BotoCoreError):
                # The answer may have been lost, of this request or of a request that boto3 repeated. If the transaction
                # was done, the cursor has the mark of this write, unless it was moved again since.
                key = to_item(codec.cursor_key(campaign, to.shard))
                now = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
                if now is None or from_item(now).get(WRITER) != writer:
                    raise

    def _cursor_put(self, campaign: str, frm: Cursor, to: Cursor, writer: str) -> dict[str, Any]:
        item = to_item({**codec.cursor_item(campaign, to), WRITER: writer})
        put: dict[str, Any] = {"TableName": self._table, "Item": item}
        if frm == Cursor(shard=frm.shard):
            return {**put, "ConditionExpression": "attribute_not_exists(campaign)"}
        return {
            **put,
            "ConditionExpression": "last_id = :last AND #c = :count AND chunks = :chunks AND finished = :finished",
            "ExpressionAttributeNames": {"#c": "count"},
            "ExpressionAttributeValues": to_item(
                {":last": frm.last_id, ":count": frm.count, ":chunks": frm.chunks, ":finished": frm.finished}
            ),
        }

    # Chunks: read one by one, written on their version

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        """Return a chunk; None where it does not exist.

        The two items are not read in a transaction, which DynamoDB refuses during a write. The fixed item never
        changes in a way that contradicts the state item.
        """
        with readable(f"Chunk {ref} of {campaign}"):
            keys = codec.chunk_keys(campaign, ref)
        with translated():
            items = list(batch_get(self._client, self._table, keys))
        return codec.chunk_of(campaign, ref, items)

    def add(self, chunk: Chunk) -> None:
        """Write the two items of a new chunk. Raises Conflict where a chunk with its name exists.

        boto3 gives the transaction a token, by which DynamoDB recognises a repetition for ten minutes.
        """
        condition = "attribute_not_exists(campaign)"
        puts = [{"TableName": self._table, "Item": to_item(item)} for item in codec.chunk_items(chunk)]
        writes: Any = [{"Put": {**put, "ConditionExpression": condition}} for put in puts]
        with translated():
            self._client.transact_write_items(TransactItems=writes)

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Write the chunk's entries, and then the SES message ids by the recipients' positions.

        Raises:
            Conflict: The stored version is not the version before `chunk.version`, and not because of this write.
        """
        writer, index = new_writer(), codec.index_value(chunk)
        fixed, state = codec.chunk_keys(chunk.campaign, chunk.ref)
        values = {f":{name}": value for name, value in codec.state_attributes(chunk).items()}
        values |= {":before": chunk.version - 1, ":writer": writer} | ({":index": index} if index else {})
        change = f"SET entries = :entries, version = :version, #format = :format, {WRITER} = :writer"
        change += f", {codec.INDEX} = :index" if index else f" REMOVE {codec.INDEX}"
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(state),
                    UpdateExpression=change,
                    ConditionExpression="version = :before",
                    ExpressionAttributeNames=codec.FORMAT_NAME,
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
        """Yield every chunk of a shard, a page of items at a time.

        Two queries read the fixed items and the state items. Fan-out or a late addition may write a chunk between the
        two: a chunk of which one query lacks the item is read again.
        """
        fixed, states = (self._items(f"{campaign}#{shard}", part) for part in ("chunk#", "state#"))
        with translated():
            for fixed_item, state_item in paired(fixed, states, key=_number):
                with readable(f"A chunk of shard {shard} of {campaign}"):
                    ref = codec.ref_of(fixed_item or state_item or {})
                both = (fixed_item, state_item) if fixed_item and state_item else None
                if chunk := codec.chunk_of(campaign, ref, both) if both else self.chunk(campaign, ref):
                    yield chunk

    def entries(self, campaign: str, shard: str) -> Iterator[Sequence[RecipientState]]:
        """Yield the entries of every chunk of a shard, without the recipients: a third of what `of_shard` reads."""
        with translated():
            for state in self._items(f"{campaign}#{shard}", "state#"):
                yield codec.entries_of(campaign, state)

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        """Return the recipients of a shard who were reached by the campaign."""
        return frozenset(
            recipient
            for chunk in self.of_shard(campaign, shard)
            for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
            if entry.state in REACHED
        )

    def late(self, campaign: str) -> int:
        """Return the number of late additions. It takes one request per shard, and reads no chunk of the ranges."""
        count = 0
        for shard in SHARDS:
            first, last = (f"state#{number}" for number in (FIRST_LATE, LAST_LATE))
            values = {":campaign": f"{campaign}#{shard}", ":first": first, ":last": last}
            condition = "campaign = :campaign AND #i BETWEEN :first AND :last"
            with translated():
                found = query(self._client, self._table, condition, values, **ITEM_NAME)
                count += sum(len(item["item"]) == len(first) for item in found)  # "state#10001" is in between, too
        return count

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        """Return the number of recipients in each state, without the chunks that cannot be read."""
        count: Counter[DeliveryState] = Counter()
        with translated():
            for state in (item for shard in SHARDS for item in self._items(f"{campaign}#{shard}", "state#")):
                with self._leaving_out(f"{campaign} {codec.label_of(state)}"):
                    count += tally([codec.entries_of(campaign, state)])
        return count

    # Unfinished work, found by the sparse index. The index lags a little, so the chunks themselves decide.

    def any_unfinished(self, campaign: str) -> bool:
        """Return whether the index has a chunk with work left. After a write, the answer lags behind for a moment."""
        with translated():
            return next(self._indexed(campaign, codec.INDEX), None) is not None

    def unfinished(self, campaign: str) -> Iterator[Chunk]:
        """Yield the chunks with work left. A chunk that was written just now may be missing."""
        return (chunk for chunk in self._indexed_chunks(campaign, codec.INDEX) if chunk.unfinished)

    def unknown(self, campaign: str) -> Iterator[Chunk]:
        """Yield the chunks without work left in which the outcome of a mail is unknown, in the same way."""
        return (
            chunk for chunk in self._indexed_chunks(campaign, codec.UNKNOWN) if chunk.unknown and not chunk.unfinished
        )

    def _indexed(self, campaign: str, value: str) -> Iterator[dict[str, Any]]:
        condition = f"{codec.INDEX} = :index AND begins_with(campaign, :campaign)"
        values = {":index": value, ":campaign": f"{campaign}#"}
        return query(self._client, self._table, condition, values, IndexName=codec.INDEX)

    def _indexed_refs(self, campaign: str, value: str) -> list[str]:
        refs = []
        with translated():
            for item in self._indexed(campaign, value):
                name = f"{item['campaign']} {item['item']}"
                with self._leaving_out(name), readable(name):
                    refs.append(codec.ref_of(item))
        return sorted(refs)

    def _indexed_chunks(self, campaign: str, value: str) -> Iterator[Chunk]:
        refs = self._indexed_refs(campaign, value)
        for start in range(0, len(refs), CHUNKS_PER_READ):
            batch = refs[start : start + CHUNKS_PER_READ]
            keys = [key for ref in batch for key in codec.chunk_keys(campaign, ref)]
            parts = defaultdict(list)
            with translated():
                for item in batch_get(self._client, self._table, keys):
                    parts[codec.ref_of(item)].append(item)
            for ref in batch:
                with self._leaving_out(f"{campaign} {ref}"):
                    if chunk := codec.chunk_of(campaign, ref, parts[ref]):
                        yield chunk

    # Reads of several kinds of items

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        """Return a campaign and the cursor of one of its shards, read in one request."""
        found = self._partitions([codec.campaign_key(campaign), codec.cursor_key(campaign, shard)])
        campaigns, cursors = found.get(codec.CAMPAIGNS), found.get(campaign)
        known = codec.campaign_of(campaign, *campaigns) if campaigns else None
        return known, codec.cursor_of(campaign, *cursors) if cursors else Cursor(shard=shard)

    def work(self, campaign: str, ref: str) -> Work:
        """Return a campaign, one of its chunks, and whether the series is paused, read in one request."""
        with readable(f"Chunk {ref} of {campaign}"):
            keys = codec.chunk_keys(campaign, ref)
        found = self._partitions([codec.campaign_key(campaign), codec.SERIES, *keys])
        campaigns = found.get(codec.CAMPAIGNS)
        return Work(
            campaign=codec.campaign_of(campaign, *campaigns) if campaigns else None,
            chunk=codec.chunk_of(campaign, ref, found.get(keys[0]["campaign"], [])),
            paused=codec.SERIES["campaign"] in found,
        )

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        """Return the totals of a campaign that is finished; None while a shard or a chunk is unfinished.

        The result is None, too, where an item of the campaign cannot be read.
        """
        try:
            return self._totals(campaign)
        except BadInput as error:
            self.unreadable[campaign] = str(error)
            return None

    def _totals(self, campaign: str) -> Mapping[str, int] | None:
        cursors = self.cursors(campaign)
        if len(cursors) < len(SHARDS) or not all(cursor.finished for cursor in cursors):
            return None
        if self.any_unfinished(campaign):  # one cheap request; only the consistent reads below decide
            return None
        sums = totals(part for shard in SHARDS for part in self.entries(campaign, shard))
        return None if sums["unfinished"] else sums

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=to_item(key), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def _items(self, partition: str, prefix: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a partition whose sort keys begin with `prefix`."""
        values = {":campaign": partition, ":prefix": prefix}
        return query(
            self._client, self._table, "campaign = :campaign AND begins_with(#i, :prefix)", values, **ITEM_NAME
        )

    def _partitions(self, keys: Sequence[Mapping[str, str]]) -> dict[str, list[dict[str, Any]]]:
        """Read the items with these keys that exist, and return them by partition."""
        found: dict[str, list[dict[str, Any]]] = {}
        with translated():
            for item in batch_get(self._client, self._table, keys):
                found.setdefault(item["campaign"], []).append(item)
        return found

    @contextmanager
    def _leaving_out(self, name: str) -> Iterator[None]:
        """Put the reason into `unreadable` instead of raising BadInput."""
        try:
            yield
        except BadInput as error:
            self.unreadable[name] = str(error)


def _number(item: Mapping[str, Any]) -> str:
    """Return the number in a sort key, by which the fixed items and the state items have the same order."""
    return str(item["item"]).partition("#")[2]
