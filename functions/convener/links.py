"""The URLs that mails and pages carry. Standard library and itsdangerous only, because deliver imports it."""

from __future__ import annotations

from dataclasses import dataclass

from convener.subscribers.tokens import OneTimeLink, Tokens


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes URLs under the base URL of the installation. Most are valid for years, and none shows an address."""

    base_url: str
    tokens: Tokens

    def leave_url(self, subscriber_id: str) -> str:
        """Return the URL to leave: a page with a button, and the target of a one-click POST (RFC 8058)."""
        return self._url("leave", self.tokens.leave(subscriber_id))

    def preferences_url(self, subscriber_id: str) -> str:
        """Return the URL of the subscriber's preferences. The token is the one of `leave_url`."""
        return self._url("preferences", self.tokens.leave(subscriber_id))

    def view_url(self, campaign: str) -> str:
        """Return the URL of a mailing in the browser. The page is the same for everybody."""
        return self._url("view", self.tokens.view(campaign))

    def join_url(self, session_id: str) -> str:
        """Return the URL that redirects to the meeting, so that the address of the meeting stays private."""
        return self._url("join", self.tokens.join(session_id))

    def confirm_url(self, request_id: str) -> str:
        """Return the URL of the page with the button that confirms a request."""
        return self._url("confirm", self.tokens.confirm(request_id))

    def fresh_url(self, purpose: str, fresh: OneTimeLink) -> str:
        """Return a one-time link to see, download or erase the subscriber's data, or to change their address."""
        return self._url(purpose, self.tokens.fresh(purpose, fresh))

    @property
    def subscribe_url(self) -> str:
        """The URL of the form to join."""
        return f"{self.base_url.rstrip('/')}/subscribe"

    def _url(self, page: str, token: str) -> str:
        return f"{self.base_url.rstrip('/')}/{page}/{token}"
