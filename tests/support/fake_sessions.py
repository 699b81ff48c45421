"""The Sessions table in memory. The contract suite holds it to what DynamoDB's does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convener.errors import Conflict
from convener.sessions.history import HistoryEntry, UploadMark, joined, parts
from convener.sessions.models import Session


class FakeSessions:
    """The Sessions table in a dictionary."""

    def __init__(self, sessions: Sequence[Session] = ()) -> None:
        self.rows = {session.id: session for session in sessions}
        self.unreadable: dict[str, str] = {}
        self.entry_parts: dict[str, HistoryEntry] = {}
        self.marks: dict[str, UploadMark] = {}

    def all(self) -> Sequence[Session]:
        return [self.rows[name] for name in sorted(self.rows)]

    def save(self, session: Session, *, expected_version: int) -> None:
        if self._version(session.id) != expected_version:
            raise Conflict(session.id)
        self.rows[session.id] = session

    def history(self) -> Iterator[HistoryEntry]:
        return joined(sorted(self.entry_parts.values(), key=lambda part: part.id, reverse=True))

    def mark(self, key: str) -> UploadMark | None:
        return self.marks.get(key)

    def commit(
        self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: UploadMark | None
    ) -> None:
        new = {part.id: part for part in (parts(entry) if entry else ())}
        known = self.marks.get(mark.key) if mark else None
        stale = any(version != self._version(session.id) for session, version in sessions)
        if stale or new.keys() & self.entry_parts.keys() or (mark and known and _not_later(mark, known)):
            raise Conflict("transaction")
        self.rows |= {session.id: session for session, _ in sessions}
        self.entry_parts |= new
        if mark:
            self.marks[mark.key] = mark

    def _version(self, name: str) -> int:
        return self.rows[name].version if name in self.rows else 0


def _not_later(mark: UploadMark, known: UploadMark) -> bool:
    return known.order > mark.order or known.is_same(mark)
