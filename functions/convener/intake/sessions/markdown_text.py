"""Markdown with front matter: the fields of one session between two lines of ---, and its summary below them."""

from __future__ import annotations

import re

from convener.intake.sessions.field_names import NAMES
from convener.intake.sessions.outline import Fields, Items, Node, Text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.yaml_text import read_yaml
from convener.sessions.session_updates import SourceLocation

_SHAPE = "Begin the file with a line ---, then “month: 2024-04” and other facts, another line ---, then the summary."


def read_markdown(text: str, findings: Findings) -> Node:
    """Return the fields of the front matter, with the body as the summary. Raises ValidationError."""
    lines = re.split(r"\r\n|\r|\n", text)
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None or lines[first].rstrip() != "---":
        raise ValidationError("The facts about the session are missing.", _SHAPE, SourceLocation(line=(first or 0) + 1))
    last = next((n for n in range(first + 1, len(lines)) if lines[n].rstrip() in ("---", "...")), None)
    if last is None:
        raise ValidationError("The line --- that ends the facts is missing.", _SHAPE, SourceLocation(line=first + 1))
    node = read_yaml("\n".join(lines[first + 1 : last]), findings, first_line=first + 2)
    return _with_summary(node, lines, last, findings)


def _with_summary(node: Node | None, lines: list[str], last: int, findings: Findings) -> Node:
    """Return the front matter with the lines after index `last` as its summary."""
    if isinstance(node, Items) and len(node.items) == 1:
        node = node.items[0]
    if not isinstance(node, Fields) or any(key.value.strip().lower() == "sessions" for key, _ in node.entries):
        raise ValidationError("A Markdown file tells of one session.", _SHAPE, SourceLocation(line=1))
    body = "\n".join(lines[last + 1 :])
    begins = next((n for n in range(last + 1, len(lines)) if lines[n].strip()), None)
    if begins is None:
        return node
    where = SourceLocation(line=begins + 1, field="summary")
    if any(NAMES.field_of(key.value) == "summary" for key, _ in node.entries):
        findings.fault("The summary is told twice: among the facts, and below them.", "Keep one of the two.", where)
        return node
    return Fields([*node.entries, (Text("summary", where), Text(body, where))], node.where)
