"""`convener subscriber`: one person's status, consent and mails; leaving, erasing, data on request; lifting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click

from convener.delivery.delivery_report import RecipientLine
from convener.editions.formatting import day_month_year
from convener.errors import BadInput, LostAnswer, Unavailable
from convener.intake.subscribers.importing import read_only
from convener.sessions.series import Series
from convener.subscribers.address import normalise, parse_address
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.data_export import DataExport, export_data
from convener.subscribers.erasing import erase
from convener.subscribers.forgetting import Forgotten, forget_address
from convener.subscribers.identity import check_identity, subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.on_request import LeftOnRequest, OperatorReason, leave_on_request, record_export
from convener.subscribers.origin import origin_of
from convener.subscribers.row_updates import find
from convener.subscribers.unsuppress import check_unsuppressible, unsuppress
from local.commands.asking import delivery_report, errors_as_messages, say, sure, yes_option
from local.commands.campaign.words import moment
from local.commands.subscribers.files import whole_file
from local.stack_context import StackContext

INCOMPLETE = 1
BECAUSE = "The reason; kept in the consent record, also after erasing. No names or addresses, please."
BY = "The person who does it; kept in the consent record."
_Command = TypeVar("_Command", bound=Callable[..., None])


def reason_options(command: _Command) -> _Command:
    """Add the options for the reason and the person, which a request by mail or post needs on record."""
    command = click.option("--by", required=True, metavar="NAME", help=BY)(command)
    return click.option("--because", required=True, metavar="WORDS", help=BECAUSE)(command)


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
@click.option("--because", required=True, metavar="WORDS", help=BECAUSE)
@click.option("--by", metavar="NAME", help=f"{BY} Without it: your name at AWS, or on this machine.")
@yes_option
@click.pass_obj
def lift_command(stack: StackContext, address: str, because: str, by: str | None, yes: bool) -> None:
    """Send mails to the person with this ADDRESS again, although mail bounced or they complained.

    Use it only at their own request: a complaint means that they want no mail. The address is also taken off the
    suppression list of Amazon SES. Safe to repeat.
    """
    with errors_as_messages():
        normalised, identity = _identity(stack, address)
        reason = OperatorReason(because=because, by=stack.by() if by is None else by)
        register, clock = stack.register(), stack.clock()
        row = check_unsuppressible(register.get(ids=[identity]).get(identity))
        was = "reported our mail as spam" if row.status is SubscriberStatus.COMPLAINED else "could not be reached"
        sure(f"{normalised} {was}. Write to this address again?", yes=yes)
        _, was_suppressed = unsuppress(
            row,
            unit_of_work=register,
            suppression=stack.suppression(),
            reason=reason,
            now=clock.now(),
        )
    also = " and is off the suppression list of Amazon SES" if was_suppressed else ""
    click.echo(f"{normalised} is on the list again{also}.")


@subscriber.command("leave")
@click.argument("address")
@reason_options
@click.pass_obj
def leave_command(stack: StackContext, address: str, because: str, by: str) -> None:
    """Take the person with this ADDRESS off the list, because they ask for it by mail or post.

    Also where their mail bounced, where they complained, or where a request to join still waits for its confirmation. A
    changed address is followed. Somebody who was never on the list is noted, so that no import brings them in. Only
    they can come back, by joining. Safe to repeat.
    """
    with errors_as_messages():
        normalised, identity = _identity(stack, address)
        done = leave_on_request(
            identity,
            parse_address(address),
            unit_of_work=stack.register(),
            consents=stack.consents(),
            reason=OperatorReason(because=because, by=by),
            now=stack.clock().now(),
        )
    say(f"{normalised} {_left_words(done)}")


LEFT_WORDS = {
    None: "was not on the list. It is noted now that nobody may write there: no import brings this address in, and a "
    "request to join that still waited does nothing any more.",
    SubscriberStatus.CONFIRMED: "is off the list. Only they can come back, by joining.",
    SubscriberStatus.LEFT: "had left already. The request is on record, and one to join that still waited does nothing "
    "any more.",
    SubscriberStatus.BOUNCED: "is off the list; mail there had bounced. Nobody can lift that any more.",
    SubscriberStatus.COMPLAINED: "is off the list; they had complained. Nobody can lift that any more.",
}
"""What became of somebody who asked to leave, by their status before."""

UNCHANGED_WORDS = {
    SubscriberStatus.LEFT: "had left already, and the request is on record. Nothing was changed.",
    SubscriberStatus.ERASED: "was erased: no mail goes there, and no import brings it back. Nothing was changed.",
    SubscriberStatus.MOVED: "gets no mail: the address was changed, and the present one is gone. Nothing was changed.",
}
"""The same, where nothing was written."""


def _left_words(done: LeftOnRequest) -> str:
    """Say what became of somebody who asked to leave."""
    return LEFT_WORDS[done.before] if done.written or done.before is None else UNCHANGED_WORDS[done.before]


@subscriber.command("erase")
@click.argument("address")
@reason_options
@yes_option
@click.pass_context
def erase_command(context: click.Context, address: str, because: str, by: str, yes: bool) -> None:
    """Erase what is held of the person with this ADDRESS, because they ask for it by mail or post. It can't be undone.

    Whatever their status, and with all earlier addresses: as the page to erase does. The keyed hash, the date, the word
    “erased”, the reason and who did it stay. The address is also taken off the suppression list of Amazon SES, unless
    it is there because mail was reported as spam. Safe to repeat. Exit status 1 where SES could not be asked.
    """
    stack: StackContext = context.obj
    with errors_as_messages():
        normalised, identity = _identity(stack, address)
        reason = OperatorReason(because=because, by=by)
        typed = parse_address(address)
        if {typed.typed.casefold(), normalised.casefold()} & set(because.casefold().split()):
            raise BadInput("Leave the address out of the reason, which stays after erasing. Nothing was changed.")
        register, consents, now = stack.register(), stack.consents(), stack.clock().now()
        row = find(identity, rows=register)
        if row is None:
            consents.forget(consents.of(identity))
        else:
            sure(f"Erase all that is held of {normalised}? It can't be undone.", yes=yes)
            erase(row.id, unit_of_work=register, consents=consents, reason=reason, now=now)
    say(f"{normalised} {_erased_words(row)}")
    addresses = dict.fromkeys(filter(None, (row.address if row else "", typed.envelope)))
    asked = [_tell_forgotten(one, stack) for one in addresses]
    if not all(asked):
        context.exit(INCOMPLETE)


def _erased_words(row: Subscriber | None) -> str:
    """Say what became of somebody who asked to be erased."""
    if row is None:
        return "is not on the list: nothing is held. To keep imports from bringing it in, use `subscriber leave`."
    if row.status is SubscriberStatus.ERASED:
        return f"was erased before, as id {row.id}. Nothing else is held."
    return (
        f"is erased. What is left is id {row.id}, the date and the reason. Forms forget what was typed within a week."
    )


def _tell_forgotten(address: str, stack: StackContext) -> bool:
    """Take an address off SES's list and say what came of it, or why not. Return whether SES could be asked."""
    try:
        found = forget_address(address, suppression=stack.suppression())
    except (LostAnswer, Unavailable) as error:
        say(f"It may still be on the suppression list of Amazon SES ({error}). Run the command again; that is safe.")
        return False
    say(
        {
            Forgotten.TAKEN_OFF: "It is off the suppression list of Amazon SES.",
            Forgotten.NOT_LISTED: "It is not on the suppression list of Amazon SES.",
            Forgotten.KEPT: "It stays on the suppression list of Amazon SES, because mail to it was reported as spam: "
            "that keeps every sender of this AWS account from writing there. You can delete it there by hand.",
        }[found]
    )
    return True


@subscriber.command("export")
@click.argument("address")
@reason_options
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The file to write."
)
@click.option("--force", is_flag=True, help="Overwrite an existing FILE.")
@click.pass_obj
def export_command(stack: StackContext, address: str, because: str, by: str, target: Path | None, force: bool) -> None:
    """Print all data of the person with this ADDRESS as JSON, because they ask for it by mail or post.

    Whatever their status: it is the file that they can download on their page of data. Only you can read a FILE. Send
    it to them alone, after you are sure who they are.
    """
    with errors_as_messages():
        _, identity = _identity(stack, address)
        reason, register, now = OperatorReason(because=because, by=by), stack.register(), stack.clock().now()
        row = find(identity, rows=register)
        if row is None:
            raise BadInput("Nobody with this address is on the list: nothing is held that could be given out.")
        data = export_data(row, rows=register, consents=stack.consents())
        text = data.as_text(coverage=stack.series().coverage, now=now)
        record_export(row, unit_of_work=register, reason=reason, now=now)
        if target is None:
            click.echo(text, nl=False)
            return
        with whole_file(target, force=force) as beside:
            beside.write_text(text, "utf-8")
    click.echo(f"The data are in {target}.", err=True)


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
