"""The report on one upload, and the form in which it is kept."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

from convener.sessions.changes import Row
from convener.sessions.models import Frozen
from convener.sessions.session_updates import Fault, Note

MAX_PACKED_BYTES = 350_000
"""Bytes of a packed report: it is part of an item of at most 400 KB."""

MAX_LISTED = 200
"""Faults that a report lists, and warnings. A further upload shows the rest."""

_GROUPS = ("new", "changed", "unchanged")


class LoadReport(Frozen):
    """The result of one upload, session by session.

    `written` is False where there was nothing to write, where a fault forbade it, and where `late` says that a newer
    version of the file was written already. The groups have every session in any case. The version of a row is the one
    that the record has after the upload.
    """

    name: str
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    by: str = ""
    written: bool = False
    late: bool = False
    faults: tuple[Fault, ...] = ()
    new: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    unchanged: tuple[Row, ...] = ()
    warnings: tuple[Note, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file has a fault."""
        return bool(self.faults)

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers and ids for a log, without any words that people wrote."""
        return {
            "written": self.written,
            "late": self.late,
            "faults": len(self.faults),
            "new": [row.id for row in self.new],
            "changed": [row.id for row in self.changed],
            "unchanged": len(self.unchanged),
            "warnings": len(self.warnings),
        }


def packed(report: LoadReport) -> bytes:
    """Return the form in which a report is kept, so that an event that comes twice gets the same report.

    A report of more than MAX_PACKED_BYTES is kept without the changes of its rows.
    """
    data = zlib.compress(report.model_dump_json().encode())
    if len(data) <= MAX_PACKED_BYTES:
        return data
    brief = {name: tuple(row.model_copy(update={"changes": ()}) for row in getattr(report, name)) for name in _GROUPS}
    return zlib.compress(report.model_copy(update=brief).model_dump_json().encode())


def unpacked(data: bytes) -> LoadReport:
    """Return the report that was kept."""
    return LoadReport.model_validate_json(zlib.decompress(data))
