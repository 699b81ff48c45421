"""The storage interface that only the pages need. The others are those of sessions, editions and subscribers."""

from __future__ import annotations

from typing import Protocol

from convener.campaigns import Campaign


class CampaignReader(Protocol):
    """The stored campaigns, to read."""

    def campaign(self, campaign: str) -> Campaign | None:
        """Return the campaign with that id, None if there is none. Raises Unavailable and LostAnswer."""
