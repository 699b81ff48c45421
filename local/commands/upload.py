"""`convener upload`: drop a file into a stack's inbox, as editors do, and wait for the report."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import click

from convener.aws.uploads import S3Uploads
from convener.intake.sessions.ingest import INBOX, report_keys
from local.commands.sessions.files import Unreadable, bytes_of, told

PAUSE = 1.0
REFUSED = 1


class Place(Protocol):
    """What the command line knows of the stack it works on."""

    def uploads(self) -> S3Uploads:
        """Its uploads bucket."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--wait", type=click.IntRange(min=0), default=60, show_default=True, help="Seconds to wait for its report."
)
@click.pass_obj
def upload(place: Place, file: Path, wait: int) -> None:
    """Put FILE into the stack's inbox, wait for what it says of it, and print that.

    The exit status is 0 when it was written or nothing had to be, 1 when it was refused, 2 when there is no report yet.
    """
    with told():
        data = bytes_of(file)
        bucket = place.uploads()
        click.echo(f"Putting {file.name} into {INBOX} of {bucket.bucket}.", err=True)
        version = bucket.put(f"{INBOX}{file.name}", data, content_type="application/octet-stream")
        report = wait_for(bucket, file.name, version, seconds=wait) if wait else None
    if report is None:
        text, _ = report_keys(file.name)
        raise Unreadable(f"There is no report yet. It will be {text}; `make serve` must be running for a local stack.")
    words, written = report
    click.echo(words, nl=False)
    if not written:
        raise click.exceptions.Exit(REFUSED)


def wait_for(
    bucket: S3Uploads, name: str, version: str, *, seconds: float, sleep: Callable[[float], None] = time.sleep
) -> tuple[str, bool] | None:
    """The report's text on that version, and whether nothing is to mend. None where it doesn't come in time."""
    text, data = report_keys(name)
    while seconds > 0:
        found: dict[str, Any] = json.loads(bucket.read(data) or b"{}")
        if found.get("version_id") == version:
            return (bucket.read(text) or b"").decode(), not found["wrong"]
        sleep(PAUSE)
        seconds -= PAUSE
    return None
