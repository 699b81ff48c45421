"""Sessions in DynamoDB: one partition, since all are read together, and there are a dozen a year.

    part       id                       what
    session    2024-04                  the record, as its JSON
    history    2024-04-02T09:…-f3#00    who changed what then; written once, never touched again
    upload     inbox/may.yaml           the last upload of that file that was worked on, and what came of it

What an upload changes is written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from convener.aws.items import WRITER, from_item, new_writer, put_if, query, to_item
from convener.aws.translate import translated
from convener.sessions.history import HistoryEntry, UploadMark, joined, parts
from convener.sessions.models import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PART, HISTORY, UPLOAD = "session", "history", "upload"


class DynamoSessions:
    """The Sessions table. A record lies there as its JSON, so that its fields are checked when it is read."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table
        self.unreadable: dict[str, str] = {}

    def all(self) -> Sequence[Session]:
        """Every session, oldest first, but those in `unreadable`: one bad record must not hold up the others."""
        with translated():
            items = list(query(self._client, self._table, "part = :part", {":part": PART}))
        self.unreadable = {}
        sessions = []
        for item in items:
            try:
                sessions.append(Session.model_validate_json(item["session"]))
            except ValidationError as error:
                fields = sorted({".".join(map(str, wrong["loc"])) or "all of it" for wrong in error.errors()})
                self.unreadable[item["id"]] = f"its record can't be read: {', '.join(fields)}"
        return sessions

    def save(self, session: Session, *, expected_version: int) -> None:
        """Write it where the version is still the expected one (0: none yet). Raises Conflict otherwise."""
        condition, more = _still(expected_version)
        with translated():
            put_if(self._client, self._table, _record(session), condition, **more)

    def history(self) -> Iterator[HistoryEntry]:
        """Every entry, newest first; pages are read as they are looked at."""
        return joined(self._history_parts())

    def _history_parts(self) -> Iterator[HistoryEntry]:
        values = {":part": HISTORY}
        with translated():
            for item in query(self._client, self._table, "part = :part", values, ScanIndexForward=False):
                yield HistoryEntry.model_validate_json(item["entry"])

    def mark(self, key: str) -> UploadMark | None:
        """The mark of the last upload under that key."""
        with translated():
            item = self._item(UPLOAD, key)
        if item is None:
            return None
        report = bytes(item["report"].value)
        return UploadMark(key=key, sequencer=item["sequencer"], version_id=item["version_id"], report=report)

    def commit(
        self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: UploadMark | None
    ) -> None:
        """All of it in one transaction, or nothing. Raises Conflict."""
        writer = new_writer()
        puts = [(_record(session), *_still(version)) for session, version in sessions]
        puts += [
            ({"part": HISTORY, "id": part.id, "entry": part.model_dump_json()}, *_still(0))
            for part in (parts(entry) if entry else ())
        ]
        puts += [(_marked(mark), *_later(mark))] if mark else []
        proof = next((item for item, _, _ in puts if item["part"] == HISTORY), puts[-1][0])  # nobody overwrites history
        with translated():
            try:
                self._client.transact_write_items(TransactItems=[{"Put": self._put(*put, writer)} for put in puts])
            except (ClientError, BotoCoreError):
                # boto3 may have repeated a transaction whose answer was lost: then its items bear our own mark.
                now = self._item(proof["part"], proof["id"])
                if now is None or now.get(WRITER) != writer:
                    raise

    def _put(self, item: dict[str, Any], condition: str, more: dict[str, Any], writer: str) -> Any:
        values = to_item({**item, WRITER: writer})
        return {"TableName": self._table, "Item": values, "ConditionExpression": condition, **more}

    def _item(self, part: str, name: str) -> dict[str, Any] | None:
        key = to_item({"part": part, "id": name})
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None


def _record(session: Session) -> dict[str, Any]:
    return {"part": PART, "id": session.id, "version": session.version, "session": session.model_dump_json()}


def _marked(mark: UploadMark) -> dict[str, Any]:
    return {
        "part": UPLOAD,
        "id": mark.key,
        "sequencer": mark.order,
        "version_id": mark.version_id,
        "report": mark.report,
    }


def _still(version: int) -> tuple[str, dict[str, Any]]:
    """The condition that a record has this version; 0 means that there is none."""
    if version == 0:
        return "attribute_not_exists(id)", {}
    return "version = :expected", {"ExpressionAttributeValues": to_item({":expected": version})}


def _later(mark: UploadMark) -> tuple[str, dict[str, Any]]:
    """The condition that no later event was worked on, nor this very one."""
    condition = "attribute_not_exists(id) OR sequencer < :order OR (sequencer = :order AND version_id <> :version)"
    values = {":order": mark.order, ":version": mark.version_id}
    return condition, {"ExpressionAttributeValues": to_item(values)}
