"""`convener campaign show`: everything that the ledger knows of one campaign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

import click

from convener.campaigns import Campaign
from convener.delivery.delivery_report import CampaignSummary, RecipientLine
from convener.delivery.expiry import EVENTS_ARRIVE_WITHIN
from convener.delivery.reasons import STATE_WORDS
from convener.delivery.states import DeliveryState
from convener.sessions.series import Series
from convener.subscribers.models import SHARDS
from local.commands.asking import delivery_report, errors_as_messages, known, say
from local.commands.campaign.steer import campaign_control
from local.commands.campaign.words import moment, stage
from local.stack_context import StackContext

ID_DIGITS = 8  # hex digits of a recipient's id that are enough to find it in the CSV
MAX_UNKNOWN = 50
LATER = (DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED)


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.pass_obj
def show(stack: StackContext, campaign_id: str) -> None:
    """Show the stage of the campaign ID and what became of its audience, counted in the ledger now."""
    with errors_as_messages():
        ledger, series = stack.ledger(), stack.series()
        campaign = known(ledger, campaign_id)
        told, since, now = delivery_report(stack).summarize(campaign), ledger.paused_since(), stack.clock().now()
        refusal = campaign_control(stack).refusal(campaign)
    click.echo(campaign.id)
    for name, words in _lines(campaign, told, series, now):
        say(f"  {name:<11} {words}".rstrip(), hanging=14)
    if since:
        say(f"The whole series is paused since {moment(since, series)}: `convener series resume` ends that.")
    if campaign.ended and told.sums["unfinished"]:
        say("Sending again was asked for and broke off: run `convener campaign resend-unknown` once more.")
    for line in _unknown(told, series, now):
        say(line, hanging=ID_DIGITS + 4)
    for line in _advice(told, campaign, now, refusal):
        say(line)


def _lines(campaign: Campaign, told: CampaignSummary, series: Series, now: datetime) -> Iterator[tuple[str, str]]:
    late = "it is too late for it since" if campaign.too_late_at <= now else "from"
    shards = "" if told.finished == len(SHARDS) else f" so far: {told.finished} of {len(SHARDS)} shards are read"
    yield "stage", stage(campaign, series)
    yield "opened", moment(campaign.opened_at, series)
    yield "too late", f"{late} {moment(campaign.too_late_at, series)}"
    if campaign.reached_by:
        yield "goes to", f"those whom {campaign.reached_by} reached"
    if campaign.brings:
        yield "brings", ", ".join(sorted(campaign.brings))
    yield "edition", campaign.edition
    yield "audience", f"{told.sums['audience']}{shards}"
    yield "accepted", _with(told.sums["accepted"], _accepted(told))
    for name, state in (("skipped", DeliveryState.SKIPPED), ("failed", DeliveryState.FAILED)):
        yield name, _with(told.sums[name], _reasons(told, state))
    yield "unknown", str(told.sums["unknown"])
    yield "unfinished", _with(told.sums["unfinished"], _unfinished(told))
    sums = [told.sums[name] for name in ("accepted", "skipped", "failed", "unknown", "unfinished")]
    yield "", f"{' + '.join(map(str, sums))} = {sum(sums)}"


def _with(number: int, parts: list[str]) -> str:
    return f"{number}: {', '.join(parts)}" if number and parts else str(number)


def _accepted(told: CampaignSummary) -> list[str]:
    parts = [f"{told.states[state]} {STATE_WORDS[state]}" for state in LATER]
    open_ones = told.states[DeliveryState.ACCEPTED]
    return [*parts, f"{open_ones} not heard of since"] if open_ones else parts


def _reasons(told: CampaignSummary, state: DeliveryState) -> list[str]:
    found = [(count, reason) for (one, reason), count in told.reasons.items() if one is state]
    return [f"{count} {reason or 'for no known reason'}" for count, reason in sorted(found, key=lambda one: -one[0])]


def _unfinished(told: CampaignSummary) -> list[str]:
    """Return the parts of the unfinished mails. A requested resend is listed with the unknown mails as well."""
    states = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY)
    parts = [f"{told.states[state]} {STATE_WORDS[state]}" for state in states if told.states[state]]
    asked = told.sums["unfinished"] - sum(told.states[state] for state in states)
    return [*parts, f"{asked} unknown, to be sent again"] if asked else parts


def _unknown(told: CampaignSummary, series: Series, now: datetime) -> Iterator[str]:
    if not told.unknown:
        return
    yield "Unknown: SES may have taken these mails or not; its events may still tell."
    for line in told.unknown[:MAX_UNKNOWN]:
        yield f"  {line.recipient[:ID_DIGITS]}  since {moment(line.at, series)}; {line.reason}; {_rest(line, now)}"
    if len(told.unknown) > MAX_UNKNOWN:
        yield f"  and {len(told.unknown) - MAX_UNKNOWN} more: `convener campaign recipients --csv` has all of them"


def _advice(told: CampaignSummary, campaign: Campaign, now: datetime, refusal: str) -> Iterator[str]:
    """Say what an operator can do about unknown mails."""
    if told.unknown and refusal:
        yield refusal
    elif any(not line.asked and _age(line, now) >= EVENTS_ARRIVE_WITHIN for line in told.unknown):
        again = f"`convener campaign resend-unknown {campaign.id}` sends the listed mails again"
        yield f"Leave them as they are, or {again}: some people may then get the mail twice."


def _age(line: RecipientLine, now: datetime) -> timedelta:
    return now - line.at if line.at else EVENTS_ARRIVE_WITHIN


def _rest(line: RecipientLine, now: datetime) -> str:
    message = f"message {line.message_id}" if line.message_id else "no message id"
    if line.asked:
        return f"{message}; to be sent again"
    age = _age(line, now)
    if age >= EVENTS_ARRIVE_WITHIN:
        return f"{message}; listed"
    left = ceil((EVENTS_ARRIVE_WITHIN - age).total_seconds() / 60)
    return f"{message}; not listed yet, for {left} more {'minute' if left == 1 else 'minutes'}"
