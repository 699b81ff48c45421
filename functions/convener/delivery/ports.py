"""What delivery needs of the world. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk
from convener.delivery.mail import Mail
from convener.editions.models import Edition
from convener.subscribers.models import Subscriber


class Ledger(Protocol):
    """What delivery reads and writes of the ledger."""

    def campaign(self, campaign: str) -> Campaign | None:
        """The campaign, read consistently."""

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        """The chunk, read consistently."""

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        """Write its entries, on condition that its version is the one before; then the SES message ids by position.

        Raises Conflict where somebody else wrote meanwhile.
        """


class Subscribers(Protocol):
    """Where recipients are looked up, just before they are claimed."""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Those of the ids that exist, read consistently."""


class Editions(Protocol):
    """Where frozen editions lie."""

    def get(self, digest: str) -> Edition:
        """The edition with that digest."""


class Mailer(Protocol):
    """The way out. An error says whether the mail was taken: see `convener.errors`."""

    def send(self, mail: Mail) -> str:
        """Hand over one mail; its message id. Raises Refused, Unavailable, Throttled or LostAnswer."""


class LeaveLinks(Protocol):
    """Links by which one reader leaves."""

    def leave_url(self, subscriber_id: str) -> str:
        """Valid for years, and says nothing about the reader."""


class DeliverQueue(Protocol):
    """Where a chunk goes that isn't finished."""

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        """Queue it, to be seen after that many seconds."""
