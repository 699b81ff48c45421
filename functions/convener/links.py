"""The addresses that mails carry. Standard library and itsdangerous only: deliver imports it."""

from __future__ import annotations

from dataclasses import dataclass

from convener.subscribers.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Links:
    """Addresses under the installation's own domain, opaque and valid for years."""

    base_url: str
    tokens: Tokens

    def leave_url(self, subscriber_id: str) -> str:
        """Where this reader leaves, by a page with a button or by RFC 8058's one-click POST."""
        return f"{self.base_url.rstrip('/')}/leave/{self.tokens.leave(subscriber_id)}"

    def view_url(self, campaign: str) -> str:
        """A mailing in the browser, without anything of the reader's: the same for everybody."""
        return f"{self.base_url.rstrip('/')}/view/{self.tokens.view(campaign)}"

    def join_url(self, session_id: str) -> str:
        """The redirect to the meeting; the meeting's own address stays private."""
        return f"{self.base_url.rstrip('/')}/join/{self.tokens.join(session_id)}"
