"""Writing what an archive page says into the session records, so that repeating it changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from convener.errors import Conflict
from convener.sessions.archive.models import ArchivedSession, ArchivePage
from convener.sessions.models import Material, Presentation, Session
from convener.sessions.series import Series

# A change of these must reach people's calendars (RFC 5545 §3.8.7.4).
_IN_CALENDARS = frozenset({"date", "start", "length_minutes", "join_url"})


class SessionStore(Protocol):
    """Where session records lie."""

    def all(self) -> Sequence[Session]:
        """Every session there is."""

    def save(self, session: Session, *, expected_version: int) -> None:
        """Write one, if its record still has that version (0: there is none). Raises Conflict."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one field was and is, in words for a person."""

    field: str
    old: str
    new: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.field}: {self.old} → {self.new}"


@dataclass(kw_only=True)
class LoadReport:
    """What loading did, by session id. `troubles` are sessions that were not written, and why."""

    new: list[str] = field(default_factory=list)
    changed: dict[str, list[Change]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def load_sessions(page: ArchivePage, *, store: SessionStore, series: Series, now: datetime) -> LoadReport:
    """Write new and changed sessions. What the page leaves open never wipes what the store knows.

    A Conflict is reported for its session, and the others go on.
    """
    report = LoadReport()
    stored = {session.id: session for session in store.all()}
    for told in sorted(page.sessions, key=lambda session: session.id):
        known = stored.get(told.id)
        if reason := _obstacle(told, page):
            report.troubles[told.id] = reason
            continue
        if skipped := series.skip_reason(told.month):
            report.warnings.append(f"{told.id} (line {told.line}): the series skips this month: {skipped}")
        _write(told, known, store=store, series=series, now=now, report=report)
    return report


def _write(
    told: ArchivedSession,
    known: Session | None,
    *,
    store: SessionStore,
    series: Series,
    now: datetime,
    report: LoadReport,
) -> None:
    after = _created(told, series, now) if known is None else _updated(told, known, now)
    if after == known:
        report.unchanged.append(told.id)
        return
    try:
        store.save(after, expected_version=known.version if known else 0)
    except Conflict:
        report.troubles[told.id] = (
            "somebody else changed it at the same moment; nothing was written, load the page again"
        )
        return
    if known is None:
        report.new.append(told.id)
    else:
        report.changed[told.id] = _changes(known, after)


def _obstacle(told: ArchivedSession, page: ArchivePage) -> str:
    """Two sessions on one day would mail everybody twice: the second waits for a day of its own."""
    twin = next((one for one in page.sessions if one.id < told.id and one.date == told.date), None)
    if twin is None:
        return ""
    return (
        f"on the same day as {twin.id} (lines {twin.line} and {told.line}), so it was not written: "
        "one of the two is one too many, or needs its own day in the heading, as in “25 April 2024 – Title”"
    )


def _created(told: ArchivedSession, series: Series, now: datetime) -> Session:
    return Session(
        id=told.id,
        month=told.month,
        date=told.date,
        date_source=told.date_source,
        start=series.start,
        length_minutes=series.length_minutes,
        title=told.title,
        speakers=told.speakers,
        summary=told.summary,
        join_url=told.join_url,
        insights=told.insights,
        presentations=told.presentations,
        recording=told.recording,
        version=1,
        edited_at=now,
    )


def _updated(told: ArchivedSession, known: Session, now: datetime) -> Session:
    wanted = {
        **_dating(told, known),
        "title": told.title or known.title,
        "speakers": told.speakers or known.speakers,
        "summary": told.summary or known.summary,
        "join_url": told.join_url or known.join_url,
        "insights": _material(told.insights, known.insights),
        "recording": _material(told.recording, known.recording),
        "presentations": _presentations(told.presentations, known.presentations),
    }
    update = {name: value for name, value in wanted.items() if value != getattr(known, name)}
    if not update:
        return known
    if _IN_CALENDARS & update.keys():
        update["sequence"] = known.sequence + 1
    return known.model_copy(update={**update, "version": known.version + 1, "edited_at": now})


def _dating(told: ArchivedSession, known: Session) -> dict[str, Any]:
    """A day that somebody gave stays until somebody gives another; the rule doesn't move it back."""
    if told.date_source == "rule" and known.date_source == "given":
        return {}
    return {"date": told.date, "date_source": told.date_source}


def _material(told: Material, known: Material) -> Material:
    return Material(announced=told.announced or known.announced, url=told.url or known.url)


def _presentations(told: Sequence[Presentation], known: Sequence[Presentation]) -> tuple[Presentation, ...]:
    """By address: a new title replaces the old, and what the page doesn't have stays."""
    return tuple({one.url: one for one in (*known, *told)}.values())


def _changes(before: Session, after: Session) -> list[Change]:
    fields = [name for name in Session.model_fields if name not in ("version", "sequence", "edited_at")]
    return [
        Change(field=name, old=_words(old), new=_words(new))
        for name in fields
        if (old := getattr(before, name)) != (new := getattr(after, name))
    ]


def _words(value: object) -> str:
    """A value as a person would say it."""
    match value:
        case Material():
            return value.url or ("announced" if value.announced else "nothing")
        case tuple():
            return (
                ", ".join(_words(getattr(one, "name", None) or getattr(one, "title", one)) for one in value) or "nobody"
            )
        case date():
            return f"{value.day} {value:%B %Y}"
        case None | "":
            return "nothing"
        case _:
            return str(value)
