"""`convener campaign`: the state of campaigns, campaign control, and the delivery report."""

from __future__ import annotations

import click

from local.commands.campaign.listing import listing
from local.commands.campaign.recipients import recipients
from local.commands.campaign.show import show
from local.commands.campaign.steer import pause, resend_unknown, resume, stop

__all__ = ["campaign"]


@click.group()
def campaign() -> None:
    """Show and control campaigns: one mailing of one type, for one session, to its audience."""


for command in (listing, show, recipients, pause, resume, stop, resend_unknown):
    campaign.add_command(command)
