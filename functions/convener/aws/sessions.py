"""Sessions in DynamoDB. They lie in one partition, because all are read together and there are about twelve a year.

    part       id                       what
    session    2024-04                  the record, as its JSON
    history    2024-04-02T09:…-f3#00    who changed what at that moment; written once, never changed
    upload     inbox/may.yaml           the last upload of that file that was processed, and its report

All changes of an upload are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from convener.aws.items import WRITER, from_item, new_writer, put_if, query, readable, to_item
from convener.aws.translate import translated
from convener.errors import BadInput
from convener.formats import numbered
from convener.sessions.history import HistoryEntry, UploadMark, joined, parts
from convener.sessions.models import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PART, HISTORY, UPLOAD = "session", "history", "upload"


class DynamoSessions:
    """The Sessions table. A record is stored as JSON, so that its fields are checked when it is read."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table
        self.unreadable: dict[str, str] = {}

    def all(self) -> Sequence[Session]:
        """Return every readable session, the oldest first. `unreadable` then has a reason for each other session."""
        with translated():
            items = list(query(self._client, self._table, "part = :part", {":part": PART}))
        self.unreadable = {}
        sessions = []
        for item in items:
            try:
                with readable("its record", "session", item):
                    text = str(item["session"])
                sessions.append(Session.model_validate_json(text))
            except BadInput as error:
                self.unreadable[item["id"]] = str(error)
            except ValidationError as error:
                fields = sorted({".".join(map(str, wrong["loc"])) or "all of it" for wrong in error.errors()})
                self.unreadable[item["id"]] = f"its record can't be read: {', '.join(fields)}"
        return sessions

    def save(self, session: Session, *, expected_version: int) -> None:
        """Write a session whose stored version is the expected one (0: none is stored). Raises Conflict otherwise."""
        condition, more = _still(expected_version)
        with translated():
            put_if(self._client, self._table, _record(session), condition, **more)

    def history(self) -> Iterator[HistoryEntry]:
        """Yield every history entry, the newest first. Pages are read as the caller iterates."""
        return joined(self._history_parts())

    def _history_parts(self) -> Iterator[HistoryEntry]:
        values = {":part": HISTORY}
        with translated():
            for item in query(self._client, self._table, "part = :part", values, ScanIndexForward=False):
                with readable("An entry of the history", "history", item):
                    entry = HistoryEntry.model_validate_json(item["entry"])
                yield entry

    def mark(self, key: str) -> UploadMark | None:
        """Return the mark of the last upload under that key, or None."""
        with translated():
            item = self._item(UPLOAD, key)
        if item is None:
            return None
        with readable(f"The mark of {key}", "upload", item):
            report = bytes(item["report"].value)
            return UploadMark(key=key, sequencer=item["sequencer"], version_id=item["version_id"], report=report)

    def commit(
        self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: UploadMark | None
    ) -> None:
        """Write sessions, history entry and mark in one transaction, or nothing. Raises Conflict.

        `sessions` has each session with the version that must be stored now (0: none).
        """
        writer = new_writer()
        puts = [(_record(session), *_still(version)) for session, version in sessions]
        puts += [
            (numbered("history", {"part": HISTORY, "id": part.id, "entry": part.model_dump_json()}), *_still(0))
            for part in (parts(entry) if entry else ())
        ]
        puts += [(_marked(mark), *_later(mark))] if mark else []
        # A history item is the best proof that this transaction was written, because history is never overwritten.
        proof = next((item for item, _, _ in puts if item["part"] == HISTORY), puts[-1][0])
        with translated():
            try:
                self._client.transact_write_items(TransactItems=[{"Put": self._put(*put, writer)} for put in puts])
            except (ClientError, BotoCoreError):
                # boto3 may have repeated a transaction whose answer was lost. Then its items have our own writer mark.
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
    item = {"part": PART, "id": session.id, "version": session.version, "session": session.model_dump_json()}
    return numbered("session", item)


def _marked(mark: UploadMark) -> dict[str, Any]:
    item = {
        "part": UPLOAD,
        "id": mark.key,
        "sequencer": mark.order,
        "version_id": mark.version_id,
        "report": mark.report,
    }
    return numbered("upload", item)


def _still(version: int) -> tuple[str, dict[str, Any]]:
    """Return the condition that a record has this version. 0 means that no record exists."""
    if version == 0:
        return "attribute_not_exists(id)", {}
    return "version = :expected", {"ExpressionAttributeValues": to_item({":expected": version})}


def _later(mark: UploadMark) -> tuple[str, dict[str, Any]]:
    """Return the condition that neither this event nor a later one was processed."""
    condition = "attribute_not_exists(id) OR sequencer < :order OR (sequencer = :order AND version_id <> :version)"
    values = {":order": mark.order, ":version": mark.version_id}
    return condition, {"ExpressionAttributeValues": to_item(values)}
