"""What an upload would make of the session records, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from convener.errors import BadInput
from convener.intake.sessions import conflicts, size_limits
from convener.intake.sessions.load_report import MOST_LISTED, LoadReport
from convener.sessions import post_invite_warnings
from convener.sessions.changes import Row, row
from convener.sessions.history import HistoryEntry, new_id
from convener.sessions.merging import created, updated
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault, Note, SessionUpdate, Upload


class Records(Protocol):
    """The session records and their history, to read."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Records that the last `all` could not read, and why."""

    def all(self) -> Sequence[Session]:
        """Every session there is."""

    def history(self) -> Iterable[HistoryEntry]:
        """Every entry, newest first, read as far as it is looked at."""


@dataclass(kw_only=True)
class Plan:
    """`before` has the sessions as they were read, `after` those of the file as they would be."""

    upload: Upload
    now: datetime
    by: str
    before: Mapping[str, Session]
    after: dict[str, Session] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    @cached_property
    def told(self) -> dict[str, SessionUpdate]:
        """What the file tells, by session."""
        return {told.id: told for told in self.upload.sessions}

    @property
    def writes(self) -> list[tuple[Session, int]]:
        """The sessions to write, each with the version that its record has."""
        return [(one, self._version(name)) for name, one in self.after.items() if one != self.before.get(name)]

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row for each session, as if it was written."""
        return tuple(
            row(one, version=one.version, before=self.before.get(name)) for name, one in sorted(self.after.items())
        )

    def entry(self, *, file_version: str = "") -> HistoryEntry | None:
        """The history's entry, where there is anything to write."""
        rows = tuple(one for one in self.rows if one.is_new or one.changes)
        if not rows:
            return None
        file = self.upload.name
        return HistoryEntry(
            id=new_id(self.now), at=self.now, by=self.by, file=file, file_version=file_version, rows=rows
        )

    def report(self) -> LoadReport:
        """The report, once this was written, or refused for its faults."""
        rows = self.rows
        if self.faults:
            rows = tuple(one.model_copy(update={"version": self._version(one.id)}) for one in rows)
        return LoadReport(
            name=self.upload.name,
            at=self.now,
            by=self.by,
            written=bool(self.writes) and not self.faults,
            faults=tuple(_some(self.faults)),
            new=tuple(one for one in rows if one.is_new),
            changed=tuple(one for one in rows if one.changes and not one.is_new),
            unchanged=tuple(one for one in rows if not one.changes and not one.is_new),
            warnings=(*self.warnings, *self.upload.warnings)[:MOST_LISTED],
        )

    def _version(self, name: str) -> int:
        return self.before[name].version if name in self.before else 0


def _some(faults: Sequence[Fault]) -> Sequence[Fault]:
    if len(faults) <= MOST_LISTED:
        return faults
    rest = Fault(text=f"There are {len(faults) - MOST_LISTED} more.", mend="Mend these first, then upload again.")
    return [*faults[:MOST_LISTED], rest]


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Works out plans for one person at one moment."""

    records: Records
    series: Series
    now: datetime
    by: str

    def plan(self, upload: Upload) -> Plan:
        """Every session is worked out, whatever is wrong with others."""
        before = {session.id: session for session in self.records.all()}
        plan = Plan(upload=upload, now=self.now, by=self.by, before=before)
        plan.faults += [*upload.faults, *size_limits.too_many(upload)]
        for told in upload.sessions:
            plan.faults += self._take(plan, told)
        plan.faults += conflicts.of_one_day(before, plan.after, plan.told)
        plan.warnings += conflicts.of_one_month(before, plan.after)
        if not plan.faults:
            written = [session for session, _ in plan.writes]
            plan.faults += size_limits.too_large(written, plan.told, plan.entry())
        return plan

    def _take(self, plan: Plan, told: SessionUpdate) -> Iterable[Fault]:
        """Work out one session."""
        if reason := self.records.unreadable.get(told.id):
            return [size_limits.broken(told, reason)]
        known = plan.before.get(told.id)
        try:
            after = (
                updated(told, known, self.series, now=self.now, by=self.by)
                if known
                else created(told, self.series, now=self.now, by=self.by)
            )
        except BadInput as error:
            return [Fault(text=str(error), mend="", where=told.where)]
        plan.after[told.id] = after
        if known and (late := post_invite_warnings.warning(known, after, series=self.series, now=self.now)):
            plan.warnings.append(late)
        return self._disputes(told, known, after) if after != known else ()

    def _disputes(self, told: SessionUpdate, known: Session | None, after: Session) -> Iterable[Fault]:
        settle = conflicts.ConflictFinder(series=self.series, trail=self.records.history, now=self.now, by=self.by)
        found = settle.version(told, known) or (known and settle.moment(told, known, after))
        return [found] if found else ()
