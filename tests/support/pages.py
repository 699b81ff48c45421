"""Archive pages for tests, and what is read from them."""

from __future__ import annotations

from convener.intake.sessions.archive.page import ArchivedSession, ArchivePage, read_archive

RULE = "FREQ=MONTHLY;BYDAY=3TH"


def page(text: str) -> ArchivePage:
    """Return the sessions of a page whose series is on the third Thursday of the month."""
    return read_archive(text, name="page.txt", rule=RULE)


def only(text: str) -> ArchivedSession:
    """Return the only session of a page."""
    (session,) = page(text).sessions
    return session


def under_heading(body: str) -> ArchivedSession:
    """Return the session of a page with a plain heading and a text below it."""
    return only(f"May 2031 – Hope on wards\n\n{body}\n")


def speakers(body: str) -> list[tuple[str, str, str]]:
    """Return name, role and organisation of each speaker of a text."""
    return [(speaker.name, speaker.role, speaker.organisation) for speaker in under_heading(body).speakers]


def names(body: str) -> list[str]:
    """Return the name of each speaker of a text."""
    return [name for name, _, _ in speakers(body)]
