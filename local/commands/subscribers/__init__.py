"""`convener subscribers`: import a list of people, undo an import, export subscribers and consent record."""

from __future__ import annotations

import click

from local.commands.subscribers.bring import import_file
from local.commands.subscribers.exporting import consent, export
from local.commands.subscribers.undoing import undo_import

__all__ = ["subscribers"]


@click.group()
def subscribers() -> None:
    """Import and export the subscribers."""


for command in (import_file, undo_import, export, consent):
    subscribers.add_command(command)
