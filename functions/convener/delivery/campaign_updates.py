"""Changing a campaign's stage: read, decide, write on condition, and anew where somebody else was first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from convener.campaigns import Campaign
from convener.delivery.ports import CampaignStore
from convener.errors import BadInput, Conflict

MAX_ATTEMPTS = 8
"""How often it is decided anew. Each time, another one did get on."""


def turn(ledger: CampaignStore, campaign: str, change: Callable[[Campaign], Campaign | None]) -> Campaign:
    """Write what `change` makes of the campaign; None leaves it as it is. Returns it as it is then.

    Raises BadInput where there is no such campaign, Conflict where others kept writing it.
    """
    for _ in range(MAX_ATTEMPTS):
        known = ledger.campaign(campaign)
        if known is None:
            raise BadInput(f"There is no campaign {campaign}.")
        changed = change(known)
        if changed is None:
            return known
        changed = replace(changed, version=known.version + 1)
        try:
            ledger.turn(changed)
        except Conflict:
            continue
        return changed
    raise Conflict(f"others kept writing campaign {campaign}")
