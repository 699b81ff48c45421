"""What came of one upload."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

from convener.sessions.changes import Row
from convener.sessions.models import Frozen
from convener.sessions.session_updates import Fault, Note

MOST_BYTES = 350_000
"""Of a packed report: it lies in an item of at most 400 KB."""

MOST_LISTED = 200
"""Faults and warnings that a report lists. Who has mended these will upload again, and sees the rest."""


class LoadReport(Frozen):
    """What came of it, session by session.

    `written` is False where nothing had to be written, where a fault forbade it, and where `late` says that a newer
    version of the file was worked on already. Sessions are in their groups in any case; a row's version is the one
    that the record has now.
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
        """Whether somebody must mend something first."""
        return bool(self.faults)

    @property
    def counts(self) -> dict[str, Any]:
        """What a log may say: numbers and ids, no words of people's."""
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
    """The report as it is kept, so that an event that comes twice gives the same one. Without details if huge."""
    done = zlib.compress(report.model_dump_json().encode())
    if len(done) <= MOST_BYTES:
        return done
    brief = {name: tuple(row.model_copy(update={"changes": ()}) for row in getattr(report, name)) for name in _GROUPS}
    return zlib.compress(report.model_copy(update=brief).model_dump_json().encode())


_GROUPS = ("new", "changed", "unchanged")


def unpacked(data: bytes) -> LoadReport:
    """The report that was kept."""
    return LoadReport.model_validate_json(zlib.decompress(data))
