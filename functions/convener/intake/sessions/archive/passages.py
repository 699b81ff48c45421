"""The text of a session as passages of sentences, each of which knows its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convener.intake.sessions.archive.names import person_at, tokens
from convener.intake.sessions.archive.text import Line

_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’]? (?=[\"“‘]?[^\W\d_])")
_NO_END = re.compile(r"(?:^|[ (])(?:[A-Z]|Drs?|Profs?|Mrs?|Ms|Mx|St|Rev|Hon|No|vs|e\.g|i\.e)\.$")
_BULLET = re.compile(r"^(?:[-–—*+•·▪]|\d{1,2}[.)]) ")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines read as one run of words."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[Line, ...]
    announces: bool

    def line_at(self, offset: int) -> int:
        """The number of the line in which a character stands."""
        return self.lines[max(0, bisect_right(self.starts, offset) - 1)].number


def passages(groups: Sequence[Sequence[Line]], *, announces: bool) -> Iterator[Passage]:
    """One passage a paragraph. One that ends with a colon goes on in the next, as a list does."""
    pending: list[Line] = []
    for index, group in enumerate(groups):
        pending += group
        more = index + 1 < len(groups)
        if group and group[-1].text.endswith(":") and more and not announces:
            continue
        if pending:
            yield _joined(pending, announces)
        pending = []


def _joined(lines: Sequence[Line], announces: bool) -> Passage:  # noqa: FBT001 - a field of Passage
    text, starts, listing = "", [], False
    for line in lines:
        bullet = _BULLET.match(line.text)
        words = line.text[bullet.end() :] if bullet else line.text
        itemised = bool(bullet) or (listing and person_at(tokens(words), 0) is not None)
        text += (" • " if itemised else " ") if text else ""
        starts.append(len(text))
        text += words
        listing = listing or words.endswith(":")
    return Passage(text, tuple(starts), tuple(lines), announces)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Its sentences, each with the offset at which it begins."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if not _NO_END.search(text[start : match.start()]):
            yield start, text[start : match.start()]
            start = match.end()
    yield start, text[start:]
