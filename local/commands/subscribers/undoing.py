"""`convener subscribers undo`: undo an import of the last seven days."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from convener.intake.subscribers.import_records import ImportRecord
from convener.intake.subscribers.undoing import UndoResult, undo, undoable
from local.commands.asking import errors_as_messages, sure, yes_option
from local.commands.subscribers.shared import printable, progress
from local.stack_context import StackContext


@click.command("undo")
@click.argument("batch", required=False)
@click.option("--marks", is_flag=True, help="Forget the noes that it remembered, too: the file was the wrong one.")
@yes_option
@click.pass_obj
def undo_import(stack: StackContext, batch: str | None, marks: bool, yes: bool) -> None:
    """Undo the import BATCH. Without BATCH, show the imports of the last seven days.

    People whom the import added and who did nothing since are taken off, and the fields that it filled are emptied
    again. People who left, bounced, complained, chose or confirmed anything since stay as they are. Safe to repeat.
    Whoever said no in the file stays marked, so that no other list brings them in; --marks forgets that as well.
    """
    with errors_as_messages():
        rows, notes, now = stack.register(), stack.imports(), stack.clock().now()
        if batch is None:
            _show(notes.all(now=now))
            return
        imported = undoable(batch, imports=notes, now=now)
        found = undo(imported, subscribers=rows, imports=notes, now=now, dry=True, marks=marks)
        if not found.taken_off and not found.emptied and not found.forgotten:
            click.echo(f"Nothing is left to take back of {batch}. {_stayed(found)}".rstrip())
            return
        click.echo(
            f"The import {batch} of {printable(imported.file or imported.source)}: {_stayed(found)}".rstrip(": ")
        )
        forget = f", and forget the no of {found.forgotten}" if found.forgotten else ""
        sure(f"Take off {found.taken_off} people, and empty what it filled of {found.emptied}{forget}?", yes=yes)
        with progress("Taking back", found.people) as heard:
            done = undo(imported, subscribers=rows, imports=notes, now=now, marks=marks, progress=heard)
    forgot = f" {done.forgotten} may come in by a list again." if done.forgotten else ""
    click.echo(f"Done: {done.taken_off} taken off, {done.emptied} emptied.{forgot} {_stayed(done)}".rstrip())


def _stayed(undone: UndoResult) -> str:
    one = undone.stayed == 1
    stays = "1 stays as it is" if one else f"{undone.stayed} stay as they are"
    stay = f"{stays}: changed by something else since." if undone.stayed else ""
    gone = f"{undone.gone} {'has' if undone.gone == 1 else 'have'} no row." if undone.gone else ""
    noes = f"{undone.remembered} who said no in it stay marked (--marks forgets them)." if undone.remembered else ""
    return " ".join(filter(None, (stay, gone, noes)))


def _show(found: Sequence[ImportRecord]) -> None:
    if not found:
        click.echo("There was no import in the last seven days.")
        return
    table = Table(title="Imports of the last seven days")
    table.add_column("", no_wrap=True, min_width=max(len(one.batch) for one in found))  # to be copied, whole
    for heading in ("at (UTC)", "file", "source", "new", "filled", ""):
        table.add_column(heading, justify="right" if heading in ("new", "filled") else "left", overflow="fold")
    for one in found:
        numbers = ["broke off" if number is None else str(number) for number in (one.added, one.filled)]
        state = f"undone {one.undone_at:%Y-%m-%d}" if one.undone_at else f"can be undone until {one.until:%Y-%m-%d}"
        cells = (one.batch, f"{one.at:%Y-%m-%d %H:%M}", one.file, one.source, *numbers, state)
        table.add_row(*(printable(cell) for cell in cells))
    Console().print(table)
