"""`convener sessions`: what a file says, putting it into the records, who changed what, and getting all of it out."""

from __future__ import annotations

import click

from local.commands.sessions.export import export
from local.commands.sessions.history import history
from local.commands.sessions.load import load
from local.commands.sessions.read import read

__all__ = ["sessions"]


@click.group()
def sessions() -> None:
    """The meetings of the series."""


for command in (read, load, history, export):
    sessions.add_command(command)
