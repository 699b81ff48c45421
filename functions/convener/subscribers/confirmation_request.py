"""What somebody asked for at a page and has not confirmed by mail yet. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID = timedelta(days=7)
"""How long the link to confirm works. After that nothing of the request is kept."""


class RequestType(StrEnum):
    """What is to be confirmed."""

    JOIN = "join"
    MOVE = "move"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmationRequest:
    """One request. `id` is random, 32 hex digits; `subscriber` the id that belongs to `address`.

    `moving` is the id of the row that moves there, for a MOVE; first name, zone, kinds, `wording` and `by` are for a
    JOIN. `done_at` is when the button was pressed. `answered`: the mail that follows from it has left.
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
        """From when on it can't be confirmed any more, unless it was."""
        return self.asked_at + VALID
