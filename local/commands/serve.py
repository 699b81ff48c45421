"""`convener serve`: keeps a local stack running, for `convener --local …`."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import click

from convener.sessions.series import read_series
from local.place import RUNNING

ROOT = Path(__file__).parents[2]


@click.command()
def serve() -> None:
    """Keep the local stack running until Ctrl-C, so that commands with --local have one to work on.

    It forgets everything when it stops.
    """
    from local.stack import LocalStack  # noqa: PLC0415 - moto takes seconds to import

    series = read_series(ROOT / "templates" / "series.toml")
    with LocalStack(sender_address=series.sender.address, public_base_url="https://kindness.example") as stack:
        RUNNING.parent.mkdir(parents=True, exist_ok=True)
        RUNNING.write_text(json.dumps({"endpoint_url": stack.endpoint_url, "outputs": stack.outputs}), "utf-8")
        click.echo(f"The local stack runs at {stack.endpoint_url}. In another window, for instance:")
        click.echo("  .venv/bin/convener --local sessions load local/examples/archive.txt")
        click.echo("  .venv/bin/convener --local subscribers import local/examples/subscribers.csv --source demo")
        click.echo("Ctrl-C ends it.")
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        try:
            ended.wait()
        finally:
            RUNNING.unlink(missing_ok=True)
