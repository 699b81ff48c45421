"""`convener campaign list`: every campaign, where it stands, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping

import click

from local.commands.asking import Place, in_words, proof, say, tell_unreadable
from local.commands.campaign.words import moment, stage

NUMBERS = ("audience", "accepted", "skipped", "failed", "unknown", "unfinished")


@click.command("list")
@click.option("--most", type=click.IntRange(min=1), default=24, show_default=True, help="How many, the newest last.")
@click.pass_obj
def listing(place: Place, most: int) -> None:
    """Show each campaign with its numbers, summed up from the ledger now, and below it where it stands and why.

    accepted + skipped + failed + unknown + unfinished is the audience. Accepted means that SES took the mail.
    """
    with in_words():
        ledger, series, proving = place.ledger(), place.series(), proof(place)
        campaigns = sorted(ledger.all(), key=lambda one: (one.opened_at, one.id))
        wide = max((len(one.id) for one in campaigns), default=0)
        if campaigns:
            click.echo(f"{'campaign':{wide}}  {'  '.join(NUMBERS)}")
        for campaign in campaigns[-most:]:
            click.echo(f"{campaign.id:{wide}}  {_numbers(proving.sums(campaign.id))}")
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
