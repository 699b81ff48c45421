"""`convener campaign list`: every campaign with its stage and its numbers."""

from __future__ import annotations

from collections.abc import Mapping

import click

from local.commands.asking import delivery_report, errors_as_messages, say, tell_unreadable
from local.commands.campaign.words import moment, stage
from local.stack_context import StackContext

NUMBERS = ("audience", "accepted", "skipped", "failed", "unknown", "unfinished")


@click.command("list")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=24,
    show_default=True,
    help="How many campaigns to show; the newest is last.",
)
@click.pass_obj
def listing(stack: StackContext, most: int) -> None:
    """Show each campaign with its numbers, counted in the ledger now, and below it the stage and the reason.

    accepted + skipped + failed + unknown + unfinished is the audience. Accepted means that SES took the mail.
    """
    with errors_as_messages():
        ledger, series, report = stack.ledger(), stack.series(), delivery_report(stack)
        campaigns = sorted(ledger.all(), key=lambda one: (one.opened_at, one.id))
        wide = max((len(one.id) for one in campaigns), default=0)
        if campaigns:
            click.echo(f"{'campaign':{wide}}  {'  '.join(NUMBERS)}")
        for campaign in campaigns[-most:]:
            click.echo(f"{campaign.id:{wide}}  {_numbers(report.sums(campaign.id))}")
            say(f"    opened {moment(campaign.opened_at, series)}; {stage(campaign, series)}", hanging=4)
        if since := ledger.paused_since():
            say(f"The whole series is paused since {moment(since, series)}: `convener series resume` ends that.")
    if len(campaigns) > most:
        click.echo(f"Older ones are not shown ({len(campaigns) - most}): --most shows more.")
    tell_unreadable(ledger)
    if not campaigns:
        click.echo("No campaign was opened yet.")


def _numbers(sums: Mapping[str, int]) -> str:
    return "  ".join(f"{sums[name]:{len(name)}}" for name in NUMBERS)
