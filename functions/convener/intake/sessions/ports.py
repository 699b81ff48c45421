"""What reading and writing sessions needs from outside: the bucket of uploads, and the session records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from convener.sessions.history import HistoryEntry, UploadMark
from convener.sessions.models import Session
from convener.sessions.ports import SessionRepository


class Uploads(Protocol):
    """The bucket in which files arrive and reports are left."""

    def read(self, key: str, *, version_id: str = "") -> bytes | None:
        """Return the bytes of an object, or None where it is gone."""

    def put(self, key: str, data: bytes, *, content_type: str) -> str:
        """Write an object, and return its version."""


class SessionRecords(SessionRepository, Protocol):
    """The session records and their history, to read."""

    def history(self) -> Iterable[HistoryEntry]:
        """Yield every entry, newest first. Entries are fetched only as far as they are consumed."""


class SessionStore(SessionRecords, Protocol):
    """The session records with their history and the marks of uploads."""

    def mark(self, key: str) -> UploadMark | None:
        """Return the mark of the last upload under a key."""

    def commit(
        self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: UploadMark | None
    ) -> None:
        """Write everything in one transaction, or nothing.

        Args:
            sessions: Each session with the version that its record must still have; 0 means that there is no record.
            entry: A new entry of the history.
            mark: Written only if the stored mark is of an earlier event.

        Raises:
            Conflict: A record or the mark has changed.
        """
