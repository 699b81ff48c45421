"""The consent record in DynamoDB: PK the subscriber's id, SK the moment and the entry's mark. Only ever added to.

    subscriber                        at                                          what
    2eb81c055f51de3bf9144c505287f81b  2026-11-23T10:04:46.120000+00:00#5f0c9a1e   joined, by "page", in which words, …

Moments are written in UTC with all their digits, so that the order of the keys is the order of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from convener.aws.items import from_item, query, readable, to_item
from convener.aws.translate import translated
from convener.subscribers.consent import ConsentEntry, ConsentEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 100
"""Entries that one TransactWriteItems takes away."""


class DynamoConsents:
    """The Consents table. Entries are written by `DynamoRegister.commit`, with the rows that they are about."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def of(self, subscriber_id: str) -> Sequence[ConsentEntry]:
        """Her entries, in order of time, read consistently. Raises BadInput where one can't be understood."""
        with translated():
            items = list(query(self._client, self._table, "subscriber = :id", {":id": subscriber_id}))
        return list(map(consent_of, items))

    def forget(self, entries: Sequence[ConsentEntry]) -> None:
        """Erase these. Repeating it changes nothing.

        In transactions, which need no other permission than to delete: BatchWriteItem's would let its holder overwrite.
        Raises Conflict where another does the same at this moment.
        """
        keys = list({tuple(key.items()): key for key in map(consent_key, entries)}.values())
        for start in range(0, len(keys), AT_ONCE):
            deletes: Any = [
                {"Delete": {"TableName": self._table, "Key": to_item(key)}} for key in keys[start : start + AT_ONCE]
            ]
            with translated():
                self._client.transact_write_items(TransactItems=deletes)

    def all(self) -> Iterator[ConsentEntry]:
        """Everybody's entries, hers together and in order of time; pages are read as they are looked at.

        Raises BadInput where one can't be understood.
        """
        request: dict[str, Any] = {"TableName": self._table, "ConsistentRead": True}
        while request:
            with translated():
                page = self._client.scan(**request)
            yield from (consent_of(from_item(item)) for item in page["Items"])
            last = page.get("LastEvaluatedKey")
            request = {**request, "ExclusiveStartKey": last} if last else {}


def consent_key(entry: ConsentEntry) -> dict[str, Any]:
    """Where an entry lies."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"subscriber": entry.subscriber, "at": f"{moment}#{entry.mark}"}


def consent_item(entry: ConsentEntry) -> dict[str, Any]:
    """The entry as it is written."""
    return {
        **consent_key(entry),
        "what": entry.what.value,
        "by": entry.by,
        "wording": entry.wording,
        "kinds": sorted(entry.kinds),
        "note": entry.note,
    }


def consent_of(item: Mapping[str, Any]) -> ConsentEntry:
    """An entry as it was written. Raises BadInput, which names whose it is."""
    with readable(f"An entry of the consent record of {item['subscriber']}"):
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
