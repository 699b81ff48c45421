"""Where a file and what somebody else did come together: said in words, never settled by overwriting."""

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

TOGETHER = timedelta(minutes=10)
"""Two people who change one session within it work on it at the same time, and neither knows of the other: an editor
has the file open for some minutes before it is uploaded, and a report is read some minutes later."""

HISTORY_READ = 200
"""Entries that are looked through for what happened: years of editing."""


@dataclass(frozen=True, kw_only=True)
class ConflictFinder:
    """Those that one person's upload has at one moment. `trail` gives the history, newest first."""

    series: Series
    trail: Callable[[], Iterable[HistoryEntry]]
    now: datetime
    by: str

    def version(self, told: SessionUpdate, known: Session | None) -> Fault | None:
        """A file that says from which version it was made speaks of that one, not of what came since."""
        wanted = told.expected_version
        if wanted is None or wanted == (known.version if known else 0):
            return None
        if known is None:
            return Fault(
                text=f"This file was made from version {wanted} of session {told.id}, but there is no such session.",
                mend="Correct its id or month; or take the version out, and it will be a new session.",
                where=told.where,
            )
        since = [
            f"{_who(entry.by)} changed {_list(changes)} ({self._moment(entry.at)})"
            for entry, changes in self._trail(known.id, lambda _, version: version > wanted)
        ]
        news = f" Since then {', '.join(reversed(since))}." if since else ""
        return Fault(
            text=f"This file was made from version {wanted} of session {told.id}, "
            f"which is at version {known.version}.{news}",
            mend=f"Take over what you want to keep, write “version: {known.version}” for it, and upload again.",
            where=told.where,
        )

    def moment(self, told: SessionUpdate, known: Session, after: Session) -> Fault | None:
        """Somebody else changed the session just now, and this file, which names no version, would change it again."""
        if told.expected_version is not None or known.edited_by == self.by:
            return None
        if abs(self.now - known.edited_at) >= TOGETHER:
            return None
        recent = self._trail(known.id, lambda at, _: at > self.now - TOGETHER)
        theirs = [change for entry, changes in recent if entry.by != self.by for change in changes]
        until = known.edited_at + TOGETHER + timedelta(seconds=59)
        what = f" ({_list(theirs)})" if theirs else ""
        return Fault(
            text=f"{_who(known.edited_by)} changed session {told.id} at {self._hour(known.edited_at)}{what}, "
            f"and this file would change {_list(changes_between(known, after))}.",
            mend=f"To go on, write “version: {known.version}” for it and upload again; "
            f"or talk with each other, and upload again after {self._hour(until)}.",
            where=told.where,
        )

    def _trail(
        self, session: str, wanted: Callable[[datetime, int], bool]
    ) -> Iterator[tuple[HistoryEntry, tuple[Change, ...]]]:
        """What the history says of a session, newest first, as long as that is wanted."""
        for entry in islice(self.trail(), HISTORY_READ):
            for one in entry.rows:
                if one.id == session:
                    if not wanted(entry.at, one.version):
                        return
                    yield entry, one.changes

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.series.tz):%H:%M} {self.series.zone_name}"

    def _moment(self, at: datetime) -> str:
        return f"{day(at.astimezone(self.series.tz))}, {self._hour(at)}"


def of_race(told: SessionUpdate, before: Session | None, now: Session) -> Fault:
    """Somebody wrote between our reading and our writing."""
    what = f": {_list(changes_between(before, now))}" if before else ", and made it new"
    return Fault(
        text=f"{_who(now.edited_by)} changed session {told.id} at the same moment{what}.",
        mend="Look whether your file still says what you mean, and upload it again.",
        where=told.where,
    )


def of_one_day(
    before: Mapping[str, Session], after: Mapping[str, Session], told: Mapping[str, SessionUpdate]
) -> Iterator[Fault]:
    """Two sessions on one day would mail everybody twice. Those that were so before this file are left in peace."""
    days: dict[date, list[str]] = {}
    for name, session in sorted({**before, **after}.items()):
        if session.status == "planned":
            days.setdefault(session.date, []).append(name)
    for when, names in days.items():
        ours = [name for name in names if name in after and _on_another_day(before.get(name), after[name])]
        if len(names) > 1 and ours:
            others = " and ".join(name for name in names if name != ours[-1])
            yield Fault(
                text=f"Session {ours[-1]} would be on {day(when)}, the same day as {others}: "
                "everybody would be mailed twice.",
                mend=f"If you mean {others}, give that as its id; if it is another one, give it a day of its own.",
                where=told[ours[-1]].where,
            )


def of_one_month(before: Mapping[str, Session], after: Mapping[str, Session]) -> Iterator[Note]:
    """A new session in a month where another already is: perhaps that one was meant, under the id it began with."""
    for name, session in sorted(after.items()):
        others = [
            f"{one.id} ({day(one.date)})"
            for one in before.values()
            if one.month == session.month and one.status == "planned" and name not in before
        ]
        if others and session.status == "planned":
            yield Note(
                text=f"Session {name} is new, though {' and '.join(others)} is in that month too. If you meant that "
                f"one, write its id; then write “status: cancelled” for {name}, or everybody is mailed about both."
            )


def _on_another_day(before: Session | None, after: Session) -> bool:
    return before is None or (before.date, before.status) != (after.date, after.status)


def _list(changes: Iterable[Change]) -> str:
    return "; ".join(f"{change.label}: {' → '.join(shortened(change))}" for change in changes) or "nothing"


def _who(by: str) -> str:
    return by or "Somebody"
