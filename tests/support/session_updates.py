"""What files tell, without files: for tests of what is made of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from convener.sessions.changes import row
from convener.sessions.history import HistoryEntry, new_id
from convener.sessions.models import Session
from convener.sessions.session_updates import SessionUpdate, SourceLocation, Upload
from tests.support.people import LONG_AGO


def told(
    month: str = "2031-05", *, adds: bool = False, version: int | None = None, line: int = 3, **values: Any
) -> SessionUpdate:
    """One session of a file."""
    return SessionUpdate(
        id=month, month=month[:7], where=SourceLocation(line=line), values=values, adds=adds, expected_version=version
    )


def upload(*sessions: SessionUpdate, name: str = "may.yaml", **more: Any) -> Upload:
    """A file with these sessions."""
    return Upload(name=name, sessions=sessions, **more)


def many(number: int, **values: Any) -> list[Session]:
    """That many sessions, a month apart."""
    months = [f"{2041 + place // 12}-{place % 12 + 1:02}" for place in range(number)]
    base: dict[str, Any] = {"date_source": "rule", "start": "18:00", "length_minutes": 90, "version": 1}
    return [
        Session.model_validate({**base, "id": one, "month": one, "date": date.fromisoformat(f"{one}-15"), **values})
        for one in months
    ]


def entry(*sessions: Session, by: str = "anna") -> HistoryEntry:
    """The history of making these."""
    rows = tuple(row(one, version=one.version) for one in sessions)
    return HistoryEntry(id=new_id(LONG_AGO), at=LONG_AGO, by=by, file="may.yaml", file_version="v1", rows=rows)
