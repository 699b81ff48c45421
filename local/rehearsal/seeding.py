"""Fills a world with an archive and a list of people, as both were known on its first day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from convener.errors import BadInput
from convener.intake.sessions.loading import load_sessions
from convener.intake.subscribers.import_records import new_batch
from convener.intake.subscribers.import_report import ImportReport
from convener.intake.subscribers.importing import import_list
from convener.intake.subscribers.rows import read_csv
from convener.intake.subscribers.sorting import Asked
from convener.sessions.departure_times import first_departure_days
from convener.sessions.models import Session
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Upload
from local.rehearsal.edits import Edit, hold_back
from local.rehearsal.world import World


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What came of it: edits that bring the rest in their time, notes for a person, and one sentence that tells it."""

    edits: list[Edit]
    notes: list[str]
    text: str


def day_before_the_first_mail(dates: Iterable[date], series: Series) -> date:
    """The day before the first invite that the series' rules allow. Raises ValueError where there is none."""
    first = min(day for day in dates if day >= series.mail_from)
    return first - timedelta(days=first_departure_days(series) + 1)


def dates(upload: Upload, series: Series) -> Iterator[date]:
    """The days of a file's sessions: those it tells, and the series' own where it tells none."""
    return (told.values.get("date") or date_by_rule(told.month, series.rule) for told in upload.sessions)


def check(faults: Sequence[Fault], name: str) -> None:
    """Raises BadInput, which says all that is to mend in a file."""
    if faults:
        raise BadInput("\n".join(f"{name}: {fault}" for fault in faults))


def seed(here: World, upload: Upload, *, subscribers: Path, source: str, begins: datetime) -> Seeded:
    """Load the sessions and import the list. Materials of sessions that lie ahead are held back. Raises BadInput."""
    people = import_list(
        read_csv(subscribers.read_bytes()),
        store=here.subscribers,
        notes=here.subscribers,
        key=here.identity_key,
        asked=Asked(source=source, now=begins, file=subscribers.name, roles=True),
        batch=new_batch(begins),
    )
    known_since = begins - timedelta(days=1)
    report = load_sessions(upload, store=here.sessions, series=here.series, now=known_since, by="the rehearsal")
    check(report.faults, upload.name)
    edits = [edit for session in here.sessions.all() for edit in _held(session, here, begins)]
    return Seeded(
        edits=edits,
        notes=list(_told(people, subscribers.name)),
        text=f"{len(upload.sessions)} sessions are loaded from {upload.name}, "
        f"and {people.lines} lines of subscribers from {subscribers.name}.",
    )


def _told(people: ImportReport, name: str) -> Iterator[str]:
    """What is to mend in the list."""
    yield from (f"{name}:{problem.line}: {problem.reason}" for problem in people.problems)
    if people.untold:
        yield f"{name}: and {people.untold} more like these: `convener subscribers import --dry-run` tells of them."


def _held(session: Session, here: World, begins: datetime) -> list[Edit]:
    known, edits = hold_back(session, here.series, begins)
    if edits:
        known = known.model_copy(update={"version": session.version + 1})
        here.sessions.save(known, expected_version=session.version)
    return list(edits)
