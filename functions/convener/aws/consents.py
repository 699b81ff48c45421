"""The consent record in DynamoDB, to which entries are only added.

The partition key is the subscriber's id, the sort key the moment and the entry's mark:

    subscriber                        at                                          what
    2eb81c055f51de3bf9144c505287f81b  2026-11-23T10:04:46.120000+00:00#5f0c9a1e   joined, by "page", wording, …

Moments are written in UTC with all their digits, so that the order of the keys is the order of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from convener.aws.items import from_item, query, readable, to_item
from convener.aws.translate import translated
from convener.formats import numbered
from convener.subscribers.consent import ConsentEntry, ConsentEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 100
"""The number of entries that one TransactWriteItems deletes."""


class DynamoConsents:
    """The Consents table. `DynamoUnitOfWork.commit` writes entries, together with the rows that they belong to."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def of(self, subscriber_id: str) -> Sequence[ConsentEntry]:
        """Return the entries of one subscriber in order of time, read consistently.

        Raises BadInput for an unreadable entry.
        """
        with translated():
            items = list(query(self._client, self._table, "subscriber = :id", {":id": subscriber_id}))
        return list(map(consent_of, items))

    def forget(self, entries: Sequence[ConsentEntry]) -> None:
        """Erase the entries. Repeating it changes nothing.

        Transactions need only the permission to delete; the permission for BatchWriteItem would allow to overwrite.
        Raises Conflict where another process erases the same entries at this moment.
        """
        keys = list({tuple(key.items()): key for key in map(consent_key, entries)}.values())
        for start in range(0, len(keys), AT_ONCE):
            deletes: Any = [
                {"Delete": {"TableName": self._table, "Key": to_item(key)}} for key in keys[start : start + AT_ONCE]
            ]
            with translated():
                self._client.transact_write_items(TransactItems=deletes)

    def all(self) -> Iterator[ConsentEntry]:
        """Yield all entries, grouped by subscriber and in order of time. Pages are read as the caller iterates.

        Raises BadInput for an unreadable entry.
        """
        request: dict[str, Any] = {"TableName": self._table, "ConsistentRead": True}
        while request:
            with translated():
                page = self._client.scan(**request)
            yield from (consent_of(from_item(item)) for item in page["Items"])
            last = page.get("LastEvaluatedKey")
            request = {**request, "ExclusiveStartKey": last} if last else {}


def consent_key(entry: ConsentEntry) -> dict[str, Any]:
    """Return the key of an entry."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"subscriber": entry.subscriber, "at": f"{moment}#{entry.mark}"}


def consent_item(entry: ConsentEntry) -> dict[str, Any]:
    """Return the item of an entry."""
    item = {
        **consent_key(entry),
        "what": entry.what.value,
        "by": entry.by,
        "wording": entry.wording,
        "kinds": sorted(entry.kinds),
        "note": entry.note,
    }
    return numbered("consent", item)


def consent_of(item: Mapping[str, Any]) -> ConsentEntry:
    """Return the entry of an item. Raises BadInput, which names the subscriber's id."""
    with readable(f"An entry of the consent record of {item['subscriber']}", "consent", item):
        moment, _, mark = item["at"].partition("#")
        return ConsentEntry(
            subscriber=item["subscriber"],
            at=datetime.fromisoformat(moment),
            what=ConsentEvent(item["what"]),
            by=item["by"],
            wording=item["wording"],
            kinds=frozenset(item["kinds"]),
            note=item["note"],
            mark=mark,
        )
