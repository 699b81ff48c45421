"""`convener subscribers import`: sort a list of people, show the result for each line, and import the new people."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from convener.errors import BadInput, ConvenerError, Misconfigured
from convener.intake.subscribers.consent_survey import yes_means
from convener.intake.subscribers.import_records import new_batch
from convener.intake.subscribers.import_report import MAX_EXAMPLES, ImportReport
from convener.intake.subscribers.importing import import_list, sort_list
from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.intake.subscribers.people_files import PeopleFiles
from convener.intake.subscribers.people_list import PeopleList
from convener.intake.subscribers.reading import check_size, read_people
from convener.intake.subscribers.sorting import ImportRequest
from local.commands.asking import Stopped, at_a_terminal, yes_option
from local.commands.subscribers.shared import printable, progress
from local.stack_context import StackContext

LEFT_OUT, BROKEN = 1, 2
WORDS = {
    LineOutcome.NEW: "new",
    LineOutcome.KNOWN: "known: on the list already",
    LineOutcome.DUPLICATE: "duplicate: on an earlier line already",
    LineOutcome.ROLE: "role address: left out without --with-role-addresses",
    LineOutcome.LEFT: "left",
    LineOutcome.BOUNCED: "bounced",
    LineOutcome.COMPLAINED: "complained",
    LineOutcome.ERASED: "erased at their own wish",
    LineOutcome.MOVED: "moved to another address",
    LineOutcome.UNCONFIRMED: "not confirmed yet",
    LineOutcome.DECLINED: "no yes to mail",
    LineOutcome.MALFORMED: "malformed",
    LineOutcome.BUSY: "busy: import again",
}
ALWAYS = {LineOutcome.NEW, LineOutcome.KNOWN}
VERDICTS = (
    *(LineOutcome.NEW, LineOutcome.KNOWN, LineOutcome.LEFT, LineOutcome.BOUNCED, LineOutcome.COMPLAINED),
    *(LineOutcome.ERASED, LineOutcome.MOVED, LineOutcome.UNCONFIRMED, LineOutcome.MALFORMED, LineOutcome.DUPLICATE),
    *(LineOutcome.ROLE, LineOutcome.DECLINED),
)
"""The verdicts of a dry run, in the order of its totals. Nobody is BUSY where nothing is written."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, metavar="TEXT", help="Where these people gave their consent; kept with each person."
)
@click.option(
    "--with-role-addresses", "roles", is_flag=True, help="Import info@, office@ and other role addresses as well."
)
@click.option("--hidden-rows", is_flag=True, help="Import the rows of a workbook that a filter hides as well.")
@click.option(
    "--yes-means",
    "answers",
    multiple=True,
    metavar='"COLUMN=VALUE"',
    help="A value that means yes to these mails; once or more.",
)
@click.option("--dry-run", is_flag=True, help="Show what would happen, write nothing, and don't ask.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print the verdict on each line as JSON.")
@click.option(
    "--examples", type=click.IntRange(0), default=MAX_EXAMPLES, show_default=True, help="Lines to show of each outcome."
)
@yes_option
@click.pass_context
def import_file(
    context: click.Context,
    /,
    file: Path,
    source: str,
    answers: tuple[str, ...],
    examples: int,
    **flags: bool,
) -> None:
    """Import FILE, a CSV list or a workbook (.xlsx) of people who agreed to get these mails.

    Its columns are email and, where you have them, first_name, zone (such as Europe/London) and joined (such as
    2024-04-18); a bare list of addresses works too, and so does a file that `export` wrote. First the command sorts all
    lines, shows the result and writes nothing. Then it asks; --yes answers. Without a terminal and without --yes it
    ends there, with exit status 0.
    Only a written yes is a yes: a column about consent or status counts, and where its values are not understood the
    import stops and asks which of them mean yes. Whoever said no is remembered, so that no later list brings them in.
    Known values stay, empty names and zones are filled, and nobody who left is brought back. Safe to repeat, and `undo`
    takes the import back for seven days. Exit status otherwise: 0 when the import is done, 1 when it left lines out, 2
    when the file could not be read, does not say who wants mail, or the import broke off.
    """
    stack: StackContext = context.obj
    if flags["as_json"] and not flags["dry_run"]:
        raise click.UsageError("--json shows what would happen: give --dry-run as well.")
    try:
        request = ImportRequest(
            source=source,
            now=stack.clock().now(),
            file=file.name,
            roles=flags["roles"],
            examples=examples,
            keep_all=flags["as_json"],
        )
        check_size(file.stat().st_size)
        people = read_people(
            file.read_bytes(),
            hidden_rows=flags["hidden_rows"],
            answers=[yes_means(answer) for answer in answers],
            file=file.name,
        )
        _run(context, stack, file, people, request, **flags)
    except BadInput as error:
        _stop(context, f"{file}: {error}")
    except Misconfigured as error:
        _stop(context, str(error))
    except ConvenerError as error:
        _stop(context, f"The import broke off: {error} It is safe to run it again.")
    except KeyboardInterrupt:
        _stop(context, "\nNothing was changed.")


