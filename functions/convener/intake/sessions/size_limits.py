"""The size of an upload: what fits into one DynamoDB transaction, which is 100 items of 400 KB each and 4 MB together.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convener.sessions.history import HistoryEntry, parts
from convener.sessions.models import Session
from convener.sessions.session_updates import MOST_SESSIONS, Fault, SessionUpdate, Upload

MAX_ITEMS = 100
MAX_BYTES = 3_500_000
"""Bytes of sessions and history. The rest of 4 MB is for keys, names and the mark of the upload."""
MAX_SESSION_BYTES = 380_000


def too_many(upload: Upload) -> Iterator[Fault]:
    """Yield a fault where a file has more sessions than one transaction takes, or one session twice.

    The readers check this too; other callers may not.
    """
    for update in upload.sessions:
        first = next(each for each in upload.sessions if each.id == update.id)
        if first is not update:
            place = f" ({first.where})" if str(first.where) else ""
            yield Fault(
                text=f"Session {update.id} is in the file twice{place}.",
                mend="Make one of the two.",
                where=update.where,
            )
    if len(upload.sessions) > MOST_SESSIONS:
        yield Fault(
            text=f"The file has {len(upload.sessions)} sessions; at most {MOST_SESSIONS} fit into one.",
            mend="Split the file into smaller ones.",
        )


def too_large(
    sessions: Sequence[Session], updates: dict[str, SessionUpdate], entry: HistoryEntry | None
) -> Iterator[Fault]:
    """Yield a fault where a session is too long for its record, or all are too long for one transaction.

    Args:
        sessions: The sessions to write.
        updates: The updates of the file, by session.
        entry: The entry of the history to write.
    """
    sizes = {session.id: len(session.model_dump_json().encode()) for session in sessions}
    for name, size in sizes.items():
        if size > MAX_SESSION_BYTES:
            yield Fault(
                text=f"Session {name} is too long to be kept: "
                f"{size // 1000} KB, and {MAX_SESSION_BYTES // 1000} KB fit.",
                mend="Shorten its texts.",
                where=updates[name].where,
            )
    lengths = [len(part.model_dump_json().encode()) for part in (parts(entry) if entry else ())]
    if sum(sizes.values()) + sum(lengths) > MAX_BYTES or len(sizes) + len(lengths) + 1 > MAX_ITEMS:
        yield Fault(
            text="The file tells too much at once: all its sessions are written together or not at all.",
            mend="Split the file into smaller ones.",
        )
