"""`convener sessions`: read an archive page, and write what it says into the session records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from convener.errors import BadInput, ConvenerError
from convener.sessions.archive import ArchivedSession, ArchivePage, read_archive
from convener.sessions.loading import LoadReport, SessionStore, load_sessions
from convener.sessions.models import Material
from convener.sessions.series import read_series

SERIES = Path(__file__).parents[2] / "templates" / "series.toml"
MOST_BYTES = 2_000_000  # a page of text of a thousand sessions is half of that


class Place(Protocol):
    """What the command line knows of the stack it works on."""

    def sessions(self) -> SessionStore:
        """Its session records."""


class Unreadable(click.ClickException):
    """Ends the command with status 2 and its message on standard error."""

    exit_code = 2


@click.group()
def sessions() -> None:
    """The meetings of the series."""


@sessions.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print records instead of a table.")
@click.option("--series", "series_file", type=click.Path(path_type=Path), default=SERIES, help="Another series.toml.")
def read(file: str, as_json: bool, series_file: Path) -> None:
    """Read an archive page (plain text, “-” for standard input) and show what it says. Writes nothing."""
    with _told():
        page = _read(file, rule=read_series(series_file).rule)
    if as_json:
        click.echo(json.dumps(as_records(page), ensure_ascii=False, indent=2))
    else:
        _show(page, file)


@sessions.command()
@click.argument("file")
@click.option("--series", "series_file", type=click.Path(path_type=Path), default=SERIES, help="Another series.toml.")
@click.pass_obj
def load(place: Place, file: str, series_file: Path) -> None:
    """Read an archive page and write its sessions. Safe to repeat: what is known already stays as it is."""
    with _told():
        series = read_series(series_file)
        page = _read(file, rule=series.rule)
        report = load_sessions(page, store=place.sessions(), series=series, now=datetime.now(UTC))
    _tell(report, page, file)


def as_records(page: ArchivePage) -> dict[str, Any]:
    """The page in the shape that `--json` prints."""
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


def _read(file: str, *, rule: str) -> ArchivePage:
    name = "standard input" if file == "-" else file
    data = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else _bytes_of(Path(file))
    if len(data) > MOST_BYTES:
        raise BadInput(f"{name}: larger than {MOST_BYTES // 1_000_000} MB, so hardly an archive page in plain text.")
    return read_archive(data, name=name, rule=rule)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise BadInput(f"{path}: there is no such file.") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: this is a folder; give the file in it.") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}.") from error


@contextmanager
def _told() -> Iterator[None]:
    """Our own errors as a message, without a traceback."""
    try:
        yield
    except ConvenerError as error:
        raise Unreadable(str(error)) from error
    except FileNotFoundError as error:
        raise Unreadable(f"{error.filename}: there is no such file.") from error


def _show(page: ArchivePage, file: str) -> None:
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
    console.print(
        Text(f"\n{_count(len(page.sessions), 'session')}. ✓ announced, ✓✓ with its address; * a day the page gives.")
    )
    _warn(console, page, file)


def _warn(console: Console, page: ArchivePage, file: str) -> None:
    notes = [*page.warnings, *(note for session in page.sessions for note in session.warnings)]
    for note in sorted(notes, key=lambda note: note.line or 0):
        console.print(Text(f"{file}:{note.line or 1}: {note.text}"), soft_wrap=True)


def _mark(material: Material) -> str:
    return "✓✓" if material.url else "✓" if material.announced else "–"


def _tell(report: LoadReport, page: ArchivePage, file: str) -> None:
    console = Console(highlight=False)
    for session_id in report.new:
        console.print(Text(f"new        {session_id}"), soft_wrap=True)
    for session_id, changes in report.changed.items():
        for change in changes:
            console.print(Text(f"changed    {session_id}  {change}"), soft_wrap=True)
    for session_id, reason in report.troubles.items():
        console.print(Text(f"not written  {session_id}  {reason}"), soft_wrap=True)
    for warning in report.warnings:
        console.print(Text(warning), soft_wrap=True)
    _warn(console, page, file)
    counts = f"{len(report.new)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged"
    console.print(Text(counts + (f", {len(report.troubles)} not written" if report.troubles else "")))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
