"""Loads an archive and a list of people into a world, as both were known on the first day of the rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from convener.errors import BadInput
from convener.intake.sessions.loading import load_sessions
from convener.intake.subscribers.import_records import new_batch
from convener.intake.subscribers.import_report import ImportReport
from convener.intake.subscribers.importing import import_list
from convener.intake.subscribers.reading import read_people
from convener.intake.subscribers.sorting import ImportRequest
from convener.sessions.departure_times import first_departure_days
from convener.sessions.models import Session
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Upload
from local.rehearsal.edits import Edit, hold_back
from local.rehearsal.world import World


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """The result of seeding.

    Attributes:
        edits: Changes by editors that add the rest of the sessions at their time.
        notes: Remarks for the person who runs the rehearsal.
        text: One sentence for the timeline.
    """

    edits: list[Edit]
    notes: list[str]
    text: str


def first_day(session: date, series: Series) -> date:
    """Return the day before the first mail about a session."""
    return session - timedelta(days=first_departure_days(series) + 1)


def dates(upload: Upload, series: Series) -> Iterator[date]:
    """Yield the days of the sessions of a file: the written date, else the date by the series' rule."""
    return (update.values.get("date") or date_by_rule(update.month, series.rule) for update in upload.sessions)


def check(faults: Sequence[Fault], name: str) -> None:
    """Raise BadInput with all faults of a file, if there are any."""
    if faults:
        raise BadInput("\n".join(f"{name}: {fault}" for fault in faults))


def seed(world: World, upload: Upload, *, subscribers: Path, source: str, begins: datetime) -> Seeded:
    """Load the sessions and import the list. Materials of sessions after `begins` are held back. Raises BadInput."""
    people = import_list(
        read_people(subscribers.read_bytes()),
        store=world.subscribers,
        imports=world.imports,
        key=world.identity_key,
        request=ImportRequest(source=source, now=begins, file=subscribers.name, roles=True),
        batch=new_batch(begins),
    )
    known_since = begins - timedelta(days=1)
    report = load_sessions(upload, store=world.sessions, series=world.series, now=known_since, by="the rehearsal")
    check(report.faults, upload.name)
    edits = [edit for session in world.sessions.all() for edit in _hold_back(session, world, begins)]
    return Seeded(
        edits=edits,
        notes=list(_notes(people, subscribers.name)),
        text=f"{len(upload.sessions)} sessions are loaded from {upload.name}, "
        f"and {people.lines} lines of subscribers from {subscribers.name}.",
    )


def _notes(people: ImportReport, name: str) -> Iterator[str]:
    """Yield a remark for each line of the list that needs correction."""
    yield from (f"{name}:{problem.line}: {problem.reason}" for problem in people.problems)
    if people.not_shown:
        yield f"{name}: and {people.not_shown} more like these: `convener subscribers import --dry-run` shows them."


def _hold_back(session: Session, world: World, begins: datetime) -> list[Edit]:
    known, edits = hold_back(session, world.series, begins)
    if edits:
        known = known.model_copy(update={"version": session.version + 1})
        world.sessions.save(known, expected_version=session.version)
    return list(edits)
