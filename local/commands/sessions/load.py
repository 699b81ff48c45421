"""`convener sessions load`: put what a file tells into the records of a stack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from convener.intake.sessions.report_text import as_text
from convener.sessions.series import read_series
from local.commands.sessions.files import Place, name_option, read_bytes, series_option, told

REFUSED = 1


@click.command()
@click.argument("file")
@name_option
@series_option
@click.pass_obj
def load(place: Place, file: str, name: str, series_file: Path) -> None:
    """Read FILE (“-” for standard input) and write its sessions: all of them, or none where something is wrong.

    YAML, JSON, Markdown, CSV, a workbook or an archive page. Safe to repeat: what is known already stays as it is. The
    exit status is 0 when it was written or nothing had to be, 1 when it was refused, 2 when it could not be read.
    """
    with told():
        series = read_series(series_file)
        called, data = read_bytes(file, name)
        upload = read_upload(data, name=called, series=series)
        report = load_sessions(upload, store=place.sessions(), series=series, now=datetime.now(UTC), by=place.by())
    click.echo(as_text(report, series), nl=False)
    if report.refused:
        raise click.exceptions.Exit(REFUSED)
