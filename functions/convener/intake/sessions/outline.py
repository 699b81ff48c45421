"""From the outline of a structured file to drafts: one session, a list of them, or `sessions:` with a list."""

from __future__ import annotations

from collections.abc import Iterator

from convener.intake.sessions.headings import Names
from convener.intake.sessions.nodes import Draft, Fields, Items, Node, Text, is_empty
from convener.intake.sessions.validation import Findings, ValidationError

_SHAPE = (
    "Write “month: 2024-04” and “title: …” below each other (a space after each colon), or a list of such sessions."
)


def read_outline(node: Node | None, findings: Findings) -> list[Draft]:
    """A draft for each session. Raises Wrong where there are none."""
    if node is None or is_empty(node):
        raise ValidationError("There is no session in the file.", _SHAPE)
    return [draft for item in _sessions(node, findings) if (draft := _draft(item, findings))]


def _sessions(node: Node, findings: Findings) -> Iterator[Node]:
    match node:
        case Text():
            raise ValidationError("The file is one text, without fields.", _SHAPE, node.where)
        case Items():
            yield from node.items
        case Fields():
            lists = [value for key, value in node.entries if key.value.strip().lower() == "sessions"]
            if not lists:
                yield node
                return
            _refuse_beside(node, findings)
            for value in lists:
                yield from value.items if isinstance(value, Items) else (value,)


def _refuse_beside(node: Fields, findings: Findings) -> None:
    """`sessions:` stands alone, once: what lies beside it would belong to no session."""
    seen = False
    for key, _ in node.entries:
        if key.value.strip().lower() != "sessions":
            findings.fault(f"“{key.value[:60]}” stands outside the sessions.", "Move it into its session.", key.where)
        elif seen:
            findings.fault("“sessions” is there twice.", "Put all sessions into one list.", key.where)
        seen = seen or key.value.strip().lower() == "sessions"


def _draft(item: Node, findings: Findings) -> Draft | None:
    if is_empty(item):
        return None
    if not isinstance(item, Fields):
        findings.fault("Here is a text or a list where a session is wanted.", _SHAPE, item.where)
        return None
    names = Names("field")
    draft = Draft({}, item.where)
    for key, value in item.entries:
        if findings.full:
            break
        with findings.catching(key.where):
            draft.fields[names.take(key.value)] = value
    return draft
