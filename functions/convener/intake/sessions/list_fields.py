"""Fields that hold several things: speakers and presentations, as a list of a structured file or as one text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convener.intake.files.decoding import plain_text, shortened
from convener.intake.sessions.archive.lexicon import ORGANISATIONS, OTHERS, POST_NOMINALS, ROLES, TITLES
from convener.intake.sessions.outline import Fields, Items, Node, Text, is_empty
from convener.intake.sessions.typed_text import https_address, one_line
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.models import Presentation, Speaker

MAX_PRESENTATIONS, MAX_SPEAKERS = 20, 20
MAX_NAME_CHARACTERS, MAX_TITLE_CHARACTERS = 200, 300
MAX_PRESENTATION_CHARACTERS = 3_000
"""Characters of a title with its address."""
MAX_SPLIT_CHARACTERS = 6_000
"""Characters between two semicolons in which several speakers are looked for; a longer text is refused later."""
_ADDRESS_AT_END = re.compile(r"(?P<title>.*?)[\s|]*(?P<url><?[a-z][a-z0-9+.-]*:\S+)$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?P<name>[^()]+?) ?\((?P<rest>[^()]+)\)$")
_BETWEEN_BRACKETS = re.compile(
    r"(?<=\))(?:\s*,(?:\s*and\s)?|\s+and\s|\s*&)\s*(?=[^(),]{1,200}\([^()]{1,400}\)\s*(?:,|and\s|&|$))"
)
_CONJUNCTION = re.compile(r"\s(?:and|&|/|\+)\s", re.IGNORECASE)
_NO_NAMES = ROLES | ORGANISATIONS | OTHERS | frozenset(word.lower() for word in POST_NOMINALS)
_WRITE_PRESENTATION = "Write “Title | https://…”, or the fields title and url."
_WRITE_SPEAKER = "Write “Name, role, organisation”, or the fields name, role and organisation."
_SEMICOLON = "If they are two people, put a semicolon between them."


def _parts_of(node: Node) -> Iterator[Text | Fields]:
    """Yield a part for each speaker or presentation. In a text they are separated by semicolons or line breaks."""
    match node:
        case Text():
            for part in re.split(r"[;\n]", plain_text(node.value)):
                if part.strip(" \t•*-–"):
                    yield Text(part.strip().removeprefix("•").removeprefix("- ").strip(), node.where)
        case Items():
            for item in node.items:
                yield from _parts_of(item) if not is_empty(item) else ()
        case Fields():
            yield node


def _named_texts(part: Fields, names: tuple[str, ...], kind: str, mend: str) -> dict[str, str]:
    """Return the texts of the named fields, empty where a field is missing.

    Raises ValidationError for any other field, for a field that is no text, and for a field that is there twice.
    `kind` is the word for the part in messages.
    """
    texts = dict.fromkeys(names, "")
    for key, value in part.entries:
        name = key.value.strip().lower().replace("organization", "organisation")
        if name not in names:
            raise ValidationError(f"A {kind} has no field “{shortened(key.value)}”.", mend, key.where)
        if not isinstance(value, Text):
            raise ValidationError(f"The {kind}’s {name} should be one text.", mend, key.where)
        if texts[name]:
            raise ValidationError(f"The {kind} has two fields “{name}”.", "Take one of the two out.", key.where)
        texts[name] = value.value
    return texts


def read_presentations(node: Node, findings: Findings) -> tuple[Presentation, ...]:
    """Return the presentations of a field. Faults go to the findings.

    Each presentation is written as "Title | https://…", as an address alone, or with the fields title and url.
    """
    parts = list(_parts_of(node))
    if len(parts) > MAX_PRESENTATIONS:
        findings.fault(
            f"There are {len(parts):,} presentations; {MAX_PRESENTATIONS} is the most.",
            "Put them into one file or folder, and give its address.",
            node.where,
        )
        return ()
    by_address: dict[str, Presentation] = {}
    for part in parts:
        with findings.catching(part.where):
            presentation = _presentation_of(part)
            if presentation.url in by_address:
                raise ValidationError(
                    f"The address {shortened(presentation.url)} is there twice.", "Take one of the two out."
                )
            by_address[presentation.url] = presentation
    return tuple(by_address.values())


def _presentation_of(part: Text | Fields) -> Presentation:
    if isinstance(part, Fields):
        texts = _named_texts(part, ("title", "url"), "presentation", _WRITE_PRESENTATION)
        return _presentation(texts["title"], texts["url"])
    if len(part.value) > MAX_PRESENTATION_CHARACTERS:
        raise ValidationError(
            f"“{shortened(part.value)}” is far too long for a title and an address.", _WRITE_PRESENTATION
        )
    title, bar, url = part.value.rpartition("|")
    if not bar and (match := _ADDRESS_AT_END.match(part.value)):
        title, url = match["title"], match["url"]
    elif not bar:
        title, url = "", part.value
    return _presentation(title, url)


def _presentation(title: str, url: str) -> Presentation:
    if not url.strip():
        raise ValidationError(f"The presentation “{shortened(title)}” has no address.", _WRITE_PRESENTATION)
    plain = one_line(title, max_characters=MAX_TITLE_CHARACTERS).strip(" |:–—-")
    return Presentation(title=plain or "Presentation", url=https_address(url))


def read_speakers(node: Node, findings: Findings) -> tuple[Speaker, ...]:
    """Return the speakers of a field. Faults and warnings go to the findings.

    Each speaker is written as "Name, role, organisation", as "Name (role, organisation)", or with the fields name,
    role and organisation. A warning says where two people may have been read as one.
    """
    people = [person for part in _parts_of(node) for person in _split_at_brackets(part)]
    if len(people) > MAX_SPEAKERS:
        findings.fault(
            f"There are {len(people):,} speakers; {MAX_SPEAKERS} is the most.",
            "Name those who lead, and the others in the summary.",
            node.where,
        )
        return ()
    speakers = []
    for person in people:
        with findings.catching(person.where):
            speakers.append(_speaker_of(person, findings))
    return tuple(speakers)


def _split_at_brackets(part: Text | Fields) -> Iterator[Text | Fields]:
    """Yield “Ana (nurse)” and “Ben (doctor)” of “Ana (nurse), Ben (doctor)”; any other part as it is."""
    if isinstance(part, Fields) or len(part.value) > MAX_SPLIT_CHARACTERS:
        yield part
    else:
        yield from (Text(text.strip(), part.where) for text in _BETWEEN_BRACKETS.split(part.value) if text.strip())


def _speaker_of(part: Text | Fields, findings: Findings) -> Speaker:
    if isinstance(part, Fields):
        texts = _named_texts(part, ("name", "role", "organisation"), "speaker", _WRITE_SPEAKER)
        return _speaker(texts["name"], texts["role"], texts["organisation"])
    text = one_line(part.value, max_characters=3 * MAX_NAME_CHARACTERS)
    name, _, rest = text.partition(",")
    if match := _IN_BRACKETS.match(text):
        name, rest = match["name"], match["rest"]
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    for warning in _warnings(name.strip(), pieces):
        findings.warn(warning, part.where)
    return _speaker(name, ", ".join(pieces[:-1]) or rest, pieces[-1] if len(pieces) > 1 else "")


def _warnings(name: str, pieces: list[str]) -> Iterator[str]:
    """Warn of words that may be another person, or the other half of a name.

    The last of several pieces is an organisation, so it is not looked at.
    """
    if _CONJUNCTION.search(name):
        yield f"“{shortened(name)}” was read as one person. {_SEMICOLON}"
    for piece in pieces[:-1] or pieces:
        if _like_a_name(re.sub(r"\([^()]*\)", " ", name)) and _like_a_name(piece):
            yield f"“{shortened(piece)}” was read as what {shortened(name)} does. {_SEMICOLON}"
        elif len(pieces) == 1 and _is_capitalised_word(name) and _is_capitalised_word(piece):
            yield (
                f"“{shortened(piece)}” was read as what {shortened(name)} does. "
                "If it is one person, write the first name first; if two, put a semicolon between them."
            )


def _like_a_name(text: str) -> bool:
    """Return whether a text is two or three capitalised words, none of them a post or a subject.

    That is enough to warn, and not enough to decide.
    """
    words = [word for word in text.split() if word.lower().strip(".") not in TITLES]
    low = {word.lower().strip(".") for word in words}
    return 2 <= len(words) <= 3 and all(word[:1].isupper() for word in words) and not low & _NO_NAMES


def _is_capitalised_word(text: str) -> bool:
    return text[:1].isupper() and not text.isupper() and " " not in text and text.lower().strip(".") not in _NO_NAMES


def _speaker(name: str, role: str, organisation: str) -> Speaker:
    parts = [one_line(part, max_characters=MAX_NAME_CHARACTERS).strip(" ,") for part in (name, role, organisation)]
    if not any(character.isalpha() for character in parts[0]):
        raise ValidationError("There is a speaker without a name.", _WRITE_SPEAKER)
    if parts[0].islower() and set(parts[0].split()) & ROLES:
        raise ValidationError(
            f"“{shortened(parts[0])}” is what somebody does; here a name is wanted.",
            "Write “Name, role, organisation” as one text; in a list with [ ], put quotation marks around it.",
        )
    if any(part.count("(") != part.count(")") for part in parts):
        raise ValidationError(
            f"Who does what is not clear in “{shortened(', '.join(part for part in parts if part))}”.",
            "Write “Name, role, organisation”, with a semicolon between people.",
        )
    return Speaker(name=parts[0], role=parts[1], organisation=parts[2])
