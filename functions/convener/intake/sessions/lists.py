"""Lists of a structured file, or several things in one cell of a table. Presentations; speakers have their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convener.intake.sessions.addresses import https_address
from convener.intake.sessions.nodes import Fields, Items, Node, Text, is_empty
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import one_line, shortened, without_unseen
from convener.sessions.models import Presentation

MOST_PRESENTATIONS, LONGEST_NAME, LONGEST_TITLE = 20, 200, 300
_ADDRESS_AT_END = re.compile(r"(?P<title>.*?)[\s|]*(?P<url><?[a-z][a-z0-9+.-]*:\S+)$", re.IGNORECASE)
LONGEST_PART = 3_000  # characters
_WRITE = "Write “Title | https://…”, or the fields title and url."


def read_presentations(node: Node, findings: Findings) -> tuple[Presentation, ...]:
    """Each "Title | https://…" or an address alone, or the fields title and url."""
    parts = list(parts_of(node))
    if len(parts) > MOST_PRESENTATIONS:
        findings.fault(
            f"There are {len(parts):,} presentations; {MOST_PRESENTATIONS} is the most.",
            "Put them into one file or folder, and give its address.",
            node.where,
        )
        return ()
    found: dict[str, Presentation] = {}
    for part in parts:
        with findings.catching(part.where):
            one = _presentation_of(part)
            if one.url in found:
                raise ValidationError(f"The address {shortened(one.url)} is there twice.", "Take one of the two out.")
            found[one.url] = one
    return tuple(found.values())


def parts_of(node: Node) -> Iterator[Text | Fields]:
    """One for each person or talk. In a text they are separated by semicolons or line breaks."""
    match node:
        case Text():
            for part in re.split(r"[;\n]", without_unseen(node.value)):
                if part.strip(" \t•*-–"):
                    yield Text(part.strip().removeprefix("•").removeprefix("- ").strip(), node.where)
        case Items():
            for item in node.items:
                yield from parts_of(item) if not is_empty(item) else ()
        case Fields():
            yield node


def _presentation_of(part: Text | Fields) -> Presentation:
    if isinstance(part, Fields):
        told = named_fields(part, ("title", "url"), "presentation", _WRITE)
        return _presentation(told["title"], told["url"])
    if len(part.value) > LONGEST_PART:
        raise ValidationError(f"“{shortened(part.value)}” is far too long for a title and an address.", _WRITE)
    title, bar, url = part.value.rpartition("|")
    if not bar and (match := _ADDRESS_AT_END.match(part.value)):
        title, url = match["title"], match["url"]
    elif not bar:
        title, url = "", part.value
    return _presentation(title, url)


def _presentation(title: str, url: str) -> Presentation:
    if not url.strip():
        raise ValidationError(f"The presentation “{shortened(title)}” has no address.", _WRITE)
    told = one_line(title, most=LONGEST_TITLE).strip(" |:–—-")
    return Presentation(title=told or "Presentation", url=https_address(url))


def named_fields(part: Fields, names: tuple[str, ...], what: str, mend: str) -> dict[str, str]:
    """Their texts; empty where one is not there. Raises Wrong for other fields, and for one that is there twice."""
    told = dict.fromkeys(names, "")
    for key, value in part.entries:
        name = key.value.strip().lower().replace("organization", "organisation")
        if name not in names:
            raise ValidationError(f"A {what} has no field “{shortened(key.value)}”.", mend, key.where)
        if not isinstance(value, Text):
            raise ValidationError(f"The {what}’s {name} should be one text.", mend, key.where)
        if told[name]:
            raise ValidationError(f"The {what} has two fields “{name}”.", "Take one of the two out.", key.where)
        told[name] = value.value
    return told
