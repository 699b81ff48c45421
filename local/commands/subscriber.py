"""`convener subscriber history`: one person's standing, and what became of every mailing that was meant for her."""

from __future__ import annotations

import click

from convener.delivery.proof import Line
from convener.sessions.series import Series
from convener.subscribers.address import normalise
from convener.subscribers.identity import check_identity, subscriber_id
from convener.subscribers.models import Standing, Subscriber
from local.commands.asking import Place, in_words, proof, say
from local.commands.campaign.words import moment
from local.commands.subscribers import DryRun


@click.group()
def subscriber() -> None:
    """One person who gets the mails."""


@subscriber.command()
@click.argument("address")
@click.pass_obj
def history(place: Place, address: str) -> None:
    """Show the standing of the person with this ADDRESS, and each campaign that was meant for her.

    The ledger keeps no addresses. So it still tells what left to somebody whose row is gone.
    """
    with in_words():
        rows, key, series = place.subscribers(), place.identity_key(), place.series()
        normalised = normalise(address)
        check_identity(DryRun(rows), key=key)
        identity = subscriber_id(normalised, key=key)
        click.echo(f"{normalised}, id {identity}")
        click.echo(_standing(rows.get(ids=[identity]).get(identity), series))
        told = [words for line in proof(place).history(identity) for words in _lines(line, series)]
    for words in told or ["No campaign was ever meant for this address."]:
        say(words, hanging=4)


def _standing(row: Subscriber | None, series: Series) -> str:
    if row is None:
        return "Nobody with this address is on the list."
    since = row.standing_since or (row.confirmed_at if row.standing is Standing.CONFIRMED else None)
    told = f"{row.standing.value}, since {moment(since, series)}" if since else row.standing.value
    return f"Standing: {told}."


def _lines(line: Line, series: Series) -> list[str]:
    since = f" {moment(line.at, series)}" if line.at else ""
    attempts = "1 attempt" if line.attempts == 1 else f"{line.attempts} attempts"
    message = f", message {line.message_id}" if line.message_id else ""
    why = f": {line.reason}" if line.reason else ""
    return [f"  {line.campaign}", f"    {line.state_words}{why}", f"   {since or ' not begun'}, {attempts}{message}"]
