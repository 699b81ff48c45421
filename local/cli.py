"""The `convener` command."""

from __future__ import annotations

import click

from local.commands.campaign import campaign
from local.commands.clock import clock
from local.commands.demo import demo
from local.commands.series import series
from local.commands.serve import serve
from local.commands.sessions import sessions
from local.commands.subscriber import subscriber
from local.commands.subscribers import subscribers
from local.commands.upload import upload
from local.stack_context import StackContext


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--local", is_flag=True, help="Work on the local stack that `make serve` keeps running.")
@click.option("--stack", metavar="NAME", help="Work on a deployed stack, with your AWS credentials.")
@click.version_option(package_name="convener")
@click.pass_context
def main(context: click.Context, *, local: bool, stack: str | None) -> None:
    """Convener calls a community together: invitations, reminders and recaps for a recurring conversation.

    Commands that read or write a stack want --local or --stack NAME before them: nobody mails real people by default.
    """
    context.obj = StackContext(local=local, name=stack)


for command in (campaign, clock, demo, series, serve, sessions, subscriber, subscribers, upload):
    main.add_command(command)
