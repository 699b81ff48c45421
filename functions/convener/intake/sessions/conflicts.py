"""Conflicts between a file and the edits of other people, and between sessions. None is settled by overwriting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from convener.sessions.changes import Change, changes_between, day, shortened
from convener.sessions.history import HistoryEntry
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Note, SessionUpdate

RECENT = timedelta(minutes=10)
"""How long an edit counts as recent. Two people who change one session within this time do not know of each other: an
editor has a file open for some minutes before the upload, and reads the report some minutes later."""

MAX_HISTORY_ENTRIES = 200
"""Entries of the history that are searched: years of editing."""


@dataclass(frozen=True, kw_only=True)
class ConflictFinder:
    """Finds the conflicts of one person's upload at one moment. `trail` returns the history, newest first."""

    series: Series
    trail: Callable[[], Iterable[HistoryEntry]]
    now: datetime
    by: str

    def of_version(self, update: SessionUpdate, known: Session | None) -> Fault | None:
        """Return a fault where a file says from which version it was made, and the record has another version."""
        expected = update.expected_version
        if expected is None or expected == (known.version if known else 0):
            return None
        if known is None:
            return Fault(
                text=f"This file was made from version {expected} of session {update.id}, "
                "but there is no such session.",
                mend="Correct its id or month; or take the version out, and it will be a new session.",
                where=update.where,
            )
        since = [
            f"{_person(entry.by)} changed {_list(changes)} ({self._day_and_hour(entry.at)})"
            for entry, changes in self._changes(known.id, lambda _, version: version > expected)
        ]
        news = f" Since then {', '.join(reversed(since))}." if since else ""
        return Fault(
            text=f"This file was made from version {expected} of session {update.id}, "
            f"which is at version {known.version}.{news}",
            mend=f"Take over what you want to keep, write “version: {known.version}” for it, and upload again.",
            where=update.where,
        )

    def of_recent_edit(self, update: SessionUpdate, known: Session, after: Session) -> Fault | None:
        """Return a fault where another person changed the session just now, and the file names no version."""
        if update.expected_version is not None or known.edited_by == self.by:
            return None
        if abs(self.now - known.edited_at) >= RECENT:
            return None
        recent = self._changes(known.id, lambda at, _: at > self.now - RECENT)
        of_others = [change for entry, changes in recent if entry.by != self.by for change in changes]
        until = known.edited_at + RECENT + timedelta(seconds=59)
        details = f" ({_list(of_others)})" if of_others else ""
        return Fault(
            text=f"{_person(known.edited_by)} changed session {update.id} at {self._hour(known.edited_at)}{details}, "
            f"and this file would change {_list(changes_between(known, after))}.",
            mend=f"To go on, write “version: {known.version}” for it and upload again; "
            f"or talk with each other, and upload again after {self._hour(until)}.",
            where=update.where,
        )

    def _changes(
        self, session: str, wanted: Callable[[datetime, int], bool]
    ) -> Iterator[tuple[HistoryEntry, tuple[Change, ...]]]:
        """Yield the changes of a session, newest first, as long as `wanted` is true of their moment and version."""
        for entry in islice(self.trail(), MAX_HISTORY_ENTRIES):
            for row in entry.rows:
                if row.id == session:
                    if not wanted(entry.at, row.version):
                        return
                    yield entry, row.changes

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.series.tz):%H:%M} {self.series.zone_name}"

    def _day_and_hour(self, at: datetime) -> str:
        return f"{day(at.astimezone(self.series.tz))}, {self._hour(at)}"


def of_race(update: SessionUpdate, before: Session | None, current: Session) -> Fault:
    """Return the fault of a session that somebody wrote after it was read and before it could be written.

    `before` is the session as it was read, and `current` the session as it is now.
    """
    details = f": {_list(changes_between(before, current))}" if before else ", and made it new"
    return Fault(
        text=f"{_person(current.edited_by)} changed session {update.id} at the same moment{details}.",
        mend="Look whether your file still says what you mean, and upload it again.",
        where=update.where,
    )


def of_one_day(
    before: Mapping[str, Session], after: Mapping[str, Session], updates: Mapping[str, SessionUpdate]
) -> Iterator[Fault]:
    """Yield a fault for each day with two sessions, about which everybody would be mailed twice.

    Two sessions that were on one day before the file are no fault. All arguments are by id.
    """
    days: dict[date, list[str]] = {}
    for name, session in sorted({**before, **after}.items()):
        if session.status == "planned":
            days.setdefault(session.date, []).append(name)
    for when, names in days.items():
        moved = [name for name in names if name in after and _is_moved(before.get(name), after[name])]
        if len(names) > 1 and moved:
            others = " and ".join(name for name in names if name != moved[-1])
            yield Fault(
                text=f"Session {moved[-1]} would be on {day(when)}, the same day as {others}: "
                "everybody would be mailed twice.",
                mend=f"If you mean {others}, give that as its id; if it is another one, give it a day of its own.",
                where=updates[moved[-1]].where,
            )


def of_one_month(before: Mapping[str, Session], after: Mapping[str, Session]) -> Iterator[Note]:
    """Yield a warning for each new session in a month that has another: the editor may mean the one that is there."""
    for name, session in sorted(after.items()):
        others = [
            f"{known.id} ({day(known.date)})"
            for known in before.values()
            if known.month == session.month and known.status == "planned" and name not in before
        ]
        if others and session.status == "planned":
            yield Note(
                text=f"Session {name} is new, though {' and '.join(others)} is in that month too. If you meant that "
                f"one, write its id; then write “status: cancelled” for {name}, or everybody is mailed about both."
            )


def _is_moved(before: Session | None, after: Session) -> bool:
    return before is None or (before.date, before.status) != (after.date, after.status)


def _list(changes: Iterable[Change]) -> str:
    return "; ".join(f"{change.label}: {' → '.join(shortened(change))}" for change in changes) or "nothing"


def _person(by: str) -> str:
    return by or "Somebody"
