"""`convener campaign recipients`: the delivery report of each intended person."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from convener.csv_output import csv_line
from convener.delivery.delivery_report import RecipientLine
from convener.sessions.series import Series
from local.commands.asking import delivery_report, errors_as_messages, known
from local.stack_context import StackContext

COLUMNS = ("address", "recipient", "state", "when", "message_id", "reason", "attempts")
MAX_UNBROKEN_ADDRESS = 32  # characters; the table breaks longer addresses
STEP = 500  # lines between two updates of the progress bar


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--csv", "as_csv", is_flag=True, help="Print all recipients as CSV (RFC 4180, UTF-8).")
@click.option(
    "--most", type=click.IntRange(min=1), default=50, show_default=True, help="How many recipients the table shows."
)
@click.pass_obj
def recipients(stack: StackContext, campaign_id: str, as_csv: bool, most: int) -> None:
    """Show each intended recipient of the campaign ID: state, since when, message id, reason and attempts.

    The address is missing where the person was erased or has moved. Times are in the series' zone, in the CSV in UTC.
    """
    with errors_as_messages():
        campaign = known(stack.ledger(), campaign_id)
        report = delivery_report(stack)
        audience = report.sums(campaign_id)["audience"]
        found = report.recipients(campaign)
        if as_csv:
            _print_csv(found, audience)
        else:
            _print_table(list(islice(found, most)), audience, stack.series())


def _print_csv(found: Iterator[RecipientLine], audience: int) -> None:
    """Print the lines as bytes, because a text stream changes line ends on Windows."""
    out = sys.stdout.buffer
    count = 0
    out.write(csv_line(COLUMNS).encode())
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Reading", total=audience)
        for count, line in enumerate(found, start=1):
            out.write(csv_line(_cells(line)).encode())
            if count % STEP == 0:
                bar.update(task, completed=count)
    out.flush()
    click.echo(f"{count} of an audience of {audience}.", err=True)


def _cells(line: RecipientLine) -> tuple[object, ...]:
    when = moment(line.at)
    return (line.address, line.recipient, line.state_words, when, line.message_id, line.reason, line.attempts)


def moment(at: datetime | None) -> str:
    """Return the moment as ISO 8601 in UTC, to the second; empty where nothing has happened yet."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _print_table(lines: list[RecipientLine], audience: int, series: Series) -> None:
    addresses = [line.address or f"{line.recipient[:8]}…" for line in lines]
    unbroken = max(map(len, addresses), default=0) <= MAX_UNBROKEN_ADDRESS
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for heading in ("Address", "State", when := f"When ({series.zone_name})", "Reason"):
        table.add_column(heading, overflow="fold", no_wrap=heading == when or (heading == "Address" and unbroken))
    for line, address in zip(lines, addresses, strict=True):
        again = f" ({line.attempts} attempts)" if line.attempts > 1 else ""
        at = f"{line.at.astimezone(series.tz):%Y-%m-%d %H:%M}" if line.at else ""
        table.add_row(*(Text(cell) for cell in (address, line.state_words + again, at, line.reason)))
    Console(highlight=False).print(table)
    more = "" if len(lines) == audience else " --csv prints all of them, with ids and attempts."
    click.echo(f"\n{len(lines)} of an audience of {audience}.{more}")
