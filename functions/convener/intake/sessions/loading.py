"""Writing what a file tells into the session records: all of it or nothing, and repeating it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from convener.errors import Conflict, Unavailable
from convener.intake.sessions import conflicts
from convener.intake.sessions.load_report import LoadReport, packed, unpacked
from convener.intake.sessions.planning import Plan, Planner, Records
from convener.sessions.history import HistoryEntry, UploadMark
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Upload

__all__ = ["LoadReport", "SessionStore", "load_sessions"]

ROUNDS = 4
"""How often a write is tried that was refused while somebody else was writing something else."""


class SessionStore(Records, Protocol):
    """Where session records lie, with their history and the marks of uploads."""

    def mark(self, key: str) -> UploadMark | None:
        """The mark of the last upload under that key."""

    def commit(
        self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: UploadMark | None
    ) -> None:
        """Write all of it or nothing.

        Each session if its record still has the version beside it (0: there is none), the entry as a new one, the mark
        if the one that is there is of an earlier event. Raises Conflict.
        """


def load_sessions(
    upload: Upload, *, store: SessionStore, series: Series, now: datetime, by: str, mark: UploadMark | None = None
) -> LoadReport:
    """Write new and changed sessions in one transaction, with their history; the report says what came of it.

    With `mark`, an upload that is older than one that was worked on already writes nothing (`report.late`), and one
    that comes twice gives the report of its first time. Raises Unavailable where the table stays busy.
    """
    planner = Planner(records=store, series=series, now=now, by=by)
    for _ in range(ROUNDS):
        if settled := _settled(upload, mark, store):
            return settled
        plan = planner.plan(upload)
        try:
            return _commit(plan, store, mark)
        except Conflict:
            races = [] if plan.faults else _races(plan, store)
        if races and not _settled(upload, mark, store):
            plan.faults += races
            with suppress(Conflict):
                return _commit(plan, store, mark)
    raise Unavailable("the session records stay busy")


def _settled(upload: Upload, mark: UploadMark | None, store: SessionStore) -> LoadReport | None:
    """What is known already of this event, or that it is late."""
    known = store.mark(mark.key) if mark else None
    if mark is None or known is None:
        return None
    if known.is_same(mark):
        return unpacked(known.report)
    return LoadReport(name=upload.name, late=True) if known.order > mark.order else None


def _commit(plan: Plan, store: SessionStore, mark: UploadMark | None) -> LoadReport:
    """The mark is written with a refused file too: else an older, good version could come back after it."""
    report = plan.report()
    kept = mark.model_copy(update={"report": packed(report)}) if mark else None
    entry = plan.entry(file_version=mark.version_id if mark else "") if report.written else None
    if entry or kept:
        store.commit(plan.writes if report.written else (), entry=entry, mark=kept)
    return report


def _races(plan: Plan, store: SessionStore) -> list[Fault]:
    """Which of the sessions to write were written by somebody else since they were read."""
    now = {session.id: session for session in store.all()}
    return [
        conflicts.of_race(plan.told[session.id], plan.before.get(session.id), now[session.id])
        for session, version in plan.writes
        if session.id in now and now[session.id].version != version
    ]
