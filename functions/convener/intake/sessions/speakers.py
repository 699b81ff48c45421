"""Speakers: as a list of a structured file, or in one cell of a table. Where two people may be one, that is said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convener.intake.sessions.archive.lexicon import ORGANISATIONS, OTHERS, POST_NOMINALS, ROLES, TITLES
from convener.intake.sessions.lists import LONGEST_NAME, named_fields, parts_of
from convener.intake.sessions.nodes import Fields, Node, Text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import one_line, shortened
from convener.sessions.models import Speaker

MOST_SPEAKERS = 20
LONGEST_CELL = 6_000  # characters between two semicolons; a longer one is refused as it is
_IN_BRACKETS = re.compile(r"(?P<name>[^()]+?) ?\((?P<rest>[^()]+)\)$")
_BETWEEN_BRACKETS = re.compile(
    r"(?<=\))(?:\s*,(?:\s*and\s)?|\s+and\s|\s*&)\s*(?=[^(),]{1,200}\([^()]{1,400}\)\s*(?:,|and\s|&|$))"
)
_TOGETHER = re.compile(r"\s(?:and|&|/|\+)\s", re.IGNORECASE)
_NO_NAMES = ROLES | ORGANISATIONS | OTHERS | frozenset(word.lower() for word in POST_NOMINALS)
_WRITE = "Write “Name, role, organisation”, or the fields name, role and organisation."
_SEMICOLON = "If they are two people, put a semicolon between them."


def read_speakers(node: Node, findings: Findings) -> tuple[Speaker, ...]:
    """Each "Name, role, organisation" or "Name (role, organisation)", or fields of those names."""
    people = [person for part in parts_of(node) for person in _apart(part)]
    if len(people) > MOST_SPEAKERS:
        findings.fault(
            f"There are {len(people):,} speakers; {MOST_SPEAKERS} is the most.",
            "Name those who lead, and the others in the summary.",
            node.where,
        )
        return ()
    found = []
    for person in people:
        with findings.catching(person.where):
            found.append(_speaker_of(person, findings))
    return tuple(found)


def _apart(part: Text | Fields) -> Iterator[Text | Fields]:
    """“Ana (nurse), Ben (doctor)” are two, whatever is between them."""
    if isinstance(part, Fields) or len(part.value) > LONGEST_CELL:
        yield part
    else:
        yield from (Text(one.strip(), part.where) for one in _BETWEEN_BRACKETS.split(part.value) if one.strip())


def _speaker_of(part: Text | Fields, findings: Findings) -> Speaker:
    if isinstance(part, Fields):
        told = named_fields(part, ("name", "role", "organisation"), "speaker", _WRITE)
        return _speaker(told["name"], told["role"], told["organisation"])
    text = one_line(part.value, most=3 * LONGEST_NAME)
    name, _, rest = text.partition(",")
    if match := _IN_BRACKETS.match(text):
        name, rest = match["name"], match["rest"]
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    for doubt in _doubts(name.strip(), pieces):
        findings.warn(doubt, part.where)
    return _speaker(name, ", ".join(pieces[:-1]) or rest, pieces[-1] if len(pieces) > 1 else "")


def _doubts(name: str, pieces: list[str]) -> Iterator[str]:
    """What may be somebody else, or the other half of a name. The last of several is an organisation."""
    if _TOGETHER.search(name):
        yield f"“{shortened(name)}” was read as one person. {_SEMICOLON}"
    for piece in pieces[:-1] or pieces:
        if _like_a_name(re.sub(r"\([^()]*\)", " ", name)) and _like_a_name(piece):
            yield f"“{shortened(piece)}” was read as what {shortened(name)} does. {_SEMICOLON}"
        elif len(pieces) == 1 and _one_capital(name) and _one_capital(piece):
            yield (
                f"“{shortened(piece)}” was read as what {shortened(name)} does. "
                "If it is one person, write the first name first; if two, put a semicolon between them."
            )


def _like_a_name(text: str) -> bool:
    """Two or three words with capitals, none of which is a post or a subject: enough to ask, not to decide."""
    words = [word for word in text.split() if word.lower().strip(".") not in TITLES]
    low = {word.lower().strip(".") for word in words}
    return 2 <= len(words) <= 3 and all(word[:1].isupper() for word in words) and not low & _NO_NAMES


def _one_capital(text: str) -> bool:
    return text[:1].isupper() and not text.isupper() and " " not in text and text.lower().strip(".") not in _NO_NAMES


def _speaker(name: str, role: str, organisation: str) -> Speaker:
    told = [one_line(part, most=LONGEST_NAME).strip(" ,") for part in (name, role, organisation)]
    if not any(character.isalpha() for character in told[0]):
        raise ValidationError("There is a speaker without a name.", _WRITE)
    if told[0].islower() and set(told[0].split()) & ROLES:
        raise ValidationError(
            f"“{shortened(told[0])}” is what somebody does; here a name is wanted.",
            "Write “Name, role, organisation” as one text; in a list with [ ], put quotation marks around it.",
        )
    if any(part.count("(") != part.count(")") for part in told):
        raise ValidationError(
            f"Who does what is not clear in “{shortened(', '.join(part for part in told if part))}”.",
            "Write “Name, role, organisation”, with a semicolon between people.",
        )
    return Speaker(name=told[0], role=told[1], organisation=told[2])
