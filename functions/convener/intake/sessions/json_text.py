"""JSON as texts, lists and fields with their lines, which the standard library's reader doesn't tell."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from convener.intake.sessions.nodes import DEEPEST, Fields, Items, Node, Text, named
from convener.intake.sessions.validation import ValidationError
from convener.intake.sessions.words import shortened
from convener.sessions.session_updates import SourceLocation

MOST_VALUES = 30_000
"""As of YAML's events: ninety sessions have fewer, and reading so many takes less than a second."""
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?\d[0-9.eE+-]*|[A-Za-z]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$")


def read_json(text: str) -> Node:
    """The value of a whole text (RFC 8259). Numbers and true stay as typed, null is empty. Raises Wrong."""
    reader = _Reader(text)
    node = reader.value(1)
    reader.skip()
    if reader.at < len(text):
        raise reader.wrong("The file goes on after its last bracket.", "Put all sessions into one list: [ … ].")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.number = text, 0, 0
        self.starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]

    def value(self, depth: int) -> Node:
        """What begins here."""
        self.skip()
        begins = self.where()
        self.number += 1
        if self.number > MOST_VALUES:
            raise self.wrong("The file has more in it than ninety sessions could.", "Upload it in parts.")
        if depth > DEEPEST:
            raise self.wrong("Lists and fields lie too deep in each other here.", "Write as in the example file.")
        match self.text[self.at : self.at + 1]:
            case "{":
                return Fields(self._entries(depth), begins)
            case "[":
                return Items(self._items(depth), begins)
            case '"':
                return Text(self._string(), begins)
            case _:
                return Text(self._word(), begins)

    def skip(self) -> None:
        """Go on to what isn't space."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def where(self, *, character: bool = False) -> SourceLocation:
        """The place here."""
        line = bisect_right(self.starts, self.at)
        return SourceLocation(line=line, character=self.at - self.starts[line - 1] + 1 if character else None)

    def wrong(self, text: str, mend: str) -> ValidationError:
        """Something is wrong here."""
        return ValidationError(text, mend, self.where(character=True))

    def _unwanted(self, text: str, mend: str) -> ValidationError:
        if self.text.startswith(("//", "/*", "#"), self.at):
            return self.wrong("A comment begins here, which JSON doesn't have.", "Take it out.")
        return self.wrong(text, mend)

    def _entries(self, depth: int) -> list[tuple[Text, Node]]:
        entries: list[tuple[Text, Node]] = []
        self.at += 1
        while not self._ends("}", first=not entries):
            if not self.text.startswith('"', self.at):
                told = "A field’s name in straight double quotation marks is wanted here."
                raise self._unwanted(told, 'Write "title": "…".')
            key = Text(self._key(), self.where())
            value = self.value(depth + 1)
            entries.append((key, named(value, key)))
        return entries

    def _items(self, depth: int) -> list[Node]:
        items: list[Node] = []
        self.at += 1
        while not self._ends("]", first=not items):
            items.append(self.value(depth + 1))
        return items

    def _ends(self, bracket: str, *, first: bool) -> bool:
        """Whether the bracket closes here; else goes past the comma."""
        self.skip()
        if self.text.startswith(bracket, self.at):
            self.at += 1
            return True
        if first and self.at < len(self.text):
            return False
        if not self.text.startswith(",", self.at):
            if self.text.startswith(("//", "/*", "#"), self.at):
                raise self._unwanted("", "")
            what = "The file ends before" if self.at == len(self.text) else "Before this there should be"
            end = f"its last {bracket}." if self.at == len(self.text) else f"a comma, or {bracket} to end the list."
            raise self.wrong(f"{what} {end}", 'Put it in. A quotation mark inside a text is written \\".')
        self.at += 1
        self.skip()
        if self.text.startswith(bracket, self.at):
            raise self.wrong(f"There is a comma before {bracket} with nothing after it.", "Take the comma out.")
        return False

    def _key(self) -> str:
        key = self._string()
        self.skip()
        if not self.text.startswith(":", self.at):
            raise self.wrong(f"There is no colon after “{shortened(key)}”.", 'Write "title": "…".')
        self.at += 1
        return key

    def _string(self) -> str:
        found = _STRING.match(self.text, self.at)
        if not found:
            raise self.wrong(
                "This text has no end on its line.", "Close it with a quotation mark; write a line break as \\n."
            )
        try:
            told = json.loads(found[0])
        except ValueError as error:
            raise self.wrong("A backslash in this text means nothing.", "Write it twice: \\\\.") from error
        self.at = found.end()
        return str(told)

    def _word(self) -> str:
        found = _WORD.match(self.text, self.at)
        word = found[0] if found else ""
        if word not in ("true", "false", "null") and not _NUMBER.match(word):
            shown = shortened(self.text[self.at : self.at + 20]) or "the end of the file"
            raise self._unwanted(f"A value is wanted here, not {shown}.", "Put texts between straight quotation marks.")
        self.at += len(word)
        return "" if word == "null" else word
