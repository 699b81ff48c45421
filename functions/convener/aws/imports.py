"""What imports write down about themselves, in the Requests table, and the taking back of their rows.

    part               item            what
    imports            <batch>         when, from where, how many, and whether it was undone
    import/<batch>     00001           the ids of one part: those it adds, those it has filled

All of it expires with the import's days of grace; DynamoDB deletes late, so whoever reads looks at the time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from convener.aws.items import new_writer, query, readable, to_item
from convener.aws.requests import passing
from convener.aws.translate import translated
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.intake.subscribers.import_records import FilledFields, ImportPart, ImportRecord
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import Transaction

_NAMES = {"ExpressionAttributeNames": {"#part": "part"}}


class DynamoImports(DynamoUnitOfWork):
    """The notes of imports. It is a register too, for what is taken back lies in the same three tables."""

    def begin(self, imported: ImportRecord) -> None:
        """Write an import down, or anew with what has become of it."""
        item = passing(
            "imports",
            imported.batch,
            until=imported.until,
            at=imported.at.isoformat(),
            source=imported.source,
            file=imported.file,
            **{name: getattr(imported, name) for name in ("added", "filled") if getattr(imported, name) is not None},
            **({"undone_at": imported.undone_at.isoformat()} if imported.undone_at else {}),
        )
        self._put(item)

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        """Write one part down, by its number."""
        filled = {one: [entry.version, *entry.fields] for one, entry in part.filled.items()}
        self._put(
            passing(
                f"import/{imported.batch}", f"{number:05}", until=imported.until, added=list(part.added), filled=filled
            )
        )

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        """Those that can still be undone, or were, newest first. Raises BadInput where one can't be understood."""
        found = [one for one in map(_imported_of, self._parts("imports")) if now < one.until]
        return sorted(found, key=lambda one: (one.at, one.batch), reverse=True)

    def parts(self, batch: str) -> Iterator[ImportPart]:
        """Every part of one, in order, read consistently."""
        return map(_part_of, self._parts(f"import/{batch}"))

    def take_back(self, rows: Sequence[Subscriber], entries: Sequence[ConsentEntry]) -> None:
        """Delete rows that are still as they are given here, and write the entries, in one transaction.

        Raises Conflict, Unavailable (nothing was written) or LostAnswer (nobody knows).
        """
        writer, saving = new_writer(), Transaction(consents=entries)
        writes: Any = [*self._writes(saving, writer), *map(self._row_delete, rows)]
        with translated():
            try:
                self._client.transact_write_items(TransactItems=writes)
            except (ClientError, BotoCoreError):
                if not self._is_written(saving, writer):
                    raise

    def _row_delete(self, row: Subscriber) -> dict[str, Any]:
        values = {":version": row.version, ":standing": row.status.value, ":batch": row.batch}
        return {
            "Delete": {
                "TableName": self._table,
                "Key": to_item({"shard": row.shard, "id": row.id}),
                "ConditionExpression": "version = :version AND standing = :standing AND #batch = :batch",
                "ExpressionAttributeNames": {"#batch": "batch"},
                "ExpressionAttributeValues": to_item(values),
            }
        }

    def _put(self, item: Mapping[str, Any]) -> None:
        with translated():
            self._client.put_item(TableName=self._requests, Item=to_item(item))

    def _parts(self, part: str) -> Iterator[dict[str, Any]]:
        found = query(self._client, self._requests, "#part = :part", {":part": part}, **_NAMES)
        while True:
            with translated():
                item = next(found, None)
            if item is None:
                return
            yield item


def _imported_of(item: Mapping[str, Any]) -> ImportRecord:
    with readable("What an import wrote down"):
        return ImportRecord(
            batch=item["item"],
            at=datetime.fromisoformat(item["at"]),
            source=item["source"],
            file=item["file"],
            added=item.get("added"),
            filled=item.get("filled"),
            undone_at=datetime.fromisoformat(item["undone_at"]) if "undone_at" in item else None,
        )


def _part_of(item: Mapping[str, Any]) -> ImportPart:
    with readable("What an import wrote down"):
        filled = {
            one: FilledFields(version=int(entry[0]), fields=tuple(entry[1:])) for one, entry in item["filled"].items()
        }
        return ImportPart(added=tuple(item["added"]), filled=filled)
