"""Reading an archive page: plain text in, session records and warnings out. Pure, by general rules only."""

from convener.sessions.archive.models import ArchivedSession, ArchivePage, Note
from convener.sessions.archive.page import read_archive

__all__ = ["ArchivePage", "ArchivedSession", "Note", "read_archive"]
