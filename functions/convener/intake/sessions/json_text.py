"""JSON as texts, lists and fields with their lines.

Neither the standard library nor the YAML reader can take the place of this parser. The `json` module tells no lines.
YAML takes what JSON forbids (comments, single quotation marks, a comma before a bracket), reads two escaped surrogates
as two characters, refuses a tab at the beginning, and describes its errors in terms of YAML.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from convener.intake.files.decoding import shortened
from convener.intake.sessions.outline import MAX_DEPTH, MAX_PARTS, Fields, Items, Node, Text, with_field
from convener.intake.sessions.validation import ValidationError
from convener.sessions.session_updates import SourceLocation

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?\d[0-9.eE+-]*|[A-Za-z]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$")
_COMMENT_STARTS = ("//", "/*", "#")


def read_json(text: str) -> Node:
    """Return the root node of a JSON text (RFC 8259).

    Numbers, true and false stay as typed, and null is an empty text. Raises ValidationError with line and character.
    """
    reader = _Reader(text)
    node = reader.value(1)
    reader.skip_space()
    if reader.at < len(text):
        raise reader.error("The file goes on after its last bracket.", "Put all sessions into one list: [ … ].")
    return node


class _Reader:
    """A recursive parser. `at` is the index of the next character, and `number` counts values."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.number = text, 0, 0
        self.line_starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]

    def value(self, depth: int) -> Node:
        """Return the value that begins here, at this depth."""
        self.skip_space()
        begins = self.where()
        self.number += 1
        if self.number > MAX_PARTS:
            raise self.error("The file has more in it than ninety sessions could.", "Upload it in parts.")
        if depth > MAX_DEPTH:
            raise self.error("Lists and fields lie too deep in each other here.", "Write as in the example file.")
        match self.text[self.at : self.at + 1]:
            case "{":
                return Fields(self._entries(depth), begins)
            case "[":
                return Items(self._items(depth), begins)
            case '"':
                return Text(self._string(), begins)
            case _:
                return Text(self._word(), begins)

    def skip_space(self) -> None:
        """Go on to the next character that is no space."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def where(self, *, character: bool = False) -> SourceLocation:
        """Return the line of the next character, and its character if wanted."""
        line = bisect_right(self.line_starts, self.at)
        return SourceLocation(line=line, character=self.at - self.line_starts[line - 1] + 1 if character else None)

    def error(self, text: str, mend: str) -> ValidationError:
        """Return an error at the next character."""
        return ValidationError(text, mend, self.where(character=True))

    def _error_or_comment(self, text: str, mend: str) -> ValidationError:
        """Return an error at the next character; another one if a comment begins there."""
        if self.text.startswith(_COMMENT_STARTS, self.at):
            return self.error("A comment begins here, which JSON doesn't have.", "Take it out.")
        return self.error(text, mend)

    def _entries(self, depth: int) -> list[tuple[Text, Node]]:
        entries: list[tuple[Text, Node]] = []
        self.at += 1
        while not self._ends("}", first=not entries):
            if not self.text.startswith('"', self.at):
                raise self._error_or_comment(
                    "A field’s name in straight double quotation marks is wanted here.", 'Write "title": "…".'
                )
            key = Text(self._key(), self.where())
            value = self.value(depth + 1)
            entries.append((key, with_field(value, key)))
        return entries

    def _items(self, depth: int) -> list[Node]:
        items: list[Node] = []
        self.at += 1
        while not self._ends("]", first=not items):
            items.append(self.value(depth + 1))
        return items

    def _ends(self, bracket: str, *, first: bool) -> bool:
        """Return whether the bracket closes here; else go past the comma before the next part."""
        self.skip_space()
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        at_end = self.at == len(self.text)
        if first and not at_end:
            return False
        if not self.text.startswith(",", self.at):
            place = "The file ends before" if at_end else "Before this there should be"
            wanted = f"its last {bracket}." if at_end else f"a comma, or {bracket} to end the list."
            raise self._error_or_comment(
                f"{place} {wanted}", 'Put it in. A quotation mark inside a text is written \\".'
            )
        self.at += 1
        self.skip_space()
        if self.text.startswith(bracket, self.at):
            raise self.error(f"There is a comma before {bracket} with nothing after it.", "Take the comma out.")
        return False

    def _key(self) -> str:
        key = self._string()
        self.skip_space()
        if not self.text.startswith(":", self.at):
            raise self.error(f"There is no colon after “{shortened(key)}”.", 'Write "title": "…".')
        self.at += 1
        return key

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if not found:
            raise self.error(
                "This text has no end on its line.", "Close it with a quotation mark; write a line break as \\n."
            )
        try:
            value = json.loads(found[0])
        except ValueError as error:
            raise self.error("A backslash in this text means nothing.", "Write it twice: \\\\.") from error
        self.at = found.end()
        return str(value)

    def _word(self) -> str:
        found = _WORD.match(self.text, self.at)
        word = found[0] if found else ""
        if word not in ("true", "false", "null") and not _NUMBER.match(word):
            shown = shortened(self.text[self.at : self.at + 20]) or "the end of the file"
            raise self._error_or_comment(
                f"A value is wanted here, not {shown}.", "Put texts between straight quotation marks."
            )
        self.at += len(word)
        return "" if word == "null" else word
