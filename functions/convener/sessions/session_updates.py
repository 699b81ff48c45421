"""What a file tells about sessions: only what it says, each part checked, with the place where it says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convener.sessions.models import Frozen, MonthId, SessionId

MOST_SESSIONS = 90
"""In one file: all of them, their history and the upload's mark fit into one DynamoDB transaction of 100 items."""


class Note(Frozen):
    """Something a person should look at. `line` counts from 1; None where it concerns the whole page."""

    text: str
    line: int | None = None

    def __str__(self) -> str:
        """As people read it."""
        return self.text if self.line is None else f"line {self.line}: {self.text}"


class SourceLocation(Frozen):
    """A place in a file. Lines, characters and rows count from 1, as editors and spreadsheets show them.

    A column is a heading of a table, a field the name of a value in YAML, JSON and the like.
    """

    line: int | None = None
    character: int | None = None
    sheet: str = ""
    row: int | None = None
    column: str = ""
    field: str = ""

    def __str__(self) -> str:
        """As people say it: “sheet “Sessions”, row 3, column “Date””."""
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
    """Why a file can't be used: where, what is wrong, how to mend it. Words are whole sentences."""

    text: str
    mend: str
    where: SourceLocation = SourceLocation()

    def __str__(self) -> str:
        """As a report shows it."""
        place = str(self.where)
        return f"{place[:1].upper()}{place[1:]}: {self.text} {self.mend}" if place else f"{self.text} {self.mend}"


class SessionUpdate(Frozen):
    """One session as a file tells it.

    `values` has the told fields of `Session` and their checked values; what isn't there stays as it is known. `adds`
    means that materials and presentations join what is known (an archive page), instead of taking its place.
    `expected_version` is the version that the editor started from, where the file says one.
    """

    id: SessionId
    month: MonthId
    where: SourceLocation
    values: Mapping[str, Any]
    adds: bool = False
    expected_version: int | None = None


class Upload(Frozen):
    """What one file tells. With a fault, nothing of it may be written."""

    name: str
    sessions: tuple[SessionUpdate, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Note, ...] = ()
