"""`convener series pause|resume`: control all campaigns at once."""

from __future__ import annotations

import click

from convener.delivery.campaign_control import CampaignControl
from local.commands.asking import errors_as_messages, say
from local.commands.campaign.words import moment
from local.stack_context import StackContext


@click.group()
def series() -> None:
    """Pause or resume the whole series."""


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
