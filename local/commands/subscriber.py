"""`convener subscriber`: what is known of one person, what became of her mails, and a hand on her standing."""

from __future__ import annotations

from collections.abc import Iterator

import click

from convener.delivery.delivery_report import RecipientLine
from convener.intake.subscribers.importing import read_only
from convener.sessions.series import Series
from convener.subscribers.address import normalise
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.data_export import DataExport, export_data
from convener.subscribers.identity import check_identity, subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.row_updates import find
from convener.subscribers.unsuppress import check_unsuppressible, unsuppress
from local.commands.asking import PeoplePlace, in_words, proof, say, sure, yes_option
from local.commands.campaign.words import moment


@click.group()
def subscriber() -> None:
    """One person who gets the mails."""


@subscriber.command()
@click.argument("address")
@click.pass_obj
def history(place: PeoplePlace, address: str) -> None:
    """Show where the person with this ADDRESS stands, what she agreed to, and each campaign that was meant for her.

    A changed address is followed, both ways. The ledger keeps no addresses: so it still tells what left to somebody
    whose row is gone.
    """
    with in_words():
        normalised, identity = _identity(place, address)
        rows, series = place.register(), place.series()
        click.echo(f"{normalised}, id {identity}")
        row = find(identity, rows=rows)
        all_of_it = export_data(row, rows=rows, consents=place.consents()) if row else None
        for words in _standings(identity, all_of_it, place):
            click.echo(words)
        entries = all_of_it.entries if all_of_it else place.consents().of(identity)
        for entry in entries:
            say(_agreed(entry, series), hanging=4)
        # `earlier` follows the rows that are left; the ledger may know more of an id whose row is gone.
        ids = [one.id for one in (*all_of_it.earlier, all_of_it.row)] if all_of_it else []
        wanted = dict.fromkeys([identity, *ids])
        told = [words for one in wanted for line in proof(place).history(one) for words in _lines(line, series)]
    for words in told or ["No campaign was ever meant for this address."]:
        say(words, hanging=4)


@subscriber.command("lift")
@click.argument("address")
@click.option("--because", required=True, metavar="WORDS", help="Why; kept with the record of consent.")
@yes_option
@click.pass_obj
def lift_command(place: PeoplePlace, address: str, because: str, yes: bool) -> None:
    """Let the person with this ADDRESS be written to again, though mail came back or she complained.

    Only on her word: a complaint means that she wants no mail. Takes the address off the suppression list of Amazon SES
    too. Safe to repeat.
    """
    with in_words():
        normalised, identity = _identity(place, address)
        register, clock = place.register(), place.clock()
        row = check_unsuppressible(register.get(ids=[identity]).get(identity))
        was = "reported our mail as spam" if row.status is SubscriberStatus.COMPLAINED else "could not be reached"
        sure(f"{normalised} {was}. Write to this address again?", yes=yes)
        _, was_suppressed = unsuppress(
            row,
            register=register,
            suppression=place.suppression(),
            because=because,
            by=place.by(),
            now=clock.now(),
        )
    also = " and is off the suppression list of Amazon SES" if was_suppressed else ""
    click.echo(f"{normalised} is on the list again{also}.")


def _identity(place: PeoplePlace, address: str) -> tuple[str, str]:
    """The address as it counts, and its id. Raises BadInput, or Misconfigured where the key is not the stack's."""
    normalised, key = normalise(address), place.identity_key()
    check_identity(read_only(place.register()), key=key)
    return normalised, subscriber_id(normalised, key=key)


def _standings(identity: str, known: DataExport | None, place: PeoplePlace) -> Iterator[str]:
    """Where she stands, and what her addresses were and are."""
    series, now = place.series(), place.clock().now()
    if known is None:
        yield "Nobody with this address is on the list."
        return
    row = known.row
    if row.id != identity:
        there = f", now at {row.address}" if row.address else ""
        yield f"This address was changed to another: id {row.id}{there}."
    yield _standing(row, series)
    if row.paused_until and row.paused(now):
        yield f"Paused until {moment(row.paused_until, series)}."
    for one in known.earlier:
        until = f", until {moment(one.status_since, series)}" if one.status_since else ""
        yield f"An earlier address of hers: id {one.id}{until}."


def _standing(row: Subscriber, series: Series) -> str:
    since = row.status_since or (row.confirmed_at if row.status is SubscriberStatus.CONFIRMED else None)
    told = f"{row.status.value}, since {moment(since, series)}" if since else row.status.value
    return f"Standing: {told}."


def _agreed(entry: ConsentEntry, series: Series) -> str:
    wording = f", wording {entry.wording}" if entry.wording else ""
    kinds = f", for {', '.join(sorted(entry.kinds_in_full))}" if entry.kinds_in_full else ""
    note = f": {entry.note}" if entry.note else ""
    return f"  {moment(entry.at, series)}: {entry.what.value}, by {entry.by}{wording}{kinds}{note}"


def _lines(line: RecipientLine, series: Series) -> list[str]:
    since = f" {moment(line.at, series)}" if line.at else ""
    attempts = "1 attempt" if line.attempts == 1 else f"{line.attempts} attempts"
    message = f", message {line.message_id}" if line.message_id else ""
    why = f": {line.reason}" if line.reason else ""
    return [f"  {line.campaign}", f"    {line.state_words}{why}", f"   {since or ' not begun'}, {attempts}{message}"]
