"""`convener sessions`: read a file, load it into the records, show the history, export the records."""

from __future__ import annotations

import click

from local.commands.sessions.export import export
from local.commands.sessions.history import history
from local.commands.sessions.load import load
from local.commands.sessions.read import read

__all__ = ["sessions"]


@click.group()
def sessions() -> None:
    """Read, load, export and trace the sessions of the series."""


for command in (read, load, history, export):
    sessions.add_command(command)
