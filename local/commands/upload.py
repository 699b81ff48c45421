"""`convener upload`: put a file into the inbox of a stack, as editors do, and wait for the report."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from convener.aws.uploads import S3Uploads
from convener.intake.sessions.ingest import INBOX, report_keys
from local.commands.sessions.files import Unreadable, bytes_of, errors_as_messages
from local.stack_context import StackContext

PAUSE = 1.0
REFUSED = 1


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--wait", type=click.IntRange(min=0), default=60, show_default=True, help="Seconds to wait for the report."
)
@click.pass_obj
def upload(stack: StackContext, file: Path, wait: int) -> None:
    """Put FILE into the inbox of the stack, wait for the report, and print it.

    The exit status is 0 when the file was written or changed nothing, 1 when it was refused, 2 without a report.
    """
    with errors_as_messages():
        data = bytes_of(file)
        bucket = stack.uploads()
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
    """Return the text of the report on that version, and whether the file has no fault.

    Return None where no report comes within `seconds`.
    """
    text, data = report_keys(name)
    while seconds > 0:
        found: dict[str, Any] = json.loads(bucket.read(data) or b"{}")
        if found.get("version_id") == version:
            return (bucket.read(text) or b"").decode(), not found["wrong"]
        sleep(PAUSE)
        seconds -= PAUSE
    return None
