"""Helpers of the commands: errors as messages, questions before a final action, lines for a terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import fill

import click

from convener.aws.ledger import DynamoLedger
from convener.campaigns import Campaign
from convener.delivery.delivery_report import DeliveryReport
from convener.errors import Conflict, ConvenerError, LostAnswer, Unavailable
from local.stack_context import StackContext

MIN_TERMINAL_COLUMNS = 20
"""A narrower terminal breaks the lines itself: no text is left beside the widest indentation."""


class Stopped(click.ClickException):
    """Ends the command with status 2 and its message on standard error."""

    exit_code = 2


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Show errors of Convener as a message, without a traceback. Every command that uses this is safe to repeat."""
    try:
        yield
    except LostAnswer as error:
        raise Stopped(
            f"The answer of AWS was lost ({error}): the change may be done or not. Run the command again; that is safe."
        ) from error
    except Unavailable as error:
        raise Stopped(f"AWS did not do it ({error}). Run the command again later; that is safe.") from error
    except Conflict as error:
        raise Stopped(f"Others wrote first ({error}). Run the command again; that is safe.") from error
    except ConvenerError as error:
        raise Stopped(str(error)) from error


def known(ledger: DynamoLedger, name: str) -> Campaign:
    """Return the campaign with that id. Raises Stopped, which names the campaigns that exist."""
    campaign = ledger.campaign(name)
    if campaign is not None:
        return campaign
    names = [one.id for one in ledger.all()]
    there = f"There are: {', '.join(names)}." if names else "No campaign was opened yet."
    raise Stopped(f"There is no campaign {name}. {there}")


def tell_unreadable(ledger: DynamoLedger) -> None:
    """Print on standard error which items the ledger left out, and why."""
    for name, reason in ledger.unreadable.items():
        click.echo(f"{name} was left out: {reason}", err=True)


def say(text: str, *, hanging: int = 0) -> None:
    """Print a line. A terminal gets it wrapped between words, with `hanging` spaces before all lines but the first."""
    wide = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    if wide > MIN_TERMINAL_COLUMNS:
        rest = " " * hanging
        text = fill(text, wide, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)
    click.echo(text)


def delivery_report(stack: StackContext) -> DeliveryReport:
    """Return the delivery report of this stack."""
    return DeliveryReport(ledger=stack.ledger(), subscribers=stack.subscribers())


def at_a_terminal() -> bool:
    """Return whether standard input is a terminal, so that a person can answer a question."""
    return sys.stdin.isatty()


def sure(question: str, *, yes: bool) -> None:
    """Ask the question and return after a yes. Raises Stopped where no person can be asked, Exit after a no."""
    if yes:
        return
    if not at_a_terminal():
        raise Stopped(f"{question} Nobody is at a terminal to say yes: give --yes. Nothing was changed.")
    if not click.confirm(question, err=True):
        click.echo("Nothing was changed.", err=True)
        raise click.exceptions.Exit(1)


yes_option = click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
