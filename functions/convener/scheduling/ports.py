"""The ports of scheduling. The stores of campaigns, editions and sessions are ports of the packages below."""

from __future__ import annotations

from typing import Protocol


class MailingLinks(Protocol):
    """Makes the links in a mailing that are the same for every reader."""

    def join_url(self, session_id: str) -> str:
        """Return the link that leads to the meeting of a session and does not show the address of the meeting."""

    def view_url(self, campaign: str) -> str:
        """Return the link to the mailing as a web page."""
