"""The records of imports in the Requests table.

    part               item            content
    imports            <batch>         time and source of one import, its numbers, and whether it was undone
    import/<batch>     00001           one part: the ids that it adds or marks, and the rows of which it filled fields

All items expire with the time in which an import can be undone. DynamoDB deletes expired items late, so `all` compares
the times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from convener.aws.items import query, readable, to_item
from convener.aws.requests import expiring
from convener.aws.translate import translated
from convener.intake.subscribers.import_records import FilledFields, ImportPart, ImportRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES = {"ExpressionAttributeNames": {"#part": "part"}}


class DynamoImportStore:
    """The imports that can be undone."""

    def __init__(self, client: DynamoDBClient, requests_table: str) -> None:
        self._client, self._table = client, requests_table

    def begin(self, imported: ImportRecord) -> None:
        """Write an import, or write a stored import again with its results."""
        self._put(
            expiring(
                "import",
                "imports",
                imported.batch,
                until=imported.until,
                at=imported.at.isoformat(),
                source=imported.source,
                file=imported.file,
                **{
                    name: count
                    for name in ("added", "filled", "marked")
                    if (count := getattr(imported, name)) is not None
                },
                **({"undone_at": imported.undone_at.isoformat()} if imported.undone_at else {}),
            )
        )

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        """Write one part of an import under its number."""
        filled = {identity: [fields.version, *fields.fields] for identity, fields in part.filled.items()}
        key = f"import/{imported.batch}", f"{number:05}"
        marked: dict[str, Any] = {"marked": list(part.marked)} if part.marked else {}
        self._put(expiring("import-part", *key, until=imported.until, added=list(part.added), filled=filled, **marked))

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        """Return the imports that can still be undone, and those that were undone, newest first.

        Raises BadInput where an item cannot be read.
        """
        found = [record for record in map(_record_of, self._items("imports")) if now < record.until]
        return sorted(found, key=lambda record: (record.at, record.batch), reverse=True)

    def parts(self, batch: str) -> Iterator[ImportPart]:
        """Yield the parts of an import in order, read consistently. Raises BadInput where an item cannot be read."""
        return map(_part_of, self._items(f"import/{batch}"))

    def _put(self, item: Mapping[str, Any]) -> None:
        with translated():
            self._client.put_item(TableName=self._table, Item=to_item(item))

    def _items(self, part: str) -> Iterator[dict[str, Any]]:
        found = query(self._client, self._table, "#part = :part", {":part": part}, **_NAMES)
        while True:
            with translated():
                item = next(found, None)
            if item is None:
                return
            yield item


def _record_of(item: Mapping[str, Any]) -> ImportRecord:
    with readable("The record of an import", "import", item):
        return ImportRecord(
            batch=item["item"],
            at=datetime.fromisoformat(item["at"]),
            source=item["source"],
            file=item["file"],
            added=item.get("added"),
            filled=item.get("filled"),
            marked=item.get("marked"),
            undone_at=datetime.fromisoformat(item["undone_at"]) if "undone_at" in item else None,
        )


def _part_of(item: Mapping[str, Any]) -> ImportPart:
    with readable("The record of an import", "import-part", item):
        filled = {
            identity: FilledFields(version=int(version), fields=tuple(fields))
            for identity, (version, *fields) in item["filled"].items()
        }
        return ImportPart(added=tuple(item["added"]), filled=filled, marked=tuple(item.get("marked", ())))
