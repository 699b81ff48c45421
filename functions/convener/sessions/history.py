"""Who changed what: entries that are only ever added, and the mark of the last upload of each file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from convener.sessions.changes import Row
from convener.sessions.models import Frozen

MOST_BYTES = 300_000
"""Of one part of an entry, as JSON: a DynamoDB item has at most 400 KB."""

SEQUENCER = 64
"""Hex digits that a sequencer is kept with. S3 gives 16 to 18."""


class HistoryEntry(Frozen):
    """One change of one or many sessions. `id` sorts by time. `file` is empty for what no file changed."""

    id: str
    at: datetime
    by: str
    file: str = ""
    file_version: str = ""
    rows: tuple[Row, ...]


class UploadMark(Frozen):
    """The last upload that was worked on under a key. `report` is what came of it, packed.

    Sequencers are compared as the S3 guide says: padded with zeros on the right, then as text
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    """

    key: str
    sequencer: str
    version_id: str
    report: bytes = b""

    @property
    def order(self) -> str:
        """The sequencer in a form that compares as text."""
        return self.sequencer.upper().ljust(SEQUENCER, "0")

    def is_same(self, other: UploadMark) -> bool:
        """Whether both are of one event: it came twice."""
        return (self.order, self.version_id) == (other.order, other.version_id)


def new_id(at: datetime) -> str:
    """An id that nobody else has and that sorts by time."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}-{uuid.uuid4().hex[:12]}"


def parts(entry: HistoryEntry) -> list[HistoryEntry]:
    """The entry in parts that each fit into an item; most have one. Their ids sort one behind the other."""
    rows: list[list[Row]] = [[]]
    room = MOST_BYTES
    for piece in _pieces(entry.rows):
        size = _size(piece)
        if rows[-1] and size > room:
            rows.append([])
            room = MOST_BYTES
        rows[-1].append(piece)
        room -= size
    return [
        entry.model_copy(update={"id": f"{entry.id}#{number:02}", "rows": tuple(some)})
        for number, some in enumerate(rows)
    ]


def joined(newest_first: Iterable[HistoryEntry]) -> Iterator[HistoryEntry]:
    """Entries from their parts, which come newest first: so an entry's last part comes before its first."""
    whole: HistoryEntry | None = None
    for part in newest_first:
        name = part.id.partition("#")[0]
        if whole is not None and whole.id == name:
            whole = whole.model_copy(update={"rows": _together((*part.rows, *whole.rows))})
            continue
        if whole is not None:
            yield whole
        whole = part.model_copy(update={"id": name})
    if whole is not None:
        yield whole


def _pieces(rows: Sequence[Row]) -> Iterator[Row]:
    for one in rows:
        if _size(one) <= MOST_BYTES:
            yield one
        else:  # very long texts: a piece for each field
            yield from (one.model_copy(update={"changes": (change,)}) for change in one.changes)


def _together(rows: Sequence[Row]) -> tuple[Row, ...]:
    found: dict[str, Row] = {}
    for one in rows:
        known = found.get(one.id)
        found[one.id] = one.model_copy(update={"changes": (*known.changes, *one.changes)}) if known else one
    return tuple(found.values())


def _size(one: Row) -> int:
    return len(one.model_dump_json().encode())
