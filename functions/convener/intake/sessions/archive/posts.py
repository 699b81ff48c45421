"""Dividing the phrases about a person into role and organisation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convener.intake.sessions.archive import lexicon

_ARTICLE = re.compile(r"^(?:and )?(?:an?|the|our|its|their) ")
_PREPOSITION = re.compile(r"\b(?:of|for|at|in|from|on|to|with|who|whose|behind|and|&)\b")
_AT = re.compile(r"^(?P<role>.*?)(?:^| )(?P<link>at|from) (?:the )?(?P<place>[^a-z ].*?)(?P<more> and [a-z].*)?$")
_OF = re.compile(r"^(?P<role>[\w’'-]+(?: [\w’'-]+)?) (?:of|with) (?:the )?(?P<place>[^a-z ].*)$")
_OF_WHICH = re.compile(r"^of (?:the )?(?P<place>[^a-z ].*)$")
_PREPOSITIONS = ("of", "for", "at", "in", "on", "to", "and")
_SMALL_WORDS = lexicon.words_of("of for and the in on at & to de la du")


@dataclass(frozen=True, slots=True)
class Post:
    """A role and an organisation. Each may be empty."""

    role: str = ""
    organisation: str = ""


def is_plural(words: str) -> bool:
    """Return whether a phrase is about several people: "nurses at X", "founders of Y"."""
    head = _PREPOSITION.split(words, maxsplit=1)[0].split()
    return bool(head) and not _ARTICLE.match(words) and _plural(head[-1])


def is_thing(words: str) -> bool:
    """Return whether a phrase says what a work or a body is: "a book by X"."""
    head = _PREPOSITION.split(re.split(r"\bby\b", _ARTICLE.sub("", words))[0], maxsplit=1)[0].split()
    return bool(head) and head[-1] in lexicon.THINGS


def is_human(words: str) -> bool:
    """Return whether a phrase in the plural is about people: "nurses at X", and not "groups that meet"."""
    head = _PREPOSITION.split(words, maxsplit=1)[0].lower().replace(",", "").split()
    relations = ("people", "women", "men", "midwives", "sisters", "brothers", "pupils", "parents", "farmers")
    if not words[:1].islower() or not head or not _plural(head[-1]):
        return False
    return head[-1] in relations or head[-1].removesuffix("s") in lexicon.ROLES


def is_organisation(words: str) -> bool:
    """Return whether a phrase is the name of an organisation.

    Its words are capitalised, and it has a word or the form of an organisation.
    """
    parts = words.split()
    if (
        not parts
        or parts[0] in _PREPOSITIONS
        or not all(part[:1].isupper() or part[:1].isdigit() or part.lower() in _SMALL_WORDS for part in parts)
    ):
        return False
    if not parts[-1][:1].isupper() and not parts[-1][:1].isdigit():
        return False
    if parts[0] == "The" or any(len(part) > 1 and part.isupper() for part in parts):
        return True
    return any(part.lower().replace("’", "'") in lexicon.ORGANISATIONS for part in parts)


def post(attributes: Sequence[str], *, several: bool = False) -> Post:
    """Return the role and the organisation of one person, or of each of several people (`several`)."""
    roles: list[str] = []
    organisation = ""
    for attribute in attributes:
        words = re.split(r" who\b", attribute)[0].strip()
        if set(words.split()) <= lexicon.POST_NOMINALS:
            roles.append(words)
            continue
        if not organisation and _is_place(words, alone=bool(roles)):
            organisation = words
            continue
        role, place = _divide(words)
        if place and not organisation:
            words, organisation = role, place
        if words:
            roles.append(words if words.startswith("and ") else _ARTICLE.sub("", words))
    if several:
        roles = [_singular(role) for role in roles]
    return Post(_plain(roles), organisation)


def group_post(words: str) -> Post:
    """Return what "Physiotherapists from X – A, B and C –" says of each person. The role only where it is certain."""
    found = post([words], several=True)
    head = found.role.lower().split()[-1:] or [""]
    sure = head[0] in lexicon.ROLES or head[0].endswith(("ist", "ian", "ician"))
    return found if sure else Post("", found.organisation)


def _is_place(words: str, *, alone: bool) -> bool:
    if not is_organisation(words):
        return False
    parts = [part.lower() for part in words.split()]
    head = _PREPOSITION.split(words, maxsplit=1)[0].split()
    is_role = bool(head) and head[-1].lower() in lexicon.ROLES
    return not is_role and (alone or len(parts) > 1 or words.isupper())


def _divide(words: str) -> tuple[str, str]:
    if (match := _AT.match(words)) and (match["link"] == "at" or " " in match["place"] or match["place"].isupper()):
        return match["role"].strip() + (match["more"] or ""), match["place"].strip()
    if (match := _OF_WHICH.match(words)) and is_organisation(match["place"]):
        return "", match["place"]
    if (match := _OF.match(words)) and _is_institution(match["place"]) and not re.search(r"\band\b", match["role"]):
        return match["role"], match["place"]
    return words, ""


def _is_institution(place: str) -> bool:
    """Return whether X in "head of X" is where a person works: no subject, no book, and no other role."""
    parts = [part.lower() for part in place.split()]
    strong = any(part in lexicon.ORGANISATIONS - lexicon.SUBJECTS_TOO for part in parts)
    acronym = len(parts) == 1 and len(place) > 1 and place.isupper()
    return is_organisation(place) and (strong or acronym) and ":" not in place and not set(parts) & lexicon.ROLES


def _plain(roles: Sequence[str]) -> str:
    text = ", ".join(role for role in roles if role)
    return re.sub(r"(?<!,) and$", "", _ARTICLE.sub("", text)).strip(" ,")


def _plural(word: str) -> bool:
    low = word.lower()
    return low in ("midwives", "people", "women", "men") or (
        low.endswith("s") and not low.endswith(("ss", "us", "is", "ics"))
    )


def _singular(role: str) -> str:
    """Return the singular: "founder of X" for "founders of X". Empty where several people share several roles."""
    if re.search(r"\band\b|&", _PREPOSITION.split(role, maxsplit=1)[0]) or re.match(r"^[\w -]+ and ", role):
        return ""
    head = _PREPOSITION.split(role, maxsplit=1)[0].rstrip()
    if not _plural(head.split()[-1] if head else "x"):
        return role
    single = re.sub(r"wives$", "wife", head) if head.endswith("wives") else head.removesuffix("s")
    return single[:1].lower() + single[1:] + role[len(head) :]
