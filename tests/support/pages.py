"""Archive pages for the tests, in words of their own."""

from __future__ import annotations

from convener.intake.sessions.archive.page import ArchivedSession, ArchivePage, read_archive

RULE = "FREQ=MONTHLY;BYDAY=3TH"


def page(text: str) -> ArchivePage:
    """Return the sessions of a page whose series is on the third Thursday of the month."""
    return read_archive(text, name="page.txt", rule=RULE)


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
