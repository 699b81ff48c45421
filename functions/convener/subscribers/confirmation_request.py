"""Requests that a person made on a page and must confirm by mail. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID = timedelta(days=7)
"""The lifetime of a request and of the link to confirm. A request that was not confirmed is deleted after that."""


class RequestType(StrEnum):
    """The kind of a request."""

    JOIN = "join"
    MOVE = "move"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmationRequest:
    """One request to join or to change an address.

    `first_name`, `zone`, `kinds`, `wording` and `by` are set for a JOIN only, `moving` for a MOVE only.

    Attributes:
        id: 32 random hex digits.
        wish: The kind of the request.
        subscriber: The subscriber's id for `address`.
        address: The requested address, in its envelope form.
        asked_at: The time of the request.
        wording: The version of the consent wording that the person saw.
        by: The form that the request came from, such as "page" or "embedded".
        moving: The id of the row that moves to `address`.
        done_at: The time at which the person confirmed.
        answered: Whether the mail that follows the confirmation was sent.
    """

    id: str
    wish: RequestType
    subscriber: str
    address: str
    asked_at: datetime
    first_name: str = ""
    zone: str = ""
    kinds: frozenset[str] = frozenset()
    wording: str = ""
    by: str = ""
    moving: str = ""
    done_at: datetime | None = None
    answered: bool = False

    @property
    def expires_at(self) -> datetime:
        """The time from which the request can no longer be confirmed."""
        return self.asked_at + VALID
