"""The plan of an upload: what the session records will be, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from convener.errors import BadInput
from convener.intake.sessions import conflicts, size_limits
from convener.intake.sessions.load_report import MAX_LISTED, LoadReport
from convener.intake.sessions.ports import SessionRecords
from convener.sessions import post_invite_warnings
from convener.sessions.changes import Row, row
from convener.sessions.history import HistoryEntry, new_id
from convener.sessions.merging import created, updated
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Note, SessionUpdate, Upload


@dataclass(kw_only=True)
class Plan:
    """What an upload makes of the records.

    Args:
        upload: The file.
        now: The moment of the upload.
        by: The person who uploads it.
        before: The sessions as they were read, by id.
        after: The sessions of the file as they will be, by id.
        faults: Why nothing may be written.
        warnings: What a person should look at.
    """

    upload: Upload
    now: datetime
    by: str
    before: Mapping[str, Session]
    after: dict[str, Session] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    @cached_property
    def updates(self) -> dict[str, SessionUpdate]:
        """The updates of the file, by session."""
        return {update.id: update for update in self.upload.sessions}

    @property
    def writes(self) -> list[tuple[Session, int]]:
        """The sessions to write, each with the version that its record has now."""
        return [
            (session, self._version(name)) for name, session in self.after.items() if session != self.before.get(name)
        ]

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row for each session, as if it was written."""
        return tuple(
            row(session, version=session.version, before=self.before.get(name))
            for name, session in sorted(self.after.items())
        )

    def entry(self, *, file_version: str = "") -> HistoryEntry | None:
        """Return the entry of the history, or None where there is nothing to write."""
        rows = tuple(changed for changed in self.rows if changed.is_new or changed.changes)
        if not rows:
            return None
        return HistoryEntry(
            id=new_id(self.now),
            at=self.now,
            by=self.by,
            file=self.upload.name,
            file_version=file_version,
            rows=rows,
        )

    def report(self) -> LoadReport:
        """Return the report for a plan that was written, or that was refused for its faults."""
        rows = self.rows
        if self.faults:
            rows = tuple(each.model_copy(update={"version": self._version(each.id)}) for each in rows)
        return LoadReport(
            name=self.upload.name,
            at=self.now,
            by=self.by,
            written=bool(self.writes) and not self.faults,
            faults=tuple(_listed(self.faults)),
            new=tuple(each for each in rows if each.is_new),
            changed=tuple(each for each in rows if each.changes and not each.is_new),
            unchanged=tuple(each for each in rows if not each.changes and not each.is_new),
            warnings=(*self.warnings, *self.upload.warnings)[:MAX_LISTED],
        )

    def _version(self, name: str) -> int:
        return self.before[name].version if name in self.before else 0


def _listed(faults: Sequence[Fault]) -> Sequence[Fault]:
    if len(faults) <= MAX_LISTED:
        return faults
    rest = Fault(text=f"There are {len(faults) - MAX_LISTED} more.", mend="Mend these first, then upload again.")
    return [*faults[:MAX_LISTED], rest]


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Makes plans for one person at one moment."""

    records: SessionRecords
    series: Series
    now: datetime
    by: str

    def plan(self, upload: Upload) -> Plan:
        """Return the plan of an upload. A session with a fault does not keep others from being planned."""
        before = {session.id: session for session in self.records.all()}
        plan = Plan(upload=upload, now=self.now, by=self.by, before=before)
        plan.faults += [*upload.faults, *size_limits.too_many(upload)]
        for update in upload.sessions:
            plan.faults += self._add(plan, update)
        plan.faults += conflicts.of_one_day(before, plan.after, plan.updates)
        plan.warnings += conflicts.of_one_month(before, plan.after)
        if not plan.faults:
            written = [session for session, _ in plan.writes]
            plan.faults += size_limits.too_large(written, plan.updates, plan.entry())
        return plan

    def _add(self, plan: Plan, update: SessionUpdate) -> Iterable[Fault]:
        """Add one session to the plan, and return its faults."""
        if reason := self.records.unreadable.get(update.id):
            return [_unreadable(update, reason)]
        known = plan.before.get(update.id)
        try:
            after = (
                updated(update, known, self.series, now=self.now, by=self.by)
                if known
                else created(update, self.series, now=self.now, by=self.by)
            )
        except BadInput as error:
            return [Fault(text=str(error), mend="", where=update.where)]
        plan.after[update.id] = after
        if known and (warning := post_invite_warnings.warning(known, after, series=self.series, now=self.now)):
            plan.warnings.append(warning)
        return self._conflicts(update, known, after) if after != known else ()

    def _conflicts(self, update: SessionUpdate, known: Session | None, after: Session) -> Iterable[Fault]:
        finder = conflicts.ConflictFinder(series=self.series, trail=self.records.history, now=self.now, by=self.by)
        found = finder.of_version(update, known) or (known and finder.of_recent_edit(update, known, after))
        return [found] if found else ()


def _unreadable(update: SessionUpdate, reason: str) -> Fault:
    """Return the fault of a session whose record cannot be read, and so cannot be compared with the file."""
    return Fault(
        text=f"Session {update.id} is there, but {reason}.",
        mend="Ask whoever looks after the installation to mend its record, then upload again.",
        where=update.where,
    )
