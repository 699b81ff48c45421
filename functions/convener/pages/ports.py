"""The storage interfaces that only the pages need. The others are in `sessions.ports` and `subscribers`."""

from __future__ import annotations

from typing import Protocol

from convener.campaigns import Campaign
from convener.editions.models import Edition


class CampaignReader(Protocol):
    """The stored campaigns, to read."""

    def campaign(self, campaign: str) -> Campaign | None:
        """Return the campaign with that id, None if there is none. Raises Unavailable and LostAnswer."""


class EditionReader(Protocol):
    """The stored editions, to read."""

    def get(self, digest: str) -> Edition:
        """Return the edition with that digest. Raises Unavailable, LostAnswer, and BadInput if it is damaged."""
