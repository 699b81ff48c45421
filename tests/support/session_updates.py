"""Session updates and uploads without files, for tests of what is done with them."""

from __future__ import annotations

from datetime import date
from typing import Any

from convener.sessions.changes import row
from convener.sessions.history import HistoryEntry, new_id
from convener.sessions.models import Session
from convener.sessions.session_updates import SessionUpdate, SourceLocation, Upload
from tests.support.people import LONG_AGO


def update(
    month: str = "2031-05", *, adds: bool = False, version: int | None = None, line: int = 3, **values: Any
) -> SessionUpdate:
    """Return the update of one session."""
    return SessionUpdate(
        id=month, month=month[:7], where=SourceLocation(line=line), values=values, adds=adds, expected_version=version
    )


def upload(*sessions: SessionUpdate, name: str = "may.yaml", **more: Any) -> Upload:
    """Return an upload with these updates."""
    return Upload(name=name, sessions=sessions, **more)


def many(number: int, **values: Any) -> list[Session]:
    """Return so many sessions, a month apart."""
    months = [f"{2041 + place // 12}-{place % 12 + 1:02}" for place in range(number)]
    base: dict[str, Any] = {"date_source": "rule", "start": "18:00", "length_minutes": 90, "version": 1}
    return [
        Session.model_validate(
            {**base, "id": month, "month": month, "date": date.fromisoformat(f"{month}-15"), **values}
        )
        for month in months
    ]


def entry(*sessions: Session, by: str = "anna") -> HistoryEntry:
    """Return the history entry of creating these sessions."""
    rows = tuple(row(session, version=session.version) for session in sessions)
    return HistoryEntry(id=new_id(LONG_AGO), at=LONG_AGO, by=by, file="may.yaml", file_version="v1", rows=rows)
