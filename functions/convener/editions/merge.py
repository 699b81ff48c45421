"""Merge fields are plain substitution, escaped for where they land. Standard library only: deliver uses it."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Mapping
from functools import partial

from convener.editions.formatting import one_line, without_controls
from convener.editions.models import CLOSE, OPEN, Content, mark_free

WIDTH = 72
_MARK = re.compile(f"{OPEN}([a-z_]+){CLOSE}")
# A paragraph, or a block, that holds nothing but one field: it goes when the field is empty, and leaves no gap.
_ALONE = re.compile(rf"<(p|div|span)\b[^<>]*>\s*{OPEN}([a-z_]+){CLOSE}\s*</\1>")


def fill(content: Content, values: Mapping[str, str]) -> Content:
    """The mail of one reader. Values are plain text, whatever they look like; an empty one leaves no hole.

    Raises KeyError where the content has a field that `values` lacks.
    """
    clean = {name: without_controls(mark_free(value)) for name, value in values.items()}
    escaped = {name: html.escape(value) for name, value in clean.items()}
    return Content(
        subject=one_line(_MARK.sub(lambda found: clean[found[1]], content.subject)),
        text=_fill_text(content.text, clean),
        html=_MARK.sub(lambda found: escaped[found[1]], _ALONE.sub(partial(_or_nothing, escaped), content.html)),
        calendar=content.calendar,
    )


def _or_nothing(values: Mapping[str, str], found: re.Match[str]) -> str:
    return found[0] if values[found[2]] else ""


def _fill_text(text: str, values: Mapping[str, str]) -> str:
    """A line that its fields leave empty goes, and one of the empty lines around it; one that grew too long wraps."""
    lines: list[str] = []
    swallow = False
    for line in text.split("\n"):
        filled = _MARK.sub(lambda found: values[found[1]], line)
        if swallow and not line.strip():
            swallow = False
            continue
        swallow = False
        if filled == line:
            lines.append(line)
        elif filled.strip():
            lines += _wrapped(filled)
        else:
            swallow = not lines or not lines[-1].strip()
    return "\n".join(lines)


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)
