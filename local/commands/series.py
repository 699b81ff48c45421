"""`convener series pause|resume`: a hand on all campaigns at once."""

from __future__ import annotations

import click

from convener.delivery.campaign_control import CampaignControl
from local.commands.asking import Place, in_words, say
from local.commands.campaign.words import moment


@click.group()
def series() -> None:
    """The series as a whole."""


@series.command()
@click.pass_obj
def pause(place: Place) -> None:
    """Let no mail of any campaign leave until you resume. Mails of the second that runs still leave."""
    with in_words():
        since = CampaignControl(ledger=place.ledger(), clock=place.clock()).pause_series()
        say(f"The series is paused since {moment(since, place.series())}: no mail of any campaign leaves.")
    say("Sessions are taken in as ever. `convener series resume` ends the pause.")


@series.command()
@click.pass_obj
def resume(place: Place) -> None:
    """End the pause: the next tick brings back what waits for it."""
    with in_words():
        since = CampaignControl(ledger=place.ledger(), clock=place.clock()).resume_series()
        if since is None:
            say("The series is not paused: nothing was changed.")
            return
        say(f"The series goes on; it was paused since {moment(since, place.series())}.")
    say("The next tick, within 15 minutes and by day, brings back what waited for it.")
