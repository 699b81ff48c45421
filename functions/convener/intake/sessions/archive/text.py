"""The text of an archive page as clean lines, and the text of a session as passages of sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convener.errors import BadInput
from convener.intake.files.decoding import INVISIBLE
from convener.intake.sessions.archive.names import person_at, tokens

SAVE_AS_TEXT = "Save the page as plain text (.txt, UTF-8) and give that file."
_LINE_END = re.compile("\r\n|\r|\n|\v|\x85|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
# Joiners hold emoji and the letters of some scripts together; next to ASCII they have no effect.
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’]? (?=[\"“‘]?[^\W\d_])")
_ABBREVIATION = re.compile(r"(?:^|[ (])(?:[A-Z]|Drs?|Profs?|Mrs?|Ms|Mx|St|Rev|Hon|No|vs|e\.g|i\.e)\.$")
_BULLET = re.compile(r"^(?:[-–—*+•·▪]|\d{1,2}[.)]) ")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without doubled or surrounding spaces. `number` counts from 1, as editors do."""

    number: int
    text: str


def read_lines(text: str, *, name: str) -> list[Line]:
    """Return the clean lines of a text. Raises BadInput, with the name of the file, where all of them are empty."""
    lines = [Line(number, clean(line)) for number, line in enumerate(_LINE_END.split(text), start=1)]
    if not any(line.text for line in lines):
        raise BadInput(f"{name}: the file holds nothing but spaces. {SAVE_AS_TEXT}")
    return lines


def clean(text: str) -> str:
    """Return the same words with single plain spaces between them, without invisible characters."""
    return _SPACES.sub(" ", _STRAY_JOINER.sub("", INVISIBLE.sub("", text))).strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that are read as one text.

    Args:
        text: The words of all lines. A bullet stands as " • " before each item of a list.
        starts: The offset in the text at which each line begins.
        lines: The lines.
        announces: Whether the lines announce material: "Watch the recording …".
    """

    text: str
    starts: tuple[int, ...]
    lines: tuple[Line, ...]
    announces: bool

    def line_at(self, offset: int) -> int:
        """Return the number of the line in which the character at an offset stands."""
        return self.lines[max(0, bisect_right(self.starts, offset) - 1)].number


def passages(groups: Sequence[Sequence[Line]], *, announces: bool) -> Iterator[Passage]:
    """Yield a passage for each paragraph. A paragraph that ends with a colon takes in the next one, which is a list."""
    pending: list[Line] = []
    for index, group in enumerate(groups):
        pending += group
        more = index + 1 < len(groups)
        if group and group[-1].text.endswith(":") and more and not announces:
            continue
        if pending:
            yield _joined(pending, announces=announces)
        pending = []


def _joined(lines: Sequence[Line], *, announces: bool) -> Passage:
    text, starts, after_colon = "", [], False
    for line in lines:
        bullet = _BULLET.match(line.text)
        words = line.text[bullet.end() :] if bullet else line.text
        is_item = bool(bullet) or (after_colon and person_at(tokens(words), 0) is not None)
        text += (" • " if is_item else " ") if text else ""
        starts.append(len(text))
        text += words
        after_colon = after_colon or words.endswith(":")
    return Passage(text, tuple(starts), tuple(lines), announces)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence of a text with the offset at which it begins."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[start : match.start()]):
            yield start, text[start : match.start()]
            start = match.end()
    yield start, text[start:]
