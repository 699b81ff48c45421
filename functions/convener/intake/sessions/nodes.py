"""What a file says before anybody looks at its meaning: texts, lists and fields, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from convener.intake.sessions.words import shortened
from convener.sessions.session_updates import SourceLocation

DEEPEST = 6
"""Levels of lists and fields. A session needs four: sessions, session, speakers, speaker."""


@dataclass(frozen=True, slots=True)
class Text:
    """A single value, as typed; empty where nothing is told. `from_sheet` is a text that stands in a workbook."""

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
    """Named values, in order; a name may stand twice."""

    entries: Sequence[tuple[Text, Node]]
    where: SourceLocation


Node = Text | Items | Fields


@dataclass(frozen=True, slots=True)
class Draft:
    """One session before it is checked: what stands under each known field name."""

    fields: dict[str, Node]
    where: SourceLocation


def named(node: Node, key: Text) -> Node:
    """The same, whose place also says the field."""
    return replace(node, where=node.where.model_copy(update={"field": shortened(key.value)}))


def is_empty(node: Node) -> bool:
    """Whether nothing is told."""
    match node:
        case Text(value=value):
            return not value.strip()
        case Items(items=items):
            return all(is_empty(item) for item in items)
        case Fields(entries=entries):
            return all(is_empty(value) for _, value in entries)
