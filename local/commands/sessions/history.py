"""`convener sessions history`: who changed what, the newest change first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from convener.sessions.changes import day
from convener.sessions.history import HistoryEntry
from convener.sessions.series import Series
from local.commands.sessions.files import errors_as_messages, series_of, series_option
from local.stack_context import StackContext


@click.command()
@click.argument("session_id", required=False, metavar="[ID]")
@click.option("--most", type=click.IntRange(min=1), default=50, show_default=True, help="How many entries to show.")
@series_option
@click.pass_obj
def history(stack: StackContext, session_id: str | None, most: int, series_file: Path | None) -> None:
    """Show who changed what and when, the newest change first: of all sessions, or of the session with this ID."""
    with errors_as_messages():
        series = series_of(series_file)
        found = (entry for entry in stack.sessions().history() if _about(entry, session_id))
        entries = list(islice(found, most))
    for entry in entries:
        click.echo("\n".join(_lines(entry, session_id, series)) + "\n")
    if not entries:
        click.echo("There is no history of this session." if session_id else "Nothing was changed yet.")


def _about(entry: HistoryEntry, session_id: str | None) -> bool:
    return session_id is None or any(row.id == session_id for row in entry.rows)


def _lines(entry: HistoryEntry, session_id: str | None, series: Series) -> Iterator[str]:
    at = entry.at.astimezone(series.tz)
    file = f", by {entry.file}" if entry.file else ""
    yield f"{day(at)}, {at:%H:%M} {series.zone_name}: {entry.by or 'somebody'}{file}"
    for row in entry.rows:
        if session_id in (None, row.id):
            yield f"  {row.id}  {'new' if row.is_new else 'changed'}, version {row.version}"
            yield from (f"    {one.label}: {one.new}" if row.is_new else f"    {one}" for one in row.changes)
