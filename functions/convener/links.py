"""The addresses that mails carry. Standard library and itsdangerous only: deliver imports it."""

from __future__ import annotations

from dataclasses import dataclass

from convener.subscribers.tokens import OneTimeLink, Tokens


@dataclass(frozen=True, kw_only=True)
class Links:
    """Addresses under the installation's own domain, opaque, and most of them valid for years."""

    base_url: str
    tokens: Tokens

    def leave_url(self, subscriber_id: str) -> str:
        """Where this reader leaves, by a page with a button or by RFC 8058's one-click POST."""
        return self._url("leave", self.tokens.leave(subscriber_id))

    def preferences_url(self, subscriber_id: str) -> str:
        """Where this reader chooses what she gets. The token is that of `leave_url`."""
        return self._url("preferences", self.tokens.leave(subscriber_id))

    def view_url(self, campaign: str) -> str:
        """A mailing in the browser, without anything of the reader's: the same for everybody."""
        return self._url("view", self.tokens.view(campaign))

    def join_url(self, session_id: str) -> str:
        """The redirect to the meeting; the meeting's own address stays private."""
        return self._url("join", self.tokens.join(session_id))

    def confirm_url(self, request_id: str) -> str:
        """The page with the button that a request waits for."""
        return self._url("confirm", self.tokens.confirm(request_id))

    def fresh_url(self, purpose: str, fresh: OneTimeLink) -> str:
        """A fresh link to her data, to erase it, or to change her address."""
        return self._url(purpose, self.tokens.fresh(purpose, fresh))

    @property
    def subscribe_url(self) -> str:
        """The form to join by."""
        return f"{self.base_url.rstrip('/')}/subscribe"

    def _url(self, page: str, token: str) -> str:
        return f"{self.base_url.rstrip('/')}/{page}/{token}"
