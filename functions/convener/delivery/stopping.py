"""The rules by which a campaign stops itself: too many bounces or complaints.

SES reviews an account above 5 % bounces or 0.1 % complaints, and Gmail and Yahoo refuse senders above 0.3 % complaints:
https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-messages.html,
https://support.google.com/a/answer/81126. A minimum number is required as well, because a rate over ten mails means
nothing. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import turn
from convener.delivery.ports import DeliveryLedger
from convener.delivery.states import ACCEPTED, DeliveryState

MIN_COMPLAINTS, MIN_BOUNCES = 3, 5
"""The complaints and bounces that a campaign has at least when it stops itself."""


AUTOMATIC_STOPS = frozenset({WaitReason.COMPLAINTS, WaitReason.BOUNCES})
"""The reasons of campaigns that stopped themselves."""


def stop_if_bad(ledger: DeliveryLedger, campaign: str) -> str:
    """Stop the campaign where its rates require it and it has not ended.

    Returns:
        The numbers that stopped it, in words; empty where it was not stopped now.
    """
    words = ""

    def change(known: Campaign) -> Campaign | None:
        nonlocal words
        words = ""
        if known.stage in (Stage.DONE, Stage.STOPPED):
            return None
        tally = ledger.tally(campaign)
        why = reason_to_stop(tally)
        if why is None:
            return None
        words = rates_in_words(tally)
        return known.turned(Stage.STOPPED, why=why)

    turn(ledger, campaign, change)
    return words


def reason_to_stop(tally: Mapping[DeliveryState, int]) -> WaitReason | None:
    """Return why a campaign with these numbers of mails by state must stop: above 0.3 % complaints or 5 % bounces."""
    complained, bounced = tally.get(DeliveryState.COMPLAINED, 0), tally.get(DeliveryState.BOUNCED, 0)
    high = _high_rates(tally)
    if complained >= MIN_COMPLAINTS and WaitReason.COMPLAINTS in high:
        return WaitReason.COMPLAINTS
    return WaitReason.BOUNCES if bounced >= MIN_BOUNCES and WaitReason.BOUNCES in high else None


def is_suspicious(tally: Mapping[DeliveryState, int]) -> bool:
    """Whether a part of a campaign has a rate at which the whole would stop. If no part has, the whole has not."""
    return bool(_high_rates(tally))


def rates_in_words(tally: Mapping[DeliveryState, int]) -> str:
    """Return the numbers of complaints, bounces and accepted mails, for the log."""
    accepted = sum(tally.get(state, 0) for state in ACCEPTED)
    complained, bounced = tally.get(DeliveryState.COMPLAINED, 0), tally.get(DeliveryState.BOUNCED, 0)
    return f"complaints: {complained}, bounces: {bounced}, of mails that SES took: {accepted}"


def _high_rates(tally: Mapping[DeliveryState, int]) -> set[WaitReason]:
    accepted = sum(tally.get(state, 0) for state in ACCEPTED)
    high = set()
    if 1000 * tally.get(DeliveryState.COMPLAINED, 0) > 3 * accepted:
        high.add(WaitReason.COMPLAINTS)
    if 100 * tally.get(DeliveryState.BOUNCED, 0) > 5 * accepted:
        high.add(WaitReason.BOUNCES)
    return high
