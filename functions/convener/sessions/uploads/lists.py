"""Speakers and presentations: as lists of a structured file, or in one cell of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convener.sessions.archive.lexicon import ORGANISATIONS, ROLES
from convener.sessions.models import Presentation, Speaker
from convener.sessions.uploads.addresses import https_address
from convener.sessions.uploads.nodes import Fields, Items, Node, Text, is_empty
from convener.sessions.uploads.troubles import Findings, Wrong
from convener.sessions.uploads.words import one_line, shortened, without_unseen

MOST_SPEAKERS, MOST_PRESENTATIONS, LONGEST_NAME, LONGEST_TITLE = 20, 20, 200, 300
_IN_BRACKETS = re.compile(r"(?P<name>[^()]+?) ?\((?P<rest>.+)\)$")
_ADDRESS_AT_END = re.compile(r"(?P<title>.*?)[\s|]*(?P<url><?[a-z][a-z0-9+.-]*:\S+)$", re.IGNORECASE)
_LABELLED = {
    "speaker": "Write “Name, role, organisation”, or the fields name, role and organisation.",
    "presentation": "Write “Title | https://…”, or the fields title and url.",
}


def read_speakers(node: Node, findings: Findings) -> tuple[Speaker, ...]:
    """Each "Name, role, organisation" or "Name (role, organisation)", or fields of those names."""
    found = []
    for part in _parts(node):
        with findings.catching(part.where):
            found.append(_speaker_of(part, findings))
    if len(found) > MOST_SPEAKERS:
        findings.fault(
            f"There are {len(found)} speakers; {MOST_SPEAKERS} is the most.",
            "Name those who lead, and the others in the summary.",
            node.where,
        )
    return tuple(found)


def read_presentations(node: Node, findings: Findings) -> tuple[Presentation, ...]:
    """Each "Title | https://…" or an address alone, or the fields title and url."""
    found: dict[str, Presentation] = {}
    for part in _parts(node):
        with findings.catching(part.where):
            one = _presentation_of(part)
            if one.url in found:
                raise Wrong(f"The address {shortened(one.url)} is there twice.", "Take one of the two out.")
            found[one.url] = one
    if len(found) > MOST_PRESENTATIONS:
        findings.fault(
            f"There are {len(found)} presentations; {MOST_PRESENTATIONS} is the most.",
            "Put them into one file or folder, and give its address.",
            node.where,
        )
    return tuple(found.values())


def _parts(node: Node) -> Iterator[Text | Fields]:
    """One for each person or talk. In a text they are separated by semicolons or line breaks."""
    match node:
        case Text():
            for part in re.split(r"[;\n]", without_unseen(node.value)):
                if part.strip(" \t•*-–"):
                    yield Text(part.strip().removeprefix("•").removeprefix("- ").strip(), node.where)
        case Items():
            for item in node.items:
                yield from _parts(item) if not is_empty(item) else ()
        case Fields():
            yield node


def _speaker_of(part: Text | Fields, findings: Findings) -> Speaker:
    if isinstance(part, Fields):
        told = _named(part, ("name", "role", "organisation"), "speaker")
        return _speaker(told["name"], told["role"], told["organisation"])
    text = one_line(part.value, most=3 * LONGEST_NAME)
    name, _, rest = text.partition(",")
    if match := _IN_BRACKETS.match(text):
        name, rest = match["name"], match["rest"]
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    if len(pieces) == 1 and _like_a_name(name) and _like_a_name(pieces[0]):
        findings.warn(
            f"“{shortened(pieces[0])}” was read as what {shortened(name.strip())} does. "
            "If they are two people, put a semicolon between them.",
            part.where,
        )
    return _speaker(name, ", ".join(pieces[:-1]) or rest, pieces[-1] if len(pieces) > 1 else "")


def _like_a_name(text: str) -> bool:
    """Two or three words with capitals, none of which is a post: enough to ask, not to decide."""
    words = text.split()
    low = {word.lower().strip(".") for word in words}
    return 2 <= len(words) <= 3 and all(word[:1].isupper() for word in words) and not low & (ROLES | ORGANISATIONS)


def _speaker(name: str, role: str, organisation: str) -> Speaker:
    told = [one_line(part, most=LONGEST_NAME) for part in (name, role, organisation)]
    if not any(character.isalpha() for character in told[0]):
        raise Wrong("There is a speaker without a name.", _LABELLED["speaker"])
    return Speaker(name=told[0].strip(" ,"), role=told[1].strip(" ,"), organisation=told[2].strip(" ,"))


def _presentation_of(part: Text | Fields) -> Presentation:
    if isinstance(part, Fields):
        told = _named(part, ("title", "url"), "presentation")
        return _presentation(told["title"], told["url"])
    title, bar, url = part.value.rpartition("|")
    if not bar and (match := _ADDRESS_AT_END.match(part.value)):
        title, url = match["title"], match["url"]
    elif not bar:
        title, url = "", part.value
    return _presentation(title, url)


def _presentation(title: str, url: str) -> Presentation:
    if not url.strip():
        raise Wrong(f"The presentation “{shortened(title)}” has no address.", _LABELLED["presentation"])
    told = one_line(title, most=LONGEST_TITLE).strip(" |:–—-")
    return Presentation(title=told or "Presentation", url=https_address(url))


def _named(part: Fields, names: tuple[str, ...], what: str) -> dict[str, str]:
    told = dict.fromkeys(names, "")
    for key, value in part.entries:
        name = key.value.strip().lower().replace("organization", "organisation")
        if name not in names:
            raise Wrong(f"A {what} has no field “{shortened(key.value)}”.", _LABELLED[what], key.where)
        if not isinstance(value, Text):
            raise Wrong(f"The {what}’s {name} should be one text.", _LABELLED[what], key.where)
        if told[name]:
            raise Wrong(f"The {what} has two fields “{name}”.", "Take one of the two out.", key.where)
        told[name] = value.value
    return told
