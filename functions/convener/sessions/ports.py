"""The storage interface of sessions, as the packages that read sessions need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from convener.sessions.models import Session


class SessionRepository(Protocol):
    """The stored sessions."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """The ids of the records that the last call of `all` could not read, each with the reason."""

    def all(self) -> Sequence[Session]:
        """Return every session that can be read. Raises Unavailable and LostAnswer."""
