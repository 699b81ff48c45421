"""Sessions in DynamoDB: one partition, since all are read together, and there are a dozen a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from convener.aws.items import put_if, query, to_item
from convener.aws.translate import translated
from convener.sessions.models import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PART = "session"


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
        record = {
            "part": PART,
            "id": session.id,
            "version": session.version,
            "session": session.model_dump_json(),
        }
        with translated():
            if expected_version == 0:
                put_if(self._client, self._table, record, "attribute_not_exists(id)")
            else:
                put_if(
                    self._client,
                    self._table,
                    record,
                    "version = :expected",
                    ExpressionAttributeValues=to_item({":expected": expected_version}),
                )
