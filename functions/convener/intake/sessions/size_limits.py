"""What fits into one transaction: DynamoDB takes 100 items of at most 400 KB each, and 4 MB together.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convener.sessions.history import HistoryEntry, parts
from convener.sessions.models import Session
from convener.sessions.session_updates import MOST_SESSIONS, Fault, SessionUpdate, Upload

MOST_ITEMS = 100
MOST_BYTES = 3_500_000
"""Of sessions and history: what is left of 4 MB is for keys, names and the upload's mark."""

MOST_OF_ONE = 380_000


def too_many(upload: Upload) -> Iterator[Fault]:
    """More sessions than one transaction takes, or one of them twice, if the reader let them pass."""
    for told in upload.sessions:
        first = next(one for one in upload.sessions if one.id == told.id)
        if first is not told:
            place = f" ({first.where})" if str(first.where) else ""
            yield Fault(
                text=f"Session {told.id} is in the file twice{place}.", mend="Make one of the two.", where=told.where
            )
    if len(upload.sessions) > MOST_SESSIONS:
        yield Fault(
            text=f"The file has {len(upload.sessions)} sessions; at most {MOST_SESSIONS} fit into one.",
            mend="Split the file into smaller ones.",
        )


def too_large(
    sessions: Sequence[Session], told: dict[str, SessionUpdate], entry: HistoryEntry | None
) -> Iterator[Fault]:
    """A session too long for a record, or all together too long for one transaction."""
    sizes = {session.id: len(session.model_dump_json().encode()) for session in sessions}
    for name, size in sizes.items():
        if size > MOST_OF_ONE:
            yield Fault(
                text=f"Session {name} is too long to be kept: {size // 1000} KB, and {MOST_OF_ONE // 1000} KB fit.",
                mend="Shorten its texts.",
                where=told[name].where,
            )
    lengths = [len(part.model_dump_json().encode()) for part in (parts(entry) if entry else ())]
    if sum(sizes.values()) + sum(lengths) > MOST_BYTES or len(sizes) + len(lengths) + 1 > MOST_ITEMS:
        yield Fault(
            text="The file tells too much at once: all its sessions are written together or not at all.",
            mend="Split the file into smaller ones.",
        )


def broken(told: SessionUpdate, reason: str) -> Fault:
    """A record that can't be read can't be compared with what a file tells, so it is left as it is."""
    return Fault(
        text=f"Session {told.id} is there, but {reason}.",
        mend="Ask whoever looks after the installation to mend its record, then upload again.",
        where=told.where,
    )
