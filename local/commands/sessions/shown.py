"""The sessions of a file as a table for people, or as records for programs."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from convener.intake.sessions.archive.page import ArchivedSession, ArchivePage
from convener.sessions.models import Material
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate, Upload

_SHOWN = ("title", "speakers", "summary", "join_url", "insights", "presentations", "recording")


def page_of(upload: Upload, series: Series) -> ArchivePage:
    """Return the sessions of any file as an archive page, the newest first."""
    found = [_archived(told, series) for told in upload.sessions]
    newest = sorted(found, key=lambda one: (one.date, one.id), reverse=True)
    return ArchivePage(sessions=tuple(newest), warnings=upload.warnings)


def _archived(told: SessionUpdate, series: Series) -> ArchivedSession:
    day = told.values.get("date")
    return ArchivedSession(
        id=told.id,
        month=told.month,
        date=day or date_by_rule(told.month, series.rule),
        date_source="given" if day else "rule",
        line=told.where.line or told.where.row or 1,
        **{name: told.values[name] for name in _SHOWN if name in told.values},
    )


def as_records(page: ArchivePage) -> dict[str, Any]:
    """Return the page as `--json` prints it."""
    return {
        "sessions": [_record(session) for session in page.sessions],
        "warnings": [str(note) for note in page.warnings],
    }


def _record(session: ArchivedSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "month": session.month,
        "date": session.date.isoformat(),
        "date_source": session.date_source,
        "title": session.title,
        "speakers": [speaker.model_dump() for speaker in session.speakers],
        "summary": session.summary,
        "insights": _announced(session.insights),
        "recording": _announced(session.recording),
        "warnings": [str(note) for note in session.warnings],
    }


def _announced(material: Material) -> dict[str, Any]:
    return {"announced": material.announced, "url": material.url}


def show(page: ArchivePage, file: str) -> None:
    """Print a table no wider than the screen, then the warnings that a person should read."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for heading, options in (
        ("Month", {"no_wrap": True}),
        ("Date", {"no_wrap": True}),
        ("Title", {}),
        ("Speakers", {}),
    ):
        table.add_column(heading, **options)  # type: ignore[arg-type]
    for heading in ("Ins", "Rec"):
        table.add_column(heading, justify="center", no_wrap=True)
    for session in page.sessions:
        table.add_row(
            session.id,
            f"{session.date:%d %b}" + ("*" if session.date_source == "given" else ""),
            Text(session.title or "–"),
            Text(", ".join(speaker.name for speaker in session.speakers) or "–"),
            _mark(session.insights),
            _mark(session.recording),
        )
    console = Console(highlight=False)
    console.print(table)
    number = len(page.sessions)
    count = f"{number} session" if number == 1 else f"{number} sessions"
    console.print(Text(f"\n{count}. ✓ announced, ✓✓ with its address; * a day that the file gives."))
    notes = [*page.warnings, *(note for session in page.sessions for note in session.warnings)]
    for note in sorted(notes, key=lambda note: note.line or 0):
        console.print(Text(f"{file}:{note.line or 1}: {note.text}"), soft_wrap=True)


def _mark(material: Material) -> str:
    return "✓✓" if material.url else "✓" if material.announced else "–"
