"""The history of sessions, whose entries are only added, and the mark of the last upload of each file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from convener.sessions.changes import Row
from convener.sessions.models import Frozen

MAX_PART_BYTES = 300_000
"""The size of one part of an entry as JSON. A DynamoDB item has at most 400 KB."""

SEQUENCER_DIGITS = 64
"""The number of hex digits that a sequencer is padded to. S3 gives 16 to 18."""


class HistoryEntry(Frozen):
    """One change of one or many sessions.

    Attributes:
        id: A unique id that sorts by time (see `new_id`).
        by: The person or AWS principal that made the change.
        file: The name of the uploaded file; empty where the change came without a file.
        file_version: The S3 version of the file.
    """

    id: str
    at: datetime
    by: str
    file: str = ""
    file_version: str = ""
    rows: tuple[Row, ...]


class UploadMark(Frozen):
    """The last processed upload of one S3 key. `report` is the compressed report of that upload.

    Sequencers are compared as the S3 guide says: padded with zeros on the right, then as text
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    """

    key: str
    sequencer: str
    version_id: str
    report: bytes = b""

    @property
    def order(self) -> str:
        """The sequencer in a form that can be compared as text."""
        return self.sequencer.upper().ljust(SEQUENCER_DIGITS, "0")

    def is_same(self, other: UploadMark) -> bool:
        """Return whether both marks are for the same S3 event, which S3 may deliver twice."""
        return (self.order, self.version_id) == (other.order, other.version_id)


def new_id(at: datetime) -> str:
    """Return a unique id that sorts by time."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}-{uuid.uuid4().hex[:12]}"


def parts(entry: HistoryEntry) -> list[HistoryEntry]:
    """Split an entry into parts that each fit into a DynamoDB item; most entries have one part.

    The ids of the parts sort in the order of the parts.
    """
    rows: list[list[Row]] = [[]]
    remaining_bytes = MAX_PART_BYTES
    for piece in _pieces(entry.rows):
        size = _size(piece)
        if rows[-1] and size > remaining_bytes:
            rows.append([])
            remaining_bytes = MAX_PART_BYTES
        rows[-1].append(piece)
        remaining_bytes -= size
    return [
        entry.model_copy(update={"id": f"{entry.id}#{number:02}", "rows": tuple(part)})
        for number, part in enumerate(rows)
    ]


def joined(newest_first: Iterable[HistoryEntry]) -> Iterator[HistoryEntry]:
    """Join parts to entries, newest entry first.

    The parts must be sorted newest first, so the last part of an entry comes first.
    """
    entry: HistoryEntry | None = None
    for part in newest_first:
        entry_id = part.id.partition("#")[0]
        if entry is not None and entry.id == entry_id:
            entry = entry.model_copy(update={"rows": _merge_pieces((*part.rows, *entry.rows))})
            continue
        if entry is not None:
            yield entry
        entry = part.model_copy(update={"id": entry_id})
    if entry is not None:
        yield entry


def _pieces(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        if _size(row) <= MAX_PART_BYTES:
            yield row
        else:  # a row with very long texts has a piece for each field
            yield from (row.model_copy(update={"changes": (change,)}) for change in row.changes)


def _merge_pieces(rows: Sequence[Row]) -> tuple[Row, ...]:
    merged: dict[str, Row] = {}
    for row in rows:
        known = merged.get(row.id)
        merged[row.id] = row.model_copy(update={"changes": (*known.changes, *row.changes)}) if known else row
    return tuple(merged.values())


def _size(row: Row) -> int:
    return len(row.model_dump_json().encode())
