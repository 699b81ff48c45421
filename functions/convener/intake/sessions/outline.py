"""The content of a structured file as a tree of texts, lists and fields, and the drafts of its sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from convener.intake.files.decoding import shortened
from convener.intake.sessions.field_names import UniqueNames
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.session_updates import SourceLocation

MAX_DEPTH = 6
"""Levels of lists and fields. A session needs four: sessions, session, speakers, speaker."""
MAX_PARTS = 30_000
"""Parts of a file: values of JSON, events of YAML. Ninety sessions with twenty speakers and presentations each have
fewer, and reading so many takes a second."""
_SHAPE = (
    "Write “month: 2024-04” and “title: …” below each other (a space after each colon), or a list of such sessions."
)


@dataclass(frozen=True, slots=True)
class Text:
    """A single value as typed; empty where the file gives none. `from_sheet`: the value is a cell of a workbook."""

    value: str
    where: SourceLocation
    from_sheet: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: Sequence[Node]
    where: SourceLocation


@dataclass(frozen=True, slots=True)
class Fields:
    """Named values in the order of the file. A name may stand twice."""

    entries: Sequence[tuple[Text, Node]]
    where: SourceLocation


Node = Text | Items | Fields


@dataclass(frozen=True, slots=True)
class Draft:
    """A session before its values are checked: the node of each known field."""

    fields: dict[str, Node]
    where: SourceLocation


def with_field(node: Node, key: Text) -> Node:
    """Return the node with the name of its field in its place."""
    return replace(node, where=node.where.model_copy(update={"field": shortened(key.value)}))


def is_empty(node: Node) -> bool:
    """Return whether a node holds nothing but spaces."""
    match node:
        case Text(value=value):
            return not value.strip()
        case Items(items=items):
            return all(is_empty(item) for item in items)
        case Fields(entries=entries):
            return all(is_empty(value) for _, value in entries)


def read_outline(node: Node | None, findings: Findings) -> list[Draft]:
    """Return a draft for each session of a tree.

    The tree is one session, a list of sessions, or the field `sessions` with a list. Faults go to the findings.
    Raises ValidationError where the tree holds no session.
    """
    if node is None or is_empty(node):
        raise ValidationError("There is no session in the file.", _SHAPE)
    return [draft for item in _sessions(node, findings) if (draft := _draft(item, findings))]


def _sessions(node: Node, findings: Findings) -> Iterator[Node]:
    match node:
        case Text():
            raise ValidationError("The file is one text, without fields.", _SHAPE, node.where)
        case Items():
            yield from node.items
        case Fields():
            lists = [value for key, value in node.entries if _is_sessions(key)]
            if not lists:
                yield node
                return
            _refuse_other_fields(node, findings)
            for value in lists:
                yield from value.items if isinstance(value, Items) else (value,)


def _refuse_other_fields(node: Fields, findings: Findings) -> None:
    """Fault every field beside `sessions`, since it would belong to no session, and a second `sessions`."""
    seen = False
    for key, _ in node.entries:
        if not _is_sessions(key):
            findings.fault(f"“{key.value[:60]}” stands outside the sessions.", "Move it into its session.", key.where)
        elif seen:
            findings.fault("“sessions” is there twice.", "Put all sessions into one list.", key.where)
        seen = seen or _is_sessions(key)


def _is_sessions(key: Text) -> bool:
    return key.value.strip().lower() == "sessions"


def _draft(item: Node, findings: Findings) -> Draft | None:
    if is_empty(item):
        return None
    if not isinstance(item, Fields):
        findings.fault("Here is a text or a list where a session is wanted.", _SHAPE, item.where)
        return None
    names = UniqueNames("field")
    draft = Draft({}, item.where)
    for key, value in item.entries:
        if findings.full:
            break
        with findings.catching(key.where):
            draft.fields[names.take(key.value)] = value
    return draft
