"""What the commands on campaigns share: our errors as messages, a yes before what can't be undone, a stack's parts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import fill
from typing import Protocol

import click

from convener.aws.consents import DynamoConsents
from convener.aws.ledger import DynamoLedger
from convener.aws.subscribers import DynamoSubscribers
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.campaigns import Campaign
from convener.clock import Clock
from convener.delivery.delivery_report import DeliveryReport
from convener.errors import Conflict, ConvenerError, LostAnswer, Unavailable
from convener.sessions.series import Series
from convener.subscribers.unsuppress import SuppressionList

MOST_HANGING = 20
"""Columns of the widest indentation: a terminal that has no more breaks lines itself."""


class Place(Protocol):
    """What the command line knows of the stack it works on."""

    def ledger(self) -> DynamoLedger:
        """Who gets which campaign, and how far that has come."""

    def subscribers(self) -> DynamoSubscribers:
        """Its people."""

    def identity_key(self) -> bytes:
        """The key that makes their ids."""

    def clock(self) -> Clock:
        """Its clock."""

    def series(self) -> Series:
        """Its series: zone, and how people say it."""


class PeoplePlace(Place, Protocol):
    """The same, with what a person agreed to, and what the mail service keeps from her."""

    def register(self) -> DynamoUnitOfWork:
        """Its people and the record of their consent, written together."""

    def consents(self) -> DynamoConsents:
        """The record of consent."""

    def suppression(self) -> SuppressionList:
        """The addresses that its mail service sends nothing to."""

    def by(self) -> str:
        """Who works on it."""


class Stopped(click.ClickException):
    """Ends the command with status 2 and its message on standard error."""

    exit_code = 2


@contextmanager
def in_words() -> Iterator[None]:
    """Our own errors as a message, without a traceback. Every command here is safe to repeat."""
    try:
        yield
    except LostAnswer as error:
        raise Stopped(f"AWS’s answer was lost ({error}): it may be done or not. Run it again; that is safe.") from error
    except Unavailable as error:
        raise Stopped(f"AWS did not do it ({error}). Run it again in a while; that is safe.") from error
    except Conflict as error:
        raise Stopped(f"Others were faster ({error}). Run it again; that is safe.") from error
    except ConvenerError as error:
        raise Stopped(str(error)) from error


def known(ledger: DynamoLedger, name: str) -> Campaign:
    """The campaign with that id. Raises Stopped, which names those that there are."""
    campaign = ledger.campaign(name)
    if campaign is not None:
        return campaign
    names = [one.id for one in ledger.all()]
    there = f"There are: {', '.join(names)}." if names else "No campaign was opened yet."
    raise Stopped(f"There is no campaign {name}. {there}")


def tell_unreadable(ledger: DynamoLedger) -> None:
    """What the ledger left out, on standard error."""
    for name, reason in ledger.unreadable.items():
        click.echo(f"{name} was left out: {reason}", err=True)


def say(text: str, *, hanging: int = 0) -> None:
    """A line; on a terminal broken between words, the rest indented so far. Elsewhere it stays one line."""
    wide = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    if wide > MOST_HANGING:
        rest = " " * hanging
        text = fill(text, wide, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
    click.echo(text)


def proof(place: Place) -> DeliveryReport:
    """The proof of this stack."""
    return DeliveryReport(ledger=place.ledger(), subscribers=place.subscribers())


def at_a_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def sure(question: str, *, yes: bool) -> None:
    """Go on only after a yes. Raises Stopped where nobody can be asked."""
    if yes:
        return
    if not at_a_terminal():
        raise Stopped(f"{question} Nobody is at a terminal to say yes: give --yes. Nothing was changed.")
    if not click.confirm(question, err=True):
        click.echo("Nothing was changed.", err=True)
        raise click.exceptions.Exit(1)


yes_option = click.option("--yes", is_flag=True, help="Don't ask, do it.")
