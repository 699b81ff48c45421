"""`convener campaign pause|resume|stop|resend-unknown`: campaign control."""

from __future__ import annotations

import click

from convener.campaigns import Campaign
from convener.delivery.campaign_control import CampaignControl, ResendResult
from convener.delivery.expiry import EVENTS_ARRIVE_WITHIN
from local.commands.asking import delivery_report, errors_as_messages, known, say, sure, tell_unreadable, yes_option
from local.commands.campaign.words import stage
from local.stack_context import StackContext

MINUTES = int(EVENTS_ARRIVE_WITHIN.total_seconds() // 60)

one_campaign = click.argument("campaign_id", metavar="ID")


def campaign_control(stack: StackContext) -> CampaignControl:
    """Return the campaign control of this stack."""
    return CampaignControl(ledger=stack.ledger(), clock=stack.clock(), zone=stack.series().tz)


@click.command()
@one_campaign
@click.pass_obj
def pause(stack: StackContext, campaign_id: str) -> None:
    """Pause the campaign ID until you resume it. Mails of the current second still leave."""
    with errors_as_messages():
        known(stack.ledger(), campaign_id)
        _told(campaign_control(stack).pause(campaign_id), stack)


@click.command()
@one_campaign
@click.pass_obj
def resume(stack: StackContext, campaign_id: str) -> None:
    """Resume the campaign ID, whatever it waits for: the next tick queues it."""
    with errors_as_messages():
        known(stack.ledger(), campaign_id)
        _told(campaign_control(stack).resume(campaign_id), stack)


@click.command()
@one_campaign
@yes_option
@click.pass_obj
def stop(stack: StackContext, campaign_id: str, yes: bool) -> None:
    """Stop the campaign ID for good: people who have no mail yet never get it."""
    with errors_as_messages():
        if not known(stack.ledger(), campaign_id).ended:
            left = delivery_report(stack).sums(campaign_id)["unfinished"]
            are = "is" if left == 1 else "are"
            sure(
                f"Stop {campaign_id} for good? {left} of its mails {are} still to be sent, and never will be.", yes=yes
            )
        stopped = campaign_control(stack).stop(campaign_id)
        _told(stopped, stack)
    if not stopped.ended:
        click.echo(
            "Within 15 minutes the tick skips the mails that had not left. `convener campaign show` has the numbers."
        )


@click.command("resend-unknown")
@one_campaign
@yes_option
@click.pass_obj
def resend_unknown(stack: StackContext, campaign_id: str, yes: bool) -> None:
    """Send the campaign ID again to everybody whose mail may be lost, because the answer of SES was lost.

    Some of them then get the mail twice. Mails younger than 30 minutes are left alone: events of
    SES may still settle them.
    """
    with errors_as_messages():
        ledger = stack.ledger()
        control = CampaignControl(ledger=ledger, clock=stack.clock(), zone=stack.series().tz)
        may = not control.refusal(known(ledger, campaign_id))
        if may and (unknown := delivery_report(stack).sums(campaign_id)["unknown"]):
            sure(f"Send {campaign_id} again to {_people(unknown)}? Some of them may have it already.", yes=yes)
        resent = control.resend_unknown(campaign_id)
    tell_unreadable(ledger)
    for line in _resent(resent):
        click.echo(line)
    if resent.asked or resent.before:
        with errors_as_messages():
            _told(resent.campaign, stack)


def _resent(resent: ResendResult) -> list[str]:
    lines = [f"{_mails(resent.asked)} will be sent again."] if resent.asked else []
    lines += [f"{_mails(resent.before)} had been requested before."] if resent.before else []
    lines += (
        [f"{_mails(resent.young)} left: events may still settle them. Run the command again in {MINUTES} minutes."]
        if resent.young
        else []
    )
    return lines or ["No mail is unknown: nothing is sent again."]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"up to {count} people"


def _mails(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


def _told(campaign: Campaign, stack: StackContext) -> None:
    say(f"{campaign.id}: {stage(campaign, stack.series())}.")
