"""`convener subscribers`: bring in a list of people, and say what became of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from convener.errors import BadInput, ConvenerError, Misconfigured
from convener.subscribers.csv_text import check_size
from convener.subscribers.imports import ImportReport, Outcome, SubscriberStore, import_subscribers
from convener.subscribers.models import Subscriber

LARGE = 200_000  # bytes; below, an import is over before a progress bar can be read

ALWAYS = {Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED}
WORDS = {
    Outcome.NEW: "new",
    Outcome.UPDATED: "updated: an empty name or zone was filled",
    Outcome.UNCHANGED: "unchanged",
    Outcome.DUPLICATE: "duplicate: on an earlier line already",
    Outcome.MALFORMED: "malformed",
    Outcome.LEFT: "left",
    Outcome.BOUNCED: "bounced",
    Outcome.COMPLAINED: "complained",
    Outcome.ERASED: "erased",
    Outcome.MOVED: "moved to another address",
    Outcome.BUSY: "busy: import again",
}


@runtime_checkable
class Place(Protocol):
    """What the command line knows of the stack it works on."""

    def subscribers(self) -> SubscriberStore:
        """Its people."""

    def identity_key(self) -> bytes:
        """The key that makes their ids."""


class DryRun:
    """A store that reads and never writes."""

    def __init__(self, store: SubscriberStore) -> None:
        """Read from this store."""
        self._store = store

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those that have a row."""
        return self._store.get(ids=ids)

    def fingerprint(self) -> str | None:
        """The kept fingerprint."""
        return self._store.fingerprint()

    def keep_fingerprint(self, value: str) -> None:
        """Nothing is kept."""

    def add(self, subscriber: Subscriber) -> None:
        """Nothing is added."""

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Nothing is changed."""


@click.group()
def subscribers() -> None:
    """The people who get the mails."""


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, metavar="TEXT", help="Where these people gave their consent; kept with each.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.pass_context
def import_file(context: click.Context, file: Path, source: str, *, dry_run: bool) -> None:
    """Import FILE, a CSV list of people who agreed to get these mails.

    Its columns are email and, where you have them, first_name, zone (such as Europe/London) and joined (such as
    2024-04-18); a bare list of addresses will do. What is known stays, what is empty is filled, and nobody who left is
    brought back. Safe to repeat. Exit status: 0 when everybody in FILE is on the list, 1 when lines were refused, 2
    when nothing could be read or the import broke off.
    """
    try:
        report = _import(context.find_object(object), file, source, dry_run=dry_run)
    except BadInput as error:
        _stop(context, f"{file}: {error}")
    except Misconfigured as error:
        _stop(context, str(error))
    except ConvenerError as error:
        _stop(context, f"The import broke off: {error} It is safe to run it again.")
    else:
        _show(report, file, dry_run=dry_run)
        context.exit(1 if report.refused else 0)


def _import(place: object, file: Path, source: str, *, dry_run: bool) -> ImportReport:
    if not isinstance(place, Place):
        raise TypeError("the command line must hand over the place it works on")
    check_size(file.stat().st_size)
    data = file.read_bytes()
    store = place.subscribers()
    now = datetime.now(UTC)
    with Progress(console=Console(stderr=True), transient=True, disable=len(data) < LARGE) as bar:
        task = bar.add_task("Importing", total=len(data.splitlines()))
        return import_subscribers(
            data,
            store=DryRun(store) if dry_run else store,
            key=place.identity_key(),
            source=source,
            now=now,
            progress=lambda line: bar.update(task, completed=line),
        )


def _show(report: ImportReport, file: Path, *, dry_run: bool) -> None:
    for problem in report.problems:
        address = f"{problem.address[:80]}: " if problem.address else ""
        click.echo(_printable(f"{file}:{problem.line}: {address}{problem.reason}"))
    table = Table(title="What would happen" if dry_run else "What happened")
    table.add_column("")
    table.add_column("lines", justify="right")
    for outcome in Outcome:
        if outcome is not Outcome.NOTE and (report.counts.get(outcome) or outcome in ALWAYS):
            table.add_row(WORDS[outcome], str(report.counts.get(outcome, 0)))
    Console().print(table)


def _stop(context: click.Context, message: str) -> None:
    click.echo(_printable(message), err=True)
    context.exit(2)


def _printable(text: str) -> str:
    """Without what could steer the terminal: the file is somebody else's."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
