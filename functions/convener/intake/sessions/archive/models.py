"""What reading an archive page gives."""

from __future__ import annotations

from datetime import date
from typing import Literal

from convener.sessions.models import Frozen, HttpsUrl, Material, MonthId, Presentation, SessionId, Speaker
from convener.sessions.session_updates import Note


class ArchivedSession(Frozen):
    """One session as the page tells it. What the page doesn't say is None or empty, never guessed."""

    id: SessionId
    month: MonthId
    date: date
    date_source: Literal["rule", "given"]
    line: int
    title: str | None = None
    speakers: tuple[Speaker, ...] = ()
    summary: str = ""
    join_url: HttpsUrl | None = None
    insights: Material = Material()
    presentations: tuple[Presentation, ...] = ()
    recording: Material = Material()
    warnings: tuple[Note, ...] = ()


class ArchivePage(Frozen):
    """Sessions, newest first, and what concerns no single one of them."""

    sessions: tuple[ArchivedSession, ...]
    warnings: tuple[Note, ...] = ()
