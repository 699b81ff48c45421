"""`convener campaign pause|resume|stop|resend-unknown`: a hand on one campaign."""

from __future__ import annotations

import click

from convener.campaigns import Campaign
from convener.delivery.campaign_control import CampaignControl, ResendResult
from convener.delivery.expiry import TOLD_BY_THEN
from local.commands.asking import Place, in_words, known, proof, say, sure, tell_unreadable, yes_option
from local.commands.campaign.words import stage

MINUTES = int(TOLD_BY_THEN.total_seconds() // 60)

one_campaign = click.argument("campaign_id", metavar="ID")


def steering(place: Place) -> CampaignControl:
    """Steering of this stack."""
    return CampaignControl(ledger=place.ledger(), clock=place.clock(), zone=place.series().tz)


@click.command()
@one_campaign
@click.pass_obj
def pause(place: Place, campaign_id: str) -> None:
    """Let nothing more of the campaign ID leave until you resume it. Mails of the second that runs still leave."""
    with in_words():
        known(place.ledger(), campaign_id)
        _told(steering(place).pause(campaign_id), place)


@click.command()
@one_campaign
@click.pass_obj
def resume(place: Place, campaign_id: str) -> None:
    """Bring back the campaign ID, whatever it waits for: the next tick queues it."""
    with in_words():
        known(place.ledger(), campaign_id)
        _told(steering(place).resume(campaign_id), place)


@click.command()
@one_campaign
@yes_option
@click.pass_obj
def stop(place: Place, campaign_id: str, yes: bool) -> None:
    """End the campaign ID for good: whoever has no mail yet never gets one."""
    with in_words():
        if not known(place.ledger(), campaign_id).ended:
            left = proof(place).sums(campaign_id)["unfinished"]
            are = "is" if left == 1 else "are"
            sure(
                f"Stop {campaign_id} for good? {left} of its mails {are} still to be sent, and never will be.", yes=yes
            )
        stopped = steering(place).stop(campaign_id)
        _told(stopped, place)
    if not stopped.ended:
        click.echo("Within 15 minutes the tick skips what had not left. `convener campaign show` has the numbers.")


@click.command("resend-unknown")
@one_campaign
@yes_option
@click.pass_obj
def resend_unknown(place: Place, campaign_id: str, yes: bool) -> None:
    """Send the campaign ID again to everybody whose mail may be lost: nobody knows whether SES took it.

    Some of them then have it twice. What is younger than 30 minutes is left alone: SES's events may still tell.
    """
    with in_words():
        ledger = place.ledger()
        hand = CampaignControl(ledger=ledger, clock=place.clock(), zone=place.series().tz)
        may = not hand.refusal(known(ledger, campaign_id))
        if may and (unknown := proof(place).sums(campaign_id)["unknown"]):
            sure(f"Send {campaign_id} again to {_people(unknown)}? Some of them may have it already.", yes=yes)
        resent = hand.resend_unknown(campaign_id)
    tell_unreadable(ledger)
    for line in _resent(resent):
        click.echo(line)
    if resent.asked or resent.before:
        with in_words():
            _told(resent.campaign, place)


def _resent(resent: ResendResult) -> list[str]:
    lines = [f"{_mails(resent.asked)} will be sent again."] if resent.asked else []
    lines += [f"{_mails(resent.before)} had been asked for before."] if resent.before else []
    lines += (
        [f"{_mails(resent.young)} left: events may still come. Ask again in {MINUTES} minutes."] if resent.young else []
    )
    return lines or ["Nothing is unknown: nothing is sent again."]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"up to {count} people"


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


def _told(campaign: Campaign, place: Place) -> None:
    say(f"{campaign.id}: {stage(campaign, place.series())}.")
