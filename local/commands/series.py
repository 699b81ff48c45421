"""`convener series check`: is a folder right? `convener series pause|resume`: control all campaigns at once."""

from __future__ import annotations

from pathlib import Path

import click

from convener.delivery.campaign_control import CampaignControl
from local.commands.asking import errors_as_messages, say
from local.commands.campaign.words import moment
from local.series_folder import SeriesFolder, chosen
from local.stack_context import StackContext


@click.group()
def series() -> None:
    """Check the settings of your series, and pause or resume the whole of it."""


@series.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def check(folder: Path | None) -> None:
    """Check FOLDER, or the folder that SERIES names: settings and templates of your own. Writes nothing."""
    with errors_as_messages():
        own = SeriesFolder(folder).checked() if folder else chosen()
        found = own.series
        replaced = [f"templates/{name.as_posix()}" for name in own.templates()]
    say(f"{own.file} is right: {found.name}, {found.rule}, {found.start:%H:%M} {found.zone_name}.")
    say(f"No mail leaves about a session before {found.mail_from:%d %B %Y} (mail_from).")
    if replaced:
        say(f"Templates of your own: {', '.join(replaced)}.")


@series.command()
@click.pass_obj
def pause(stack: StackContext) -> None:
    """Pause all campaigns until you resume. Mails of the current second still leave."""
    with errors_as_messages():
        since = CampaignControl(ledger=stack.ledger(), clock=stack.clock()).pause_series()
        say(f"The series is paused since {moment(since, stack.series())}: no mail of any campaign leaves.")
    say("Uploads of sessions are still read. `convener series resume` ends the pause.")


@series.command()
@click.pass_obj
def resume(stack: StackContext) -> None:
    """End the pause: the next tick continues the campaigns that wait for it."""
    with errors_as_messages():
        since = CampaignControl(ledger=stack.ledger(), clock=stack.clock()).resume_series()
        if since is None:
            say("The series is not paused: nothing was changed.")
            return
        say(f"The series continues; it was paused since {moment(since, stack.series())}.")
    say("The next tick, within 15 minutes and by day, continues the campaigns that waited for it.")
