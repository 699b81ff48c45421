"""`convener --local clock`: show the clock of the local stack, and move it forward."""

from __future__ import annotations

import json
import time
from typing import Any

import click

from local import stack_context as places
from local.clock_client import ask
from local.stack_context import StackContext

PAUSE = 1.0


@click.command()
@click.option("--to", metavar="WHEN", help="Move to a moment, such as 2026-12-18T09:00 in the series' zone.")
@click.option("--by", metavar="LENGTH", help="Move by hours, days or weeks: 1h, 3d, 2w.")
@click.option("--next", "following", is_flag=True, help="Move to the next event.")
@click.pass_obj
def clock(stack: StackContext, to: str | None, by: str | None, following: bool) -> None:
    """Show the clock of the local stack, or move it forward. Everything that is due until then happens; mails leave.

    A deployed stack runs by real time.
    """
    if stack.name or not stack.local:
        raise click.UsageError("Only the local stack's clock can be moved: `convener --local clock …`.")
    if sum(map(bool, (to, by, following))) > 1:
        raise click.UsageError("Give one of --to, --by and --next.")
    fields = {"next": "1"} if following else {"to": to} if to else {"by": by} if by else None
    url = f"{_url()}/_clock"
    answer = ask(url, fields)
    _tell(answer)
    while answer["moving"]:  # much happens until then
        time.sleep(PAUSE)
        answer = ask(f"{url}?since={answer['count']}")
        _tell(answer)
    click.echo(f"The clock shows {answer['written']}.")
    if coming := answer["next"]:
        click.echo(f"Next, at {coming['at'][:16].replace('T', ' ')}: {coming['text']}.")


def _tell(answer: Any) -> None:
    for one in answer["happened"]:
        click.echo(f"{one['at'][:16].replace('T', ' ')}  {one['text']}")


def _url() -> str:
    try:
        return str(json.loads(places.RUNNING.read_text("utf-8"))["url"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        raise click.ClickException("No local stack is running: start one with `make serve` first.") from None
