"""`convener subscribers`: bring in a list of people, take that back, and get all of it out."""

from __future__ import annotations

import click

from local.commands.subscribers.bring import import_file
from local.commands.subscribers.exporting import consent, export
from local.commands.subscribers.undoing import undo_import

__all__ = ["subscribers"]


@click.group()
def subscribers() -> None:
    """The people who get the mails."""


for command in (import_file, undo_import, export, consent):
    subscribers.add_command(command)