def _run(
    context: click.Context,
    stack: StackContext,
    file: Path,
    people: PeopleList | PeopleFiles,
    asked: ImportRequest,
    *,
    dry_run: bool,
    as_json: bool,
    yes: bool,
    **_read: bool,
) -> None:
    with progress("Sorting", people.lines) as heard:
        found = sort_list(people, store=stack.register(), key=stack.identity_key(), request=asked, progress=heard)
    if as_json:
        _print_json(found)
        return
    show(found, file, title="What would happen")
    if not dry_run and _sure(found, yes=yes):
        done = _bring_in(stack, people, asked)
        if done.counts != found.counts:
            show(done, file, title="What happened: others were busy meanwhile")
        context.exit(LEFT_OUT if done.refused else 0)
    if yes and not dry_run:  # nothing to import: the lines that were left out count all the same
        context.exit(LEFT_OUT if found.refused else 0)


def _print_json(report: ImportReport) -> None:
    """Print the totals and one verdict for each line. Notes on a line are among its reasons; others go to stderr."""
    lines: dict[tuple[str, int], Problem] = {}
    notes: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for result in report.results:
        place = (result.file, result.line)
        if result.outcome is LineOutcome.NOTE:
            notes[place].append(result.reason)
        else:
            lines[place] = result
    for file, line in sorted(notes.keys() - lines.keys()):
        for text in notes[file, line]:
            click.echo(printable(f"{file or 'line'}:{line}: {text}"), err=True)
    verdicts = [
        {
            **({"file": file} if file else {}),
            "line": line,
            "address": found.address,
            "verdict": str(found.outcome),
            "why": " ".join(filter(None, (found.reason, *notes[file, line]))),
        }
        for (file, line), found in sorted(lines.items())
    ]
    totals = {str(outcome): report.counts[outcome] for outcome in VERDICTS}
    click.echo(json.dumps({"totals": totals, "lines": verdicts}, ensure_ascii=False, indent=1))


def _sure(found: ImportReport, *, yes: bool) -> bool:
    """Return whether to import. Where there is nothing to do, or no person to ask, print so."""
    new, fillable = found.counts[LineOutcome.NEW], found.fillable
    if not new and not fillable and not found.marked:
        click.echo("Nobody is new, and nothing is to be filled. Nothing was changed.")
        return False
    fill = f", fill what is empty of {fillable} known" if fillable else ""
    fill += f", remember the no of {found.marked}" if found.marked else ""
    if yes:
        return True
    if not at_a_terminal():
        click.echo(f"Nothing was changed. To bring in the {new} new ones{fill}, give --yes, or run it at a terminal.")
        return False
    if click.confirm(f"Bring in the {new} new ones{fill}?", err=True):
        return True
    click.echo("Nothing was changed.", err=True)
    return False


def _bring_in(stack: StackContext, people: PeopleList | PeopleFiles, asked: ImportRequest) -> ImportReport:
    batch = new_batch(asked.now)
    back = f"{stack.line} subscribers undo {batch}"
    click.echo(f"This import is {batch}.", err=True)
    with progress("Bringing in", people.lines) as heard:
        try:
            done = import_list(
                people,
                store=stack.register(),
                imports=stack.imports(),
                key=stack.identity_key(),
                request=asked,
                batch=batch,
                progress=heard,
            )
        except KeyboardInterrupt:
            raise Stopped(f"\nStopped midway. Run it again to go on, or take back what was done: {back}") from None
    filled = f" {done.fillable} known got a name or a zone." if done.fillable else ""
    noes = f" {done.marked} said no, and are remembered." if done.marked else ""
    click.echo(f"Done: {done.counts[LineOutcome.NEW]} new.{filled}{noes}")
    click.echo(f"To take it back within seven days: {back}")
    return done


def show(report: ImportReport, file: Path, *, title: str) -> None:
    """Print examples of each outcome that needs an explanation, and the number of lines by outcome."""
    for problem in report.problems:
        address = f"{problem.address[:80]}: " if problem.address else ""
        where = f"{file}/{problem.file}" if problem.file else file
        click.echo(printable(f"{where}:{problem.line}: {address}{problem.reason}"))
    if report.not_shown:
        click.echo(f"… and {report.not_shown} more lines. --examples shows more of them.")
    table = Table(title=title)
    table.add_column("")
    table.add_column("lines", justify="right")
    for outcome, words in WORDS.items():
        if report.counts[outcome] or outcome in ALWAYS:
            fill = f"; an empty name or zone of {report.fillable} is filled" if outcome is LineOutcome.KNOWN else ""
            table.add_row(words + (fill if report.fillable else ""), str(report.counts[outcome]))
    Console().print(table)


def _stop(context: click.Context, message: str) -> None:
    click.echo(printable(message), err=True)
    context.exit(BROKEN)
