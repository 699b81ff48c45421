"""YAML as texts, lists and fields with their lines. Nothing is made of a value: No, 1984 and 18:00 stay text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from convener.intake.sessions.nodes import DEEPEST, Fields, Items, Node, Text, named
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import shortened
from convener.intake.sessions.yaml_words import in_words
from convener.sessions.session_updates import SourceLocation

MOST_EVENTS = 30_000
"""Ninety sessions with twenty speakers and presentations each have fewer; reading so many takes a second."""
_NULLS = ("", "~", "null", "Null", "NULL")


def read_yaml(text: str, findings: Findings, *, first_line: int = 1) -> Node | None:
    """The one document of a text, or None where it is empty. Raises Wrong with line and character."""
    reader = _Reader(text, findings, first_line)
    try:
        return reader.document()
    except (YAMLError, YAMLStreamError) as error:
        told, mend, line, character = in_words(error, text)
        where = SourceLocation(line=line + first_line, character=character) if line is not None else SourceLocation()
        raise ValidationError(told, mend, where) from error
    except (ArithmeticError, ValueError, IndexError, AttributeError, TypeError, AssertionError) as error:
        # ruamel.yaml's scanner trips over a few damaged directives and escapes instead of refusing them.
        raise ValidationError(
            "This can't be read as YAML.", "Compare it with the example file, line by line."
        ) from error


class _Reader:
    """Walks the parser's events. They come one by one, so that depth and number are checked before more is read."""

    def __init__(self, text: str, findings: Findings, first_line: int) -> None:
        self.lines = re.split(r"\r\n|\r|\n", text)
        self.findings, self.first_line = findings, first_line
        self.events: Iterator[Any] = self._counted(YAML(typ="safe", pure=True).parse(text))

    def _counted(self, events: Iterator[Any]) -> Iterator[Any]:
        for number, event in enumerate(events):
            if number > MOST_EVENTS:
                raise ValidationError("The file has more in it than ninety sessions could.", "Upload it in parts.")
            if isinstance(event, NodeEvent):
                self._refuse_tricks(event)
            yield event

    def document(self) -> Node | None:
        """The node of the only document."""
        node, seen = None, False
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if seen:
                    raise ValidationError(
                        "A second document begins here (---).",
                        "Keep all sessions in one list, and take this line out.",
                        self.where(event),
                    )
                seen = True
                node = self.node(next(self.events), 1)
        return node

    def node(self, event: Any, depth: int) -> Node:
        """What begins with this event."""
        if isinstance(event, ScalarEvent):
            return self.scalar(event)
        if depth > DEEPEST:
            raise ValidationError("Lists and fields lie too deep in each other here.", _EXAMPLE, self.where(event))
        if isinstance(event, SequenceStartEvent):
            return Items(list(self.children(depth)), self.where(event))
        return Fields(self.entries(depth), self.where(event))

    def children(self, depth: int) -> Iterator[Node]:
        """Nodes until the collection ends."""
        while not isinstance(event := next(self.events), CollectionEndEvent):
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> Sequence[tuple[Text, Node]]:
        """Keys with their values. Keys that aren't text are what `{{ name }}` without quotation marks makes."""
        entries: list[tuple[Text, Node]] = []
        while not isinstance(event := next(self.events), CollectionEndEvent):
            if not isinstance(event, ScalarEvent):
                raise ValidationError(
                    "There is a bracket where a field's name is wanted.",
                    "A text that begins with { or [ needs quotation marks around it.",
                    self.where(event),
                )
            key = Text(event.value, self.where(event))
            value = self.node(next(self.events), depth + 1)
            entries.append((key, named(value, key)))
        return entries

    def scalar(self, event: ScalarEvent) -> Text:
        """A text; empty where it is null without quotation marks."""
        told = "" if event.style is None and event.value in _NULLS else event.value
        if event.style is None:
            self._warn_of_comment(event)
        return Text(told, self.where(event))

    def where(self, event: Any) -> SourceLocation:
        """Its line, as editors count."""
        return SourceLocation(line=event.start_mark.line + self.first_line)

    def _warn_of_comment(self, event: ScalarEvent) -> None:
        mark = event.end_mark
        rest = self.lines[mark.line][mark.column :].strip() if mark.line < len(self.lines) else ""
        if rest.startswith("#") and mark.line == event.start_mark.line and mark.column:
            self.findings.warn(
                f"“{shortened(rest)}” was taken for a comment. If it belongs to the text, put that in quotation marks.",
                self.where(event),
            )

    def _refuse_tricks(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent) or event.anchor:
            raise ValidationError(
                "Text that begins with & or * means something else in YAML (anchors), which is not read here.",
                "Put quotation marks around it.",
                self.where(event),
            )
        if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag:
            raise ValidationError(
                f"“{shortened(str(event.tag))}” is a tag of YAML, which is not read here.",
                "A text that begins with ! needs quotation marks around it.",
                self.where(event),
            )


_EXAMPLE = "Write each session as in the example file."
