"""The differences between two states of a session, as texts for reports and for the history."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from convener.sessions.models import Frozen, Material, Presentation, Session, SessionId, Speaker

BOOKKEEPING_FIELDS = frozenset({"id", "version", "sequence", "edited_at", "edited_by"})
"""Fields that the program fills. No report shows them."""

LABELS = {
    "date_source": "how its date was set",
    "join_url": "join link",
    "length_minutes": "length in minutes",
}

MAX_VALUE_CHARACTERS = 35_000
"""The length of a value that is stored. Two such values fit into a DynamoDB item of 400 KB in any script."""

MAX_UNSHORTENED_CHARACTERS = 160
"""A longer value is shown in part."""

SHORTENED_CHARACTERS = 120
"""The length of the part that is shown."""


class Change(Frozen):
    """The old and the new value of one field, as texts. An empty value is “nothing”."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """The name of the field for people."""
        return LABELS.get(self.field, self.field)

    def __str__(self) -> str:
        """Return the change as one line for people."""
        return f"{self.label}: {self.old} → {self.new}"


class Row(Frozen):
    """The change of one session, for a report or the history. `version` is the version after the change."""

    id: SessionId
    version: int
    date: date
    title: str = ""
    is_new: bool = False
    changes: tuple[Change, ...] = ()


def row(session: Session, *, version: int, before: Session | None = None) -> Row:
    """Return the change from `before` to `session`. None for `before` means that the session is new."""
    return Row(
        id=session.id,
        version=version,
        date=session.date,
        title=session.title or "",
        is_new=before is None,
        changes=_first_values(session) if before is None else changes_between(before, session),
    )


def changes_between(before: Session, after: Session) -> tuple[Change, ...]:
    """Return the changed fields, in the order of the model. `date_source` is left out where the date itself changes."""
    names = [name for name in Session.model_fields if name not in BOOKKEEPING_FIELDS]
    differ = [name for name in names if getattr(before, name) != getattr(after, name)]
    if "date" in differ:
        differ = [name for name in differ if name != "date_source"]
    return tuple(
        Change(field=name, old=words(getattr(before, name)), new=words(getattr(after, name))) for name in differ
    )


def _first_values(session: Session) -> tuple[Change, ...]:
    """Return the fields of a new session that have a value."""
    names = [
        name for name in Session.model_fields if name not in BOOKKEEPING_FIELDS | {"month", "date_source", "status"}
    ]
    values = {name: words(getattr(session, name)) for name in names}
    return tuple(Change(field=name, old="nothing", new=value) for name, value in values.items() if value != "nothing")


def words(value: Any) -> str:
    """Return a value as text on one line, with ¶ for a line break, cut to MAX_VALUE_CHARACTERS."""
    text = " ¶ ".join(line.strip() for line in _words(value).splitlines() if line.strip())
    return text if len(text) <= MAX_VALUE_CHARACTERS else f"{text[: MAX_VALUE_CHARACTERS - 1]}…"


def _words(value: Any) -> str:
    text = ""
    match value:
        case Material():
            text = value.url or ("announced" if value.announced else "")
        case Speaker():
            position = ", ".join(part for part in (value.role, value.organisation) if part)
            text = f"{value.name} ({position})" if position else value.name
        case Presentation():
            text = f"{value.title} ({value.url})" if value.title else value.url
        case tuple():
            text = "; ".join(_words(item) for item in value)
        case date():
            text = day(value)
        case time():
            text = f"{value:%H:%M}"
        case _ if value is not None:
            text = str(value)
    return text or "nothing"


def day(value: date) -> str:
    """Return a date as text, such as 18 April 2024."""
    return f"{value.day} {value:%B %Y}"


def shortened(change: Change) -> tuple[str, str]:
    """Return the old and the new text. Long texts are cut to a part that begins shortly before the first difference."""
    if max(len(change.old), len(change.new)) <= MAX_UNSHORTENED_CHARACTERS:
        return change.old, change.new
    pairs = enumerate(zip(change.old, change.new, strict=False))
    first_difference = next((index for index, (old, new) in pairs if old != new), 0)
    start = max(first_difference - SHORTENED_CHARACTERS // 3, 0)
    return _window(change.old, start), _window(change.new, start)


def _window(text: str, start: int) -> str:
    if len(text) <= SHORTENED_CHARACTERS // 3:
        return text
    end = start + SHORTENED_CHARACTERS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
