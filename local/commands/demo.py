"""`convener demo`: rehearse a month of mail, and show where to look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from convener.errors import ConvenerError
from local.series_folder import SeriesFolder, chosen
from local.timeline.words import written_loss

if TYPE_CHECKING:
    from local.ses import SesServer

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "local" / "examples"
ARCHIVE, PEOPLE = EXAMPLES / "archive.txt", EXAMPLES / "subscribers.csv"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PART = click.FloatRange(0, 1)
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--sessions",
    type=FILE,
    help="An archive page as text, or any file for upload. For a series of your own, invented sessions by default.",
)
@click.option("--subscribers", type=FILE, default=PEOPLE, help="A list of people, as CSV.")
@click.option("--from", "begins", type=DAY, help="The first day, such as 2024-04-03.")
@click.option("--to", "until", type=DAY, help="The last day.")
@click.option("--lost-answers", type=PART, default=0.0, help="The share of SES’s answers that is lost, such as 0.02.")
@click.option("--lost-events", type=PART, default=0.0, help="The share of SES’s events that is lost, such as 0.5.")
@click.option("--seed", type=int, default=0, help="The random seed that decides which are lost.")
@click.option(
    "--cast/--no-cast",
    default=None,
    help="Let simulated readers act: join, choose, leave. By default they act unless you name files of your own.",
)
def demo(
    sessions: Path | None,
    subscribers: Path,
    begins: datetime | None,
    until: datetime | None,
    lost_answers: float,
    lost_events: float,
    seed: int,
    cast: bool | None,
) -> None:
    """Rehearse a month of mail in virtual time, into build/demo.

    It is a month of the series in the folder that the variable SERIES names (make demo SERIES=path).

    Nothing leaves this machine, unless AWS_ENDPOINT_URL_SESV2 says where mails go: then build/demo has a copy of each
    mail that was taken there, and no reader acts.
    Lost answers are of mails that SES took; its events tell of them later, unless they are lost too.
    """
    from local.rehearsal.run import Script, run  # noqa: PLC0415 - moto takes seconds to import

    own = _chosen()
    if sessions is None and own.is_example:
        sessions = ARCHIVE
    script = Script(
        sessions=sessions,
        subscribers=subscribers,
        folder=ROOT / "build" / "demo",
        series_folder=own.path,
        begins=begins.date() if begins else None,
        until=until.date() if until else None,
        ses=_losing(lost_answers, lost_events, seed),
        cast=sessions in (None, ARCHIVE) and subscribers == PEOPLE if cast is None else cast,
    )
    console = Console()
    columns = (TextColumn("Rehearsing"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console, refresh_per_second=4) as bar:
            task = bar.add_task("", total=1.0)
            outcome = run(script, progress=lambda part, words: bar.update(task, completed=part, description=words))
            bar.update(task, completed=1.0, description="done")
    except ConvenerError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(2) from None
    for note in outcome.notes:
        console.print(note, markup=False, highlight=False)
    console.print(_table(outcome.report))
    console.print(f"{outcome.report['mails']} mails, {outcome.report['from']} to {outcome.report['to']}.")
    if lost := outcome.report.get("lost"):
        console.print(written_loss(lost), highlight=False)
    console.print(
        "Look at [bold]build/demo/index.html[/bold]; the mails are in build/demo/outbox, the numbers in report.json."
    )


def _chosen() -> SeriesFolder:
    try:
        return chosen()
    except ConvenerError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(2) from None


def _losing(answers: float, events: float, seed: int) -> Callable[[SesServer], None]:
    from local.ses import Fault  # noqa: PLC0415 - as above

    def lose(ses: SesServer) -> None:
        ses.faults.share(Fault.DROPPED_AFTER, answers, seed=seed)
        ses.post.lose(events, seed=seed)

    return lose


def _table(report: dict[str, Any]) -> Table:
    table = Table()
    table.add_column("campaign")
    numbers = ("audience", "accepted", "skipped", "failed", "unknown")
    for number in numbers:
        table.add_column(number, justify="right")
    for campaign in report["campaigns"]:
        table.add_row(campaign["id"], *(str(campaign[number]) for number in numbers))
    return table
