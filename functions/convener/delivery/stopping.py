"""When a campaign stops by itself: what AWS and mailbox providers would soon hold against its sender.

SES reviews an account at 5 % bounces or 0.1 % complaints, and Gmail and Yahoo refuse senders above 0.3 % complaints:
https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-messages.html,
https://support.google.com/a/answer/81126. The smallest numbers are there because one of ten is no rate.
Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import turn
from convener.delivery.ports import DeliveryLedger
from convener.delivery.states import ACCEPTED, DeliveryState

MIN_COMPLAINTS, MIN_BOUNCES = 3, 5
"""So many at least."""


AUTOMATIC_STOPS = frozenset({WaitReason.COMPLAINTS, WaitReason.BOUNCES})
"""Why a campaign is stopped that no person stopped."""


def stop_if_bad(ledger: DeliveryLedger, campaign: str) -> str:
    """Stop a campaign to which too much has come back, unless it has ended. The numbers, where this stopped it."""
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
    """Why a campaign with so many mails in each state must stop: complaints above 0.3 %, bounces above 5 %."""
    complained, bounced = tally.get(DeliveryState.COMPLAINED, 0), tally.get(DeliveryState.BOUNCED, 0)
    high = _high(tally)
    if complained >= MIN_COMPLAINTS and WaitReason.COMPLAINTS in high:
        return WaitReason.COMPLAINTS
    return WaitReason.BOUNCES if bounced >= MIN_BOUNCES and WaitReason.BOUNCES in high else None


def is_suspicious(tally: Mapping[DeliveryState, int]) -> bool:
    """Whether a part of a campaign has a rate at which the whole would stop. Where no part has, the whole hasn't."""
    return bool(_high(tally))


def rates_in_words(tally: Mapping[DeliveryState, int]) -> str:
    """The numbers behind it, for a log."""
    accepted = sum(tally.get(state, 0) for state in ACCEPTED)
    complained, bounced = tally.get(DeliveryState.COMPLAINED, 0), tally.get(DeliveryState.BOUNCED, 0)
    return f"complaints: {complained}, bounces: {bounced}, of mails that SES took: {accepted}"


def _high(tally: Mapping[DeliveryState, int]) -> set[WaitReason]:
    accepted = sum(tally.get(state, 0) for state in ACCEPTED)
    high = set()
    if 1000 * tally.get(DeliveryState.COMPLAINED, 0) > 3 * accepted:
        high.add(WaitReason.COMPLAINTS)
    if 100 * tally.get(DeliveryState.BOUNCED, 0) > 5 * accepted:
        high.add(WaitReason.BOUNCES)
    return high
