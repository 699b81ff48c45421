"""What YAML's reader complains about, as an editor would say it."""

from __future__ import annotations

import re
from typing import Any

_QUOTE = "Put quotation marks around the whole text after the field's name and colon."
_WORDS = (
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
_INDENTED = re.compile(r"\s+[\w-]+$")
_CURLY = ("The quotation marks around this text are curly, and YAML takes those for letters.",
          'Type straight ones (") around the whole text.')  # fmt: skip
_BRACKET = ("A text that begins with [ or { is a list or a group of fields in YAML.", _QUOTE)
_TOO_FAR_IN = ("This line begins further in than the one above it.", "Begin both right below each other.")
_AT_THE_BEGINNING = ("found unexpected end of stream", "could not find expected ':'")
"""What is noticed long after the place that an editor has to look at."""
_ELSE = ("This can't be read as YAML.", "Check spaces and quotation marks here, and compare it with the example file.")


def in_words(error: Any, text: str) -> tuple[str, str, int | None, int | None]:
    """What is wrong, how to mend it, its line from 0 and its character from 1 (None where YAML doesn't say)."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    if any(part in said for part in _AT_THE_BEGINNING):
        mark = getattr(error, "context_mark", None) or mark
    told, mend = next(((told, mend) for part, told, mend in _WORDS if part in said), _ELSE)
    if mark is None:
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) if isinstance(position, int) else None
        return told, mend, line, None
    lines = re.split(r"\r\n|\r|\n", text)
    number = min(mark.line, len(lines) - 1)
    value = lines[number].partition(":")[2].strip()
    if "mapping values" in said and value.startswith(("“", "”", "„", "‘", "’")):
        told, mend = _CURLY
    elif "but found" in said and value.startswith(("[", "{")):
        told, mend = _BRACKET
    elif "mapping values" in said and _INDENTED.match(lines[number][: mark.column]):
        told, mend = _TOO_FAR_IN
    return told, mend, number, mark.column + 1
