"""`convener serve`: keep the local stack running, with pages, inbox, a watched folder and a movable clock."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from convener.errors import ConvenerError
from local.series_folder import chosen
from local.stack_context import RUNNING

if TYPE_CHECKING:
    from local.serving.run import Serving
    from local.timeline.moments import TimelineEvent

ROOT = Path(__file__).parents[2]
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="The port; 0 takes a free port."
)
@click.option(
    "--demo",
    is_flag=True,
    help="Begin with 40 readers, and with the example archive in April 2024, or invented sessions of your own series.",
)
@click.pass_context
def serve(context: click.Context, port: int, demo: bool) -> None:
    """Keep the local stack running until Ctrl-C: pages at /, the inbox at /_inbox, an uploads folder, a clock.

    It listens at 127.0.0.1 only, sends nothing to anybody, and forgets everything when it ends.
    """
    for number in ENDING:
        signal.signal(number, _end)
    try:
        from local.serving.run import Plan, serving  # noqa: PLC0415 - moto takes seconds to import

        click.echo("Starting the local stack …")
        own = chosen()
        zone = own.series.tz
        plan = Plan(
            folder=RUNNING.parent,
            port=port,
            series_folder=own.path,
            examples=ROOT / "local" / "examples" if demo else None,
            invented=not own.is_example,
        )
        with serving(plan, tell=lambda moment: _tell(moment, zone)) as running:
            _greet(running)
            running.keeper.ended.wait()
            click.echo("The local stack failed; the lines above say how. It ends now.", err=True)
            context.exit(1)
    except KeyboardInterrupt:
        click.echo("\nThe local stack has ended.")
        sys.stdout.flush()
        os._exit(0)  # everything is cleaned up; Python would need seconds to free moto
    except ConvenerError as error:
        click.echo(str(error), err=True)
        context.exit(2)


def _end(*_: Any) -> None:
    """End the command at the first signal. Later signals must not disturb the clean-up."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    threading.excepthook = lambda _args: None  # other threads may end in any way
    raise KeyboardInterrupt


def _greet(running: Serving) -> None:
    click.echo(f"  the inbox        {running.url}/_inbox")
    click.echo(f"  readers' pages   {running.url}/")
    click.echo(f"  the form to join {running.url}/subscribe")
    click.echo(f"  drop files into  {running.keeper.uploads.inbox}")
    click.echo(f"  read reports in  {running.keeper.uploads.reports}")
    click.echo("In another window, for instance:")
    click.echo("  .venv/bin/convener --local subscribers import local/examples/subscribers.csv --source demo")
    click.echo("  .venv/bin/convener --local clock --next")
    click.echo("Ctrl-C ends the local stack, and deletes all its data.")


def _tell(moment: TimelineEvent, zone: ZoneInfo) -> None:
    click.echo(f"{moment.at.astimezone(zone):%Y-%m-%d %H:%M}  {moment.text}")
