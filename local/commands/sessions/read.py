"""`convener sessions read`: show what a file says. Writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from convener.intake.files.decoding import decode
from convener.intake.sessions.archive.page import read_archive
from convener.intake.sessions.reading import read_upload
from local.commands.sessions.files import (
    Unreadable,
    errors_as_messages,
    name_option,
    read_bytes,
    series_of,
    series_option,
)
from local.commands.sessions.shown import as_records, page_of, show


@click.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print records instead of a table.")
@name_option
@series_option
def read(file: str, as_json: bool, name: str, series_file: Path | None) -> None:
    """Read FILE (“-” for standard input) and show what it says. Writes nothing.

    YAML, JSON, Markdown, CSV, a workbook or an archive page as plain text.
    """
    with errors_as_messages():
        series = series_of(series_file)
        called, data = read_bytes(file, name)
        upload = read_upload(data, name=called, series=series)
        if upload.faults:
            raise Unreadable("\n".join(f"{called}: {fault}" for fault in upload.faults))
        page = page_of(upload, series)
        if all(one.adds for one in upload.sessions):  # an archive page knows which session a warning is about
            page = read_archive(decode(data), name=called, rule=series.rule)
    if as_json:
        click.echo(json.dumps(as_records(page), ensure_ascii=False, indent=2))
    else:
        show(page, file)
