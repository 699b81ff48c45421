"""`convener campaign`: how far each has come, a hand on it, and the proof of what became of everybody."""

from __future__ import annotations

import click

from local.commands.campaign.listing import listing
from local.commands.campaign.recipients import recipients
from local.commands.campaign.show import show
from local.commands.campaign.steer import pause, resend_unknown, resume, stop

__all__ = ["campaign"]


@click.group()
def campaign() -> None:
    """The mailings: one kind of mail for one session, to its audience."""


for command in (listing, show, recipients, pause, resume, stop, resend_unknown):
    campaign.add_command(command)
