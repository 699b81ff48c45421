"""What letters need of the world, beside what delivery does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from convener.campaigns import Campaign
from convener.sessions.models import Session
from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.tokens import OneTimeLink


class Requests(Protocol):
    """What passes: requests that wait for a button, and how many mails an address may get."""

    def allow(self, subscriber_id: str, mark: str, *, most: int, now: datetime) -> bool:
        """Whether one more mail may go to her today; the same mark counts once."""

    def keep(self, request: ConfirmationRequest) -> None:
        """Write a request down. One with the same id stays as it is."""

    def find(self, request_id: str) -> ConfirmationRequest | None:
        """The request, read consistently; None where there is none any more."""

    def answered(self, request_id: str) -> None:
        """The mail that follows from it has left."""


class SessionRepository(Protocol):
    """Where sessions lie."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Those that `all` had to leave out, and why."""

    def all(self) -> Sequence[Session]:
        """Every session that can be read."""


class CampaignStore(Protocol):
    """Where campaigns are written down."""

    def campaign(self, campaign: str) -> Campaign | None:
        """One campaign, read consistently."""


class Links(Protocol):
    """The addresses that letters carry."""

    def leave_url(self, subscriber_id: str) -> str:
        """Where she leaves."""

    def preferences_url(self, subscriber_id: str) -> str:
        """Where she chooses what she gets."""

    def view_url(self, campaign: str) -> str:
        """A mailing in the browser."""

    def confirm_url(self, request_id: str) -> str:
        """The page with the button that a request waits for."""

    def fresh_url(self, purpose: str, fresh: OneTimeLink) -> str:
        """A fresh link."""

    @property
    def subscribe_url(self) -> str:
        """The form to join by."""
