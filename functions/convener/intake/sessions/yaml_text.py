"""YAML as texts, lists and fields with their lines. No value is converted: No, 1984 and 18:00 stay text."""

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

from convener.intake.files.decoding import shortened
from convener.intake.sessions.outline import MAX_DEPTH, MAX_PARTS, Fields, Items, Node, Text, with_field
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.session_updates import SourceLocation

_LINE_END = re.compile(r"\r\n|\r|\n")
_NULLS = ("", "~", "null", "Null", "NULL")
_AS_IN_EXAMPLE = "Write each session as in the example file."

_QUOTE = "Put quotation marks around the whole text after the field's name and colon."
_PARSER_MESSAGES = (
    ("mapping values are not allowed", "There is a colon inside a text that has no quotation marks.", _QUOTE),
    ("\\t", "The line is indented with a tab.", "Use spaces, as many as in the lines around it."),
    ("cannot start any token", "A text can't begin with this character (such as %, @ or `).", _QUOTE),
    ("could not find expected ':'", "There is no colon after a field's name.", "Write “title: Its title”."),
    ("found unexpected end of stream", "A quotation mark that opens here never closes.", "Add the closing one."),
    ("escape", "A backslash inside double quotation marks means something else.", "Write it twice."),
    ("while parsing a flow", "A bracket opens here and is not closed properly.", _QUOTE),
    ("but found '<scalar>'", "A text in quotation marks ends too early: it has such marks inside.",
     "Put the other kind around the whole text, as in \"It's kind\"."),
    ("expected <block end>", "This line doesn't fit those above it.", "Begin it right below the field above."),
    ("did not find expected comment line", "The text of this block can't be read.", "Check the spaces before it."),
)  # fmt: skip
"""Parts of the parser's messages, each with what it means to an editor, and how to mend the file."""
_OTHER_MESSAGE = (
    "This can't be read as YAML.", "Check spaces and quotation marks here, and compare it with the example file."
)  # fmt: skip
_CURLY_QUOTES = ("The quotation marks around this text are curly, and YAML takes those for letters.",
                 'Type straight ones (") around the whole text.')  # fmt: skip
_BRACKET = ("A text that begins with [ or { is a list or a group of fields in YAML.", _QUOTE)
_TOO_FAR_IN = ("This line begins further in than the one above it.", "Begin both right below each other.")
_INDENTED = re.compile(r"\s+[\w-]+$")
_NOTICED_LATE = ("found unexpected end of stream", "could not find expected ':'")
"""Messages that the parser gives long after the place that an editor has to look at."""


def read_yaml(text: str, findings: Findings, *, first_line: int = 1) -> Node | None:
    """Return the root node of the only document of a text.

    Args:
        text: The text.
        findings: Gets warnings of comments that may belong to a text.
        first_line: The number that the first line of the text has in its file.

    Returns:
        The root node, or None where the text is empty.

    Raises:
        ValidationError: The text is no YAML, or uses a feature of YAML that is not read, with line and character.
    """
    reader = _Reader(text, findings, first_line)
    try:
        return reader.document()
    except (YAMLError, YAMLStreamError) as error:
        message, mend, line, character = _in_words(error, text)
        where = SourceLocation(line=line + first_line, character=character) if line is not None else SourceLocation()
        raise ValidationError(message, mend, where) from error
    except (ArithmeticError, ValueError, IndexError, AttributeError, TypeError, AssertionError) as error:
        # A few damaged directives and escapes make the scanner of ruamel.yaml fail without an error of its own.
        raise ValidationError(
            "This can't be read as YAML.", "Compare it with the example file, line by line."
        ) from error


class _Reader:
    """Walks the events of the parser one by one, so that depth and number are checked before more is read."""

    def __init__(self, text: str, findings: Findings, first_line: int) -> None:
        self.lines = _LINE_END.split(text)
        self.findings, self.first_line = findings, first_line
        self.events: Iterator[Any] = self._checked(YAML(typ="safe", pure=True).parse(text))

    def _checked(self, events: Iterator[Any]) -> Iterator[Any]:
        for number, event in enumerate(events):
            if number > MAX_PARTS:
                raise ValidationError("The file has more in it than ninety sessions could.", "Upload it in parts.")
            if isinstance(event, NodeEvent):
                self._refuse_special_features(event)
            yield event

    def document(self) -> Node | None:
        """Return the root node of the only document."""
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
        """Return the node that begins with an event, at this depth below the document."""
        if isinstance(event, ScalarEvent):
            return self.scalar(event)
        if depth > MAX_DEPTH:
            raise ValidationError(
                "Lists and fields lie too deep in each other here.", _AS_IN_EXAMPLE, self.where(event)
            )
        if isinstance(event, SequenceStartEvent):
            return Items(list(self.children(depth)), self.where(event))
        return Fields(self.entries(depth), self.where(event))

    def children(self, depth: int) -> Iterator[Node]:
        """Yield the nodes of a list until it ends."""
        while not isinstance(event := next(self.events), CollectionEndEvent):
            yield self.node(event, depth + 1)

    def entries(self, depth: int) -> Sequence[tuple[Text, Node]]:
        """Return keys with their values. A key that is no text comes from `{{ name }}` without quotation marks."""
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
            entries.append((key, with_field(value, key)))
        return entries

    def scalar(self, event: ScalarEvent) -> Text:
        """Return a text, which is empty for null without quotation marks."""
        value = "" if event.style is None and event.value in _NULLS else event.value
        if event.style is None:
            self._warn_of_comment(event)
        return Text(value, self.where(event))

    def where(self, event: Any) -> SourceLocation:
        """Return the line of an event, as editors count."""
        return SourceLocation(line=event.start_mark.line + self.first_line)

    def _warn_of_comment(self, event: ScalarEvent) -> None:
        mark = event.end_mark
        rest = self.lines[mark.line][mark.column :].strip() if mark.line < len(self.lines) else ""
        if rest.startswith("#") and mark.line == event.start_mark.line and mark.column:
            self.findings.warn(
                f"“{shortened(rest)}” was taken for a comment. If it belongs to the text, put that in quotation marks.",
                self.where(event),
            )

    def _refuse_special_features(self, event: NodeEvent) -> None:
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


def _in_words(error: Any, text: str) -> tuple[str, str, int | None, int | None]:
    """Return what is wrong, how to mend it, the line from 0 and the character from 1.

    The last two are None where the parser does not tell them.
    """
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    parser_message = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    if any(part in parser_message for part in _NOTICED_LATE):
        mark = getattr(error, "context_mark", None) or mark
    known = ((message, mend) for part, message, mend in _PARSER_MESSAGES if part in parser_message)
    message, mend = next(known, _OTHER_MESSAGE)
    if mark is None:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) if isinstance(position, int) else None
        return message, mend, line, None
    lines = _LINE_END.split(text)
    number = min(mark.line, len(lines) - 1)
    value = lines[number].partition(":")[2].strip()
    if "mapping values" in parser_message and value.startswith(("“", "”", "„", "‘", "’")):
        message, mend = _CURLY_QUOTES
    elif "but found" in parser_message and value.startswith(("[", "{")):
        message, mend = _BRACKET
    elif "mapping values" in parser_message and _INDENTED.match(lines[number][: mark.column]):
        message, mend = _TOO_FAR_IN
    return message, mend, number, mark.column + 1
