"""Writing an upload into the session records: all of it or nothing, and a repetition changes nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from convener.errors import Conflict, Unavailable
from convener.intake.sessions import conflicts
from convener.intake.sessions.load_report import LoadReport, packed, unpacked
from convener.intake.sessions.planning import Plan, Planner
from convener.intake.sessions.ports import SessionStore
from convener.sessions.history import UploadMark
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Upload

MAX_ATTEMPTS = 4
"""Attempts of one write that is refused while somebody else writes other sessions."""


def load_sessions(
    upload: Upload, *, store: SessionStore, series: Series, now: datetime, by: str, mark: UploadMark | None = None
) -> LoadReport:
    """Write new and changed sessions with their history in one transaction.

    Args:
        upload: The file.
        store: The session records.
        series: The series of the sessions.
        now: The moment of the upload.
        by: The person who uploads the file.
        mark: The event that brought the file. An upload that is older than one already written is late and writes
            nothing; the same upload again gets the report of its first time.

    Returns:
        The report on the upload.

    Raises:
        Unavailable: The table stays busy.
    """
    planner = Planner(records=store, series=series, now=now, by=by)
    for _ in range(MAX_ATTEMPTS):
        if report := _earlier_report(upload, mark, store):
            return report
        plan = planner.plan(upload)
        try:
            return _commit(plan, store, mark)
        except Conflict:
            races = [] if plan.faults else _races(plan, store)
        if races and not _earlier_report(upload, mark, store):
            plan.faults += races
            with suppress(Conflict):
                return _commit(plan, store, mark)
    raise Unavailable("the session records stay busy")


def _earlier_report(upload: Upload, mark: UploadMark | None, store: SessionStore) -> LoadReport | None:
    """Return the report that this event has already, or the report that the upload is late."""
    stored = store.mark(mark.key) if mark else None
    if mark is None or stored is None:
        return None
    if stored.is_same(mark):
        return unpacked(stored.report)
    return LoadReport(name=upload.name, late=True) if stored.order > mark.order else None


def _commit(plan: Plan, store: SessionStore, mark: UploadMark | None) -> LoadReport:
    """Write a plan, or only the mark of a refused file: else an older, good version could be written after it."""
    report = plan.report()
    new_mark = mark.model_copy(update={"report": packed(report)}) if mark else None
    entry = plan.entry(file_version=mark.version_id if mark else "") if report.written else None
    if entry or new_mark:
        store.commit(plan.writes if report.written else (), entry=entry, mark=new_mark)
    return report


def _races(plan: Plan, store: SessionStore) -> list[Fault]:
    """Return a fault for each session to write that somebody else has written since it was read."""
    current = {session.id: session for session in store.all()}
    return [
        conflicts.of_race(plan.updates[session.id], plan.before.get(session.id), current[session.id])
        for session, version in plan.writes
        if session.id in current and current[session.id].version != version
    ]
