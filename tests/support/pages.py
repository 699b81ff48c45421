"""Archive pages for the tests, in words of their own, and a store of sessions in memory."""

from __future__ import annotations

from collections.abc import Sequence

from convener.errors import Conflict
from convener.sessions.archive import ArchivedSession, ArchivePage, read_archive
from convener.sessions.models import Session

RULE = "FREQ=MONTHLY;BYDAY=3TH"


def page(text: str | bytes) -> ArchivePage:
    """Read a page by the third-Thursday rule."""
    return read_archive(text.encode() if isinstance(text, str) else text, name="page.txt", rule=RULE)


def only(text: str) -> ArchivedSession:
    """The one session of a page."""
    (session,) = page(text).sessions
    return session


def under_heading(body: str) -> ArchivedSession:
    """The session that such a text under a plain heading makes."""
    return only(f"May 2031 – Hope on wards\n\n{body}\n")


def speakers(body: str) -> list[tuple[str, str, str]]:
    """Name, role and organisation of everybody whom a text makes a speaker."""
    return [(one.name, one.role, one.organisation) for one in under_heading(body).speakers]


def names(body: str) -> list[str]:
    """The names alone."""
    return [name for name, _, _ in speakers(body)]


class MemoryStore:
    """Sessions in a dictionary, with the version condition of the real store."""

    def __init__(self, *sessions: Session) -> None:
        """Begin with these."""
        self.rows = {session.id: session for session in sessions}
        self.saves: list[str] = []

    def all(self) -> Sequence[Session]:
        """Every session."""
        return list(self.rows.values())

    def save(self, session: Session, *, expected_version: int) -> None:
        """Write one under its version condition."""
        known = self.rows.get(session.id)
        if (known.version if known else 0) != expected_version:
            raise Conflict(session.id)
        self.rows[session.id] = session
        self.saves.append(session.id)


class BusyStore(MemoryStore):
    """Somebody else always writes `busy` first."""

    busy = ""

    def save(self, session: Session, *, expected_version: int) -> None:
        """Refuse the busy one."""
        if session.id == self.busy:
            raise Conflict(session.id)
        super().save(session, expected_version=expected_version)
