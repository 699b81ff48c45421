"""`convener subscriber`: the status, consent and mails of one person, and ending a suppression."""

from __future__ import annotations

from collections.abc import Iterator

import click

from convener.delivery.delivery_report import RecipientLine
from convener.editions.formatting import day_month_year
from convener.intake.subscribers.importing import read_only
from convener.sessions.series import Series
from convener.subscribers.address import normalise
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.data_export import DataExport, export_data
from convener.subscribers.identity import check_identity, subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.origin import origin_of
from convener.subscribers.row_updates import find
from convener.subscribers.unsuppress import check_unsuppressible, unsuppress
from local.commands.asking import delivery_report, errors_as_messages, say, sure, yes_option
from local.commands.campaign.words import moment
from local.stack_context import StackContext


@click.group()
def subscriber() -> None:
    """Show or change one subscriber."""


@subscriber.command()
@click.argument("address")
@click.pass_obj
def history(stack: StackContext, address: str) -> None:
    """Show the status of the person with this ADDRESS, their consent, and each campaign that was meant for them.

    A changed address is followed in both directions. The ledger keeps no addresses, so it still shows the mails of a
    person whose row is gone.
    """
    with errors_as_messages():
        normalised, identity = _identity(stack, address)
        rows, series = stack.register(), stack.series()
        click.echo(f"{normalised}, id {identity}")
        row = find(identity, rows=rows)
        all_of_it = export_data(row, rows=rows, consents=stack.consents()) if row else None
        for words in _status_lines(identity, all_of_it, stack):
            click.echo(words)
        entries = all_of_it.entries if all_of_it else stack.consents().of(identity)
        for entry in entries:
            say(_agreed(entry, series), hanging=4)
        # `earlier` follows the rows that are left; the ledger may know more of an id whose row is gone.
        ids = [one.id for one in (*all_of_it.earlier, all_of_it.row)] if all_of_it else []
        wanted = dict.fromkeys([identity, *ids])
        told = [
            words for one in wanted for line in delivery_report(stack).history(one) for words in _lines(line, series)
        ]
    for words in told or ["No campaign was ever meant for this address."]:
        say(words, hanging=4)


@subscriber.command("lift")
@click.argument("address")
@click.option("--because", required=True, metavar="WORDS", help="The reason; kept in the consent record.")
@yes_option
@click.pass_obj
def lift_command(stack: StackContext, address: str, because: str, yes: bool) -> None:
    """Send mails to the person with this ADDRESS again, although mail bounced or they complained.

    Use it only at their own request: a complaint means that they want no mail. The address is also taken off the
    suppression list of Amazon SES. Safe to repeat.
    """
    with errors_as_messages():
        normalised, identity = _identity(stack, address)
        register, clock = stack.register(), stack.clock()
        row = check_unsuppressible(register.get(ids=[identity]).get(identity))
        was = "reported our mail as spam" if row.status is SubscriberStatus.COMPLAINED else "could not be reached"
        sure(f"{normalised} {was}. Write to this address again?", yes=yes)
        _, was_suppressed = unsuppress(
            row,
            register=register,
            suppression=stack.suppression(),
            because=because,
            by=stack.by(),
            now=clock.now(),
        )
    also = " and is off the suppression list of Amazon SES" if was_suppressed else ""
    click.echo(f"{normalised} is on the list again{also}.")


def _identity(stack: StackContext, address: str) -> tuple[str, str]:
    """Return the normalised address and its id. Raises BadInput, or Misconfigured where the key is not the stack's."""
    normalised, key = normalise(address), stack.identity_key()
    check_identity(read_only(stack.register()), key=key)
    return normalised, subscriber_id(normalised, key=key)


def _status_lines(identity: str, known: DataExport | None, stack: StackContext) -> Iterator[str]:
    """Yield the status of the person, and their earlier and present addresses."""
    series, now = stack.series(), stack.clock().now()
    if known is None:
        yield "Nobody with this address is on the list."
        return
    row = known.row
    if row.id != identity:
        there = f", now at {row.address}" if row.address else ""
        yield f"This address was changed to another: id {row.id}{there}."
    yield _status(row, series)
    if row.paused_until and row.paused(now):
        yield f"Paused until {moment(row.paused_until, series)}."
    for one in known.earlier:
        until = f", until {moment(one.status_since, series)}" if one.status_since else ""
        yield f"An earlier address of this person: id {one.id}{until}."


def _status(row: Subscriber, series: Series) -> str:
    if row.status is SubscriberStatus.CONFIRMED and not row.status_since:
        return f"Status: {row.status.value}{_since(row, series)}."
    told = f"{row.status.value}, since {moment(row.status_since, series)}" if row.status_since else row.status.value
    return f"Status: {told}."


def _since(row: Subscriber, series: Series) -> str:
    """Say since when a subscriber is on the list, and which list brought them."""
    origin = origin_of(row, tz=series.tz)
    since = ""
    if origin.joined:
        since = f", since {moment(row.confirmed_at, series) if origin.time_known else day_month_year(origin.joined)}"
    if not origin.brought_over:
        return since
    on = f" on {day_month_year(origin.brought_on)}" if origin.brought_on else ""
    return f"{since}; brought over from “{origin.source}”{on}"


def _agreed(entry: ConsentEntry, series: Series) -> str:
    wording = f", wording {entry.wording}" if entry.wording else ""
    kinds = ", ".join(sorted(entry.kinds_in_full(series.coverage)))
    kinds = f", for {kinds}" if kinds else ""
    note = f": {entry.note}" if entry.note else ""
    return f"  {moment(entry.at, series)}: {entry.what.value}, by {entry.by}{wording}{kinds}{note}"


def _lines(line: RecipientLine, series: Series) -> list[str]:
    since = f" {moment(line.at, series)}" if line.at else ""
    attempts = "1 attempt" if line.attempts == 1 else f"{line.attempts} attempts"
    message = f", message {line.message_id}" if line.message_id else ""
    why = f": {line.reason}" if line.reason else ""
    return [f"  {line.campaign}", f"    {line.state_words}{why}", f"   {since or ' not begun'}, {attempts}{message}"]
