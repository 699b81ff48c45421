"""`convener sessions load`: write the sessions of a file into the records of a stack."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from convener.intake.sessions.report_text import as_text
from local.commands.sessions.files import errors_as_messages, name_option, read_bytes, series_of, series_option
from local.stack_context import StackContext

REFUSED = 1


@click.command()
@click.argument("file")
@name_option
@series_option
@click.pass_obj
def load(stack: StackContext, file: str, name: str, series_file: Path | None) -> None:
    """Read FILE (“-” for standard input) and write its sessions: all of them, or none where the file has a fault.

    YAML, JSON, Markdown, CSV, a workbook or an archive page. Safe to repeat. The exit status is 0 when the file was
    written or changed nothing, 1 when it was refused, 2 when it could not be read.
    """
    with errors_as_messages():
        series = series_of(series_file)
        called, data = read_bytes(file, name)
        upload = read_upload(data, name=called, series=series)
        report = load_sessions(upload, store=stack.sessions(), series=series, now=datetime.now(UTC), by=stack.by())
    click.echo(as_text(report, series), nl=False)
    if report.refused:
        raise click.exceptions.Exit(REFUSED)
