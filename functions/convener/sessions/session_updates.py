"""The content of an uploaded file about sessions: the stated values, checked, with their places in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convener.sessions.models import Frozen, MonthId, SessionId

MOST_SESSIONS = 90
"""The limit for one file. A DynamoDB transaction has at most 100 items, and also holds the history and the mark."""


class Note(Frozen):
    """A warning for the editor. `line` counts from 1; None where the note concerns the whole file."""

    text: str
    line: int | None = None

    def __str__(self) -> str:
        """Return the note as one line for people."""
        return self.text if self.line is None else f"line {self.line}: {self.text}"


class SourceLocation(Frozen):
    """A place in a file. Lines, characters and rows count from 1, as text editors and spreadsheets show them.

    `column` is the heading of a table column; `field` is the name of a value in YAML, JSON and similar formats.
    """

    line: int | None = None
    character: int | None = None
    sheet: str = ""
    row: int | None = None
    column: str = ""
    field: str = ""

    def __str__(self) -> str:
        """Return the place as text, such as sheet “Sessions”, row 3, column “Date”."""
        parts = (
            f"sheet “{self.sheet}”" if self.sheet else "",
            f"line {self.line}" if self.line else "",
            f"character {self.character}" if self.character else "",
            f"row {self.row}" if self.row else "",
            f"column “{self.column}”" if self.column else "",
            f"“{self.field}”" if self.field else "",
        )
        return ", ".join(part for part in parts if part)


class Fault(Frozen):
    """A reason why a file cannot be used: `text` says what is wrong, `mend` how to correct the file."""

    text: str
    mend: str
    where: SourceLocation = SourceLocation()

    def __str__(self) -> str:
        """Return the fault as a report shows it."""
        place = str(self.where)
        return f"{place[:1].upper()}{place[1:]}: {self.text} {self.mend}" if place else f"{self.text} {self.mend}"


class SessionUpdate(Frozen):
    """The values that a file states for one session.

    Attributes:
        values: The stated fields of `Session` with their checked values. A missing field stays as it is stored.
        adds: Whether materials and presentations are added to the stored values (an archive page) instead of replacing
            them.
        expected_version: The version that the editor started from, where the file states one.
    """

    id: SessionId
    month: MonthId
    where: SourceLocation
    values: Mapping[str, Any]
    adds: bool = False
    expected_version: int | None = None


class Upload(Frozen):
    """The content of one file. Where there is a fault, nothing of the file may be written."""

    name: str
    sessions: tuple[SessionUpdate, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Note, ...] = ()
