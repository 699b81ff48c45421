"""Subscribers in DynamoDB. The partition key is the shard, the sort key the id: fan-out reads consistently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from convener.aws.items import batch_get, from_item, put_if, readable, to_item
from convener.aws.translate import translated
from convener.errors import BadInput, Conflict
from convener.formats import numbered
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus, Unreadable, shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH = 100
"""The number of keys that one BatchGetItem takes."""

IDENTITY = {"shard": "identity", "id": "fingerprint"}
"""The key of the identity key's fingerprint. It lies beside the rows, in a shard that no subscriber has."""


MOMENTS = {
    "confirmed_at": "confirmed_at",
    "status_since": "standing_since",
    "paused_until": "paused_until",
    "moved_at": "moved_at",
    "imported_at": "imported_at",
}
"""Fields of a subscriber that hold a moment, and the attributes that store them."""


class DynamoSubscribers:
    """The Subscribers table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def page(self, shard: str, *, after: str, limit: int) -> Sequence[Subscriber | Unreadable]:
        """Return up to `limit` rows of a shard with ids above `after`, in order of id, read consistently."""
        rows: list[Subscriber | Unreadable] = []
        while len(rows) < limit:
            condition = "#shard = :shard AND id > :after" if after else "#shard = :shard"
            values = {":shard": shard, ":after": after} if after else {":shard": shard}
            with translated():
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeNames={"#shard": "shard"},  # a reserved word of DynamoDB; moto lets it pass
                    ExpressionAttributeValues=to_item(values),
                    ConsistentRead=True,
                    Limit=limit - len(rows),
                )
            rows += [row_of(from_item(item)) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            after = str(from_item(answer["LastEvaluatedKey"])["id"])
        return rows

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Return the rows of the ids that exist, read consistently. Raises BadInput where a row can't be read."""
        found: dict[str, Subscriber] = {}
        for start in range(0, len(ids), BATCH):
            keys = [{"shard": shard_of(one), "id": one} for one in dict.fromkeys(ids[start : start + BATCH])]
            with translated():
                items = list(batch_get(self._client, self._table, keys))
            found |= {row.id: row for row in map(subscriber_of, items)}
        return found

    def add(self, subscriber: Subscriber) -> None:
        """Write a new row. Raises Conflict where a row with this id exists."""
        with translated():
            put_if(self._client, self._table, subscriber_item(subscriber), "attribute_not_exists(id)")

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Replace a row of the expected version. Raises Conflict where the row has another version."""
        with translated():
            put_if(
                self._client,
                self._table,
                subscriber_item(subscriber),
                "version = :expected",
                ExpressionAttributeValues=to_item({":expected": expected_version}),
            )

    def fingerprint(self) -> str | None:
        """Return the fingerprint of the identity key that made the ids, or None for an empty table."""
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=to_item(IDENTITY), ConsistentRead=True)
        if "Item" not in answer:
            return None
        item = from_item(answer["Item"])
        with readable("The fingerprint of the identity key", "fingerprint", item):
            return str(item["value"])

    def keep_fingerprint(self, value: str) -> None:
        """Store the fingerprint once. Raises Conflict where another fingerprint is stored."""
        with translated():
            try:
                item = numbered("fingerprint", {**IDENTITY, "value": value})
                put_if(self._client, self._table, item, "attribute_not_exists(id)")
            except self._client.exceptions.ConditionalCheckFailedException as error:
                if self.fingerprint() != value:
                    raise Conflict("another identity key is in use") from error


def subscriber_item(subscriber: Subscriber) -> dict[str, Any]:
    """Return the item of a subscriber."""
    moments = {stored: getattr(subscriber, name) for name, stored in MOMENTS.items()}
    item = {
        "shard": subscriber.shard,
        "id": subscriber.id,
        "address": subscriber.address,
        "standing": subscriber.status.value,
        "first_name": subscriber.first_name,
        "zone": subscriber.zone,
        "kinds": sorted(subscriber.kinds),
        "calendar": subscriber.calendar.value,
        "text_only": subscriber.text_only,
        "source": subscriber.source,
        "batch": subscriber.batch,
        "moved_to": subscriber.moved_to,
        "moved_from": list(subscriber.moved_from),
        "version": subscriber.version,
        **{name: moment.isoformat() for name, moment in moments.items() if moment},
        **({"wording": subscriber.wording} if subscriber.wording else {}),
        "earlier": [[one.isoformat() for one in stint] for stint in subscriber.earlier],
    }
    return numbered("subscriber", item)


def row_of(item: Mapping[str, Any]) -> Subscriber | Unreadable:
    """Return the subscriber of an item, or Unreadable. Leaving the row out would miss a person silently."""
    try:
        return subscriber_of(item)
    except BadInput as error:
        return Unreadable(id=item["id"], reason=str(error))


def subscriber_of(item: Mapping[str, Any]) -> Subscriber:
    """Return the subscriber of an item. Raises BadInput where the item cannot be read."""
    with readable("A subscriber", "subscriber", item):
        return Subscriber(
            id=item["id"],
            address=item["address"],
            status=_status(item["standing"]),
            **{name: _moment(item, stored) for name, stored in MOMENTS.items()},
            first_name=item["first_name"],
            zone=item["zone"],
            wording=item.get("wording", ""),
            kinds=frozenset(item["kinds"]),
            calendar=_calendar(item),
            text_only=item["text_only"],
            source=item["source"],
            batch=item.get("batch", ""),  # the rows of commit 16a802e have no batch, and nothing about moves
            moved_to=item.get("moved_to", ""),
            moved_from=tuple(item.get("moved_from", ())),
            earlier=tuple(_stint(*stint) for stint in item.get("earlier", ())),
            version=item["version"],
        )


def _status(stored: str) -> SubscriberStatus:
    """Return the status that a row has. "pending" meant: not confirmed, so no mail. That is what LEFT means today."""
    return SubscriberStatus.LEFT if stored == "pending" else SubscriberStatus(stored)


def _calendar(item: Mapping[str, Any]) -> Calendar:
    """Return the calendar choice. The rows of commit 16a802e say only whether the subscriber wants the file."""
    if "calendar" in item:
        return Calendar(item["calendar"])
    return Calendar.FILE if item["calendar_file"] else Calendar.LINK


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(item[name]) if name in item else None


def _stint(since: str, until: str) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(since), datetime.fromisoformat(until)
