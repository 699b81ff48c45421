"""`convener subscribers export` and `consent`: the list and the consent record as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from convener.intake.subscribers.importing import read_only
from convener.subscribers.address import normalise
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.data_export import export_data
from convener.subscribers.identity import check_identity, subscriber_id
from convener.subscribers.list_export import COLUMNS, as_csv, exported_rows, row_cells
from convener.subscribers.models import SubscriberStatus, Unreadable
from convener.subscribers.row_updates import find
from local.commands.asking import errors_as_messages
from local.commands.subscribers.files import whole_file, write_csv, writer_for
from local.commands.subscribers.shared import progress
from local.stack_context import StackContext

CONSENT_HEAD = ("when", "recipient", "address", "what", "by", "wording", "kinds", "note")
BATCH = 100
INCOMPLETE = 1


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--standing", "standings", multiple=True, type=click.Choice([str(one) for one in SubscriberStatus]))
@click.option("--force", is_flag=True, help="Overwrite an existing FILE.")
@click.pass_obj
def export(stack: StackContext, file: Path, standings: tuple[str, ...], force: bool) -> None:
    """Write all subscribers with an address to FILE, which ends in .csv or .xlsx. `import` reads it back.

    --standing, once or more, selects subscribers by status. Only you can read the file. Exit status 1 where rows of the
    table could not be read and were left out.
    """
    wanted = frozenset(map(SubscriberStatus, standings)) or frozenset(SubscriberStatus)
    unreadable: list[Unreadable] = []
    number = 0

    def found(heard: Callable[[int], None]) -> Iterator[Sequence[str]]:
        nonlocal number
        yield COLUMNS
        for row in exported_rows(stack.register(), standings=wanted):
            if isinstance(row, Unreadable):
                unreadable.append(row)
                continue
            number += 1
            heard(number)
            yield row_cells(row)

    with errors_as_messages(), whole_file(file, force=force) as beside, progress("Exporting", None) as heard:
        writer_for(file)(beside, found(heard))
    click.echo(f"{number} people are in {file}.")
    if unreadable:
        names = ", ".join(row.id for row in unreadable[:20])
        click.echo(f"Left out because their rows can't be read: {names}.", err=True)
        for reason in sorted({row.reason for row in unreadable if row.reason}):
            click.echo(reason, err=True)
        raise click.exceptions.Exit(INCOMPLETE)


@click.command()
@click.option(
    "--csv",
    "target",
    is_flag=False,
    flag_value="-",
    default="-",
    metavar="[FILE]",
    help="The file to write; - is standard output.",
)
@click.option("--address", help="Only this person, with all their earlier addresses.")
@click.option("--force", is_flag=True, help="Overwrite an existing FILE.")
@click.pass_obj
def consent(stack: StackContext, target: str, address: str | None, force: bool) -> None:
    """Write the consent record as CSV: who agreed to what, when, where and in which words."""
    with errors_as_messages():
        entries = _entries_of(stack, address) if address else stack.consents().all()
        rows = _consents(stack, entries)
        if target == "-":
            for row in rows:
                click.echo(as_csv(row), nl=False)
            return
        with whole_file(Path(target), force=force) as beside, progress("Exporting", None) as heard:
            write_csv(beside, _counted(rows, heard))
    click.echo(f"The consent record is in {target}.")


def _entries_of(stack: StackContext, address: str) -> Iterable[ConsentEntry]:
    register, key = stack.register(), stack.identity_key()
    check_identity(read_only(register), key=key)
    identity = subscriber_id(normalise(address), key=key)
    row = find(identity, rows=register)
    return export_data(row, rows=register, consents=stack.consents()).entries if row else stack.consents().of(identity)


def _consents(stack: StackContext, entries: Iterable[ConsentEntry]) -> Iterator[Sequence[str]]:
    """Yield the entries with the addresses that are still stored. Rows are read in batches."""
    yield CONSENT_HEAD
    source, register, coverage = iter(entries), stack.register(), stack.series().coverage
    while some := list(islice(source, BATCH)):
        rows = register.get(ids=list(dict.fromkeys(entry.subscriber for entry in some)))
        for entry in some:
            address = rows[entry.subscriber].address if entry.subscriber in rows else ""
            kinds = " ".join(sorted(entry.kinds_in_full(coverage)))
            what = entry.what.value
            yield entry.at.isoformat(), entry.subscriber, address, what, entry.by, entry.wording, kinds, entry.note


def _counted(rows: Iterable[Sequence[str]], heard: Callable[[int], None]) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows):
        heard(number)
        yield row
