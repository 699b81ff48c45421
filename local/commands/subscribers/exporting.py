"""`convener subscribers export` and `consent`: the list, and the record of consent, as files."""

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
from local.commands.asking import in_words
from local.commands.subscribers.files import whole_file, write_csv, writer_for
from local.commands.subscribers.shared import Place, progress

CONSENT_HEAD = ("when", "recipient", "address", "what", "by", "wording", "kinds", "note")
BATCH = 100
INCOMPLETE = 1


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--standing", "standings", multiple=True, type=click.Choice([str(one) for one in SubscriberStatus]))
@click.option("--force", is_flag=True, help="Write over FILE where there is one.")
@click.pass_obj
def export(place: Place, file: Path, standings: tuple[str, ...], force: bool) -> None:
    """Write everybody who has an address to FILE, which ends in .csv or .xlsx: `import` reads it back.

    --standing, once or more, leaves out the others. Only you can read the file. Exit status 1 where rows of the table
    can't be read and were left out.
    """
    wanted = frozenset(map(SubscriberStatus, standings)) or frozenset(SubscriberStatus)
    unreadable: list[str] = []
    number = 0

    def found(heard: Callable[[int], None]) -> Iterator[Sequence[str]]:
        nonlocal number
        yield COLUMNS
        for row in exported_rows(place.register(), standings=wanted):
            if isinstance(row, Unreadable):
                unreadable.append(row.id)
                continue
            number += 1
            heard(number)
            yield row_cells(row)

    with in_words(), whole_file(file, force=force) as beside, progress("Exporting", None) as heard:
        writer_for(file)(beside, found(heard))
    click.echo(f"{number} people are in {file}.")
    if unreadable:
        click.echo(f"Left out, for their rows can't be read: {', '.join(unreadable[:20])}.", err=True)
        raise click.exceptions.Exit(INCOMPLETE)


@click.command()
@click.option(
    "--csv", "target", is_flag=False, flag_value="-", default="-", metavar="[FILE]", help="Where to; - is here."
)
@click.option("--address", help="Only this person, with all earlier addresses.")
@click.option("--force", is_flag=True, help="Write over FILE where there is one.")
@click.pass_obj
def consent(place: Place, target: str, address: str | None, force: bool) -> None:
    """Write the record of consent as CSV: who agreed to what, when, where and in which words."""
    with in_words():
        entries = _hers(place, address) if address else place.consents().all()
        rows = _consents(place, entries)
        if target == "-":
            for row in rows:
                click.echo(as_csv(row), nl=False)
            return
        with whole_file(Path(target), force=force) as beside, progress("Exporting", None) as heard:
            write_csv(beside, _counted(rows, heard))
    click.echo(f"The record of consent is in {target}.")


def _hers(place: Place, address: str) -> Iterable[ConsentEntry]:
    register, key = place.register(), place.identity_key()
    check_identity(read_only(register), key=key)
    identity = subscriber_id(normalise(address), key=key)
    row = find(identity, rows=register)
    return export_data(row, rows=register, consents=place.consents()).entries if row else place.consents().of(identity)


def _consents(place: Place, entries: Iterable[ConsentEntry]) -> Iterator[Sequence[str]]:
    """The entries with the addresses that are still held, some at a time."""
    yield CONSENT_HEAD
    source, register = iter(entries), place.register()
    while some := list(islice(source, BATCH)):
        rows = register.get(ids=list(dict.fromkeys(entry.subscriber for entry in some)))
        for entry in some:
            address = rows[entry.subscriber].address if entry.subscriber in rows else ""
            kinds = " ".join(sorted(entry.kinds_in_full))
            what = entry.what.value
            yield entry.at.isoformat(), entry.subscriber, address, what, entry.by, entry.wording, kinds, entry.note


def _counted(rows: Iterable[Sequence[str]], heard: Callable[[int], None]) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows):
        heard(number)
        yield row
