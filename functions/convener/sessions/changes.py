"""What differs between two states of a session, in words for a person."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from convener.sessions.models import Frozen, Material, Presentation, Session, SessionId, Speaker

KEEPING = frozenset({"id", "version", "sequence", "edited_at", "edited_by"})
"""Fields that book-keeping fills: nobody changes them."""

LABELS = {
    "date_source": "how its date was set",
    "join_url": "join link",
    "length_minutes": "length in minutes",
}

LONGEST = 35_000
"""Characters of one value that are kept: two of them fit into a DynamoDB item of 400 KB in any script."""

LONG, SHOWN = 160, 120
"""Characters: a value longer than the first is shown to people in part."""


class Change(Frozen):
    """What one field was and is. A field that was or is empty is “nothing”."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """The field as people call it."""
        return LABELS.get(self.field, self.field)

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.label}: {self.old} → {self.new}"


class Row(Frozen):
    """One session of a report or of the history. `version` is the one that its record has after that."""

    id: SessionId
    version: int
    date: date
    title: str = ""
    is_new: bool = False
    changes: tuple[Change, ...] = ()


def row(session: Session, *, version: int, before: Session | None = None) -> Row:
    """What a report says of a session that was `before`; None means that it is new."""
    return Row(
        id=session.id,
        version=version,
        date=session.date,
        title=session.title or "",
        is_new=before is None,
        changes=_first(session) if before is None else changes_between(before, session),
    )


def changes_between(before: Session, after: Session) -> tuple[Change, ...]:
    """Field by field. How the date was set goes without saying where the date itself changes."""
    names = [name for name in Session.model_fields if name not in KEEPING]
    differ = [name for name in names if getattr(before, name) != getattr(after, name)]
    if "date" in differ:
        differ = [name for name in differ if name != "date_source"]
    return tuple(
        Change(field=name, old=words(getattr(before, name)), new=words(getattr(after, name))) for name in differ
    )


def _first(session: Session) -> tuple[Change, ...]:
    told = [name for name in Session.model_fields if name not in KEEPING | {"month", "date_source", "status"}]
    values = {name: words(getattr(session, name)) for name in told}
    return tuple(Change(field=name, old="nothing", new=value) for name, value in values.items() if value != "nothing")


def words(value: Any) -> str:
    """A value as a person would say it, on one line (¶ is a new one), cut where it is longer than LONGEST."""
    said = " ¶ ".join(line.strip() for line in _words(value).splitlines() if line.strip())
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


def _words(value: Any) -> str:
    said = ""
    match value:
        case Material():
            said = value.url or ("announced" if value.announced else "")
        case Speaker():
            post = ", ".join(part for part in (value.role, value.organisation) if part)
            said = f"{value.name} ({post})" if post else value.name
        case Presentation():
            said = f"{value.title} ({value.url})" if value.title else value.url
        case tuple():
            said = "; ".join(_words(one) for one in value)
        case date():
            said = day(value)
        case time():
            said = f"{value:%H:%M}"
        case _ if value is not None:
            said = str(value)
    return said or "nothing"


def day(value: date) -> str:
    """A day as people write it: 18 April 2024."""
    return f"{value.day} {value:%B %Y}"


def shortened(change: Change) -> tuple[str, str]:
    """Long texts from shortly before where they begin to differ."""
    if max(len(change.old), len(change.new)) <= LONG:
        return change.old, change.new
    pairs = enumerate(zip(change.old, change.new, strict=False))
    same = next((place for place, (one, other) in pairs if one != other), 0)
    start = max(same - SHOWN // 3, 0)
    return _window(change.old, start), _window(change.new, start)


def _window(text: str, start: int) -> str:
    if len(text) <= SHOWN // 3:
        return text
    shown = text[start : start + SHOWN]
    return ("…" if start else "") + shown + ("…" if start + SHOWN < len(text) else "")
