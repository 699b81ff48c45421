"""Lines that announce insights, a recording, slides or a link to join. Such a line is not part of the summary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from convener.intake.sessions.archive.links import links, spell_out


class AnnouncementType(StrEnum):
    """The material that a line points to."""

    INSIGHTS = "insights"
    RECORDING = "recording"
    PRESENTATION = "presentation"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a line that announces: "Download the insights" of "Download the insights and watch the recording".

    `doubt` says why the clause does not count; empty where it counts.
    """

    kind: AnnouncementType
    text: str
    doubt: str = ""


_LEAD = r"(?:(?:please|now|also|then|here|you (?:can|may)(?: also| now)*|click (?:here )?to|to|and|or)[ ,]+)*"
_WATCH = r"(?:re-?)?watch|listen(?: again)?(?: to)?|replay|catch up(?: on| with)?"
_FETCH = r"download|access|view"
_LOOK = r"read|see|get|find|open|browse|look at|click (?:here )?for"
_VERB = rf"{_WATCH}|{_FETCH}|{_LOOK}"
# A word begins and ends with a letter. If a dash could be part of a word and also stand between words, a row of dashes
# would take exponential time.
_WORD = r"\w(?:[\w’'&+-]*\w)?"
_NEAR = rf"\W+(?:{_WORD}\W+){{0,7}}?"
_INSIGHTS = (
    r"(?:insights?|summar(?:y|ies)|notes|write-?ups?|take-?aways?|highlights|key (?:points|messages|themes|learning))\b"
)
_RECORDING = r"(?:recordings?|videos?|films?|footage|podcasts?|replay)\b"
_TALK = r"(?:conversation|presentation|talk|session|webinar|meeting|event|discussion|lecture|interview)s?\b"
_SLIDES = r"(?:presentations?|slides?|slide ?decks?|handouts?)\b"
_PLACES = (
    r"(?:\bbelow\b|\bhere\b|://|\bagain\b|of (?:the|this|our) (?:conversation|session|meeting|event|talk|discussion)\b)"
)
_BARE = r"(?:\W+(?:it|this|again|back|online|here|below|now|in full))*\W*(?:\w+://\S*\W*)?$"

_RULES = tuple(
    (re.compile(rf"{_LEAD}(?:{pattern})", re.IGNORECASE), kind)
    for pattern, kind in (
        (rf"(?:{_WATCH}){_NEAR}(?:{_RECORDING}|{_TALK})", AnnouncementType.RECORDING),
        (rf"(?:{_WATCH})\b{_BARE}", AnnouncementType.RECORDING),
        (rf"(?:{_FETCH}){_NEAR}{_INSIGHTS}", AnnouncementType.INSIGHTS),
        (rf"(?:{_FETCH}|{_LOOK}){_NEAR}{_RECORDING}(?=.*{_PLACES})", AnnouncementType.RECORDING),
        (rf"(?:{_FETCH}){_NEAR}{_RECORDING}", AnnouncementType.RECORDING),
        (
            rf"(?:{_LOOK})\W+(?:the|our|full|more|all|these)\b{_NEAR}{_INSIGHTS}(?=.*{_PLACES})",
            AnnouncementType.INSIGHTS,
        ),
        (rf"(?:{_FETCH}|{_LOOK}){_NEAR}{_SLIDES}(?=.*{_PLACES}|\W*$)", AnnouncementType.PRESENTATION),
        (rf"join\b(?:\W+{_WORD}){{0,8}}?\W*(?=\w+://)", AnnouncementType.JOIN),
        (r"join(?:ing)?(?: link| here| us| online)?:$", AnnouncementType.JOIN),
    )
)
_THINGS = (
    (re.compile(_INSIGHTS, re.IGNORECASE), AnnouncementType.INSIGHTS),
    (re.compile(_RECORDING, re.IGNORECASE), AnnouncementType.RECORDING),
    (re.compile(_SLIDES, re.IGNORECASE), AnnouncementType.PRESENTATION),
)
_THING = rf"(?:(?:the|a|an|our|this|full|session|meeting|conversation|event)\W+)*(?:{_INSIGHTS}|{_RECORDING}|{_SLIDES})"
_THING_LIST = rf"{_THING}(?:(?:,| and| &) {_THING})*(?: (?:of|from|for) (?:the|this|our) \w+)?"
_STATE = r"(?:not|to follow|follows?|soon|coming|available|see|download|watch|view|below|here|online|none|yes)\b"
_LABEL = re.compile(
    rf"(?P<thing>{_THING_LIST})(?: link| file)? ?[:–—-] ?(?:$|(?={_STATE}.{{0,40}}$)|(?=.*://))", re.IGNORECASE
)
_PASSIVE = re.compile(
    rf"(?P<thing>{_THING_LIST}) (?:is|are|was|were|can(?:not|’t|'t)?|will)\b(?: now| also| not| be| soon)*"
    r" (?:available|found|downloaded|watched|viewed|online|below|here|follow)\b",
    re.IGNORECASE,
)
_BARE_THING = re.compile(
    rf"(?P<thing>{_THING_LIST})(?: \(?(?:below|here|available|to follow|coming soon)\)?)?[.:]?$", re.IGNORECASE
)
_MISSING = re.compile(r"\b(?:not|no|none|cannot|unavailable)\b|n['’]t\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:to follow|will|follows?|coming|soon)\b", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(
    rf"(?:[,;.|]|\band\b|\bor\b|&)\s*(?={_LEAD}(?:{_VERB})\b)|[;|.,]\s+(?=(?:{_INSIGHTS}|{_RECORDING}|{_SLIDES}|join):)",
    re.IGNORECASE,
)
_LABEL_AFTER_ADDRESS = re.compile(rf"(://\S+)\s+(?=(?:{_INSIGHTS}|{_RECORDING}|{_SLIDES}|join):)", re.IGNORECASE)
_UNKNOWN_ANNOUNCEMENT = re.compile(rf"{_LEAD}(?:{_WATCH}|download)\b.{{0,70}}$", re.IGNORECASE)
_LEADING_MARKS = re.compile(r"^(?:[-–—*+•·▪►▶→>#\W]+ ?)?(?=\w)")


def announced(text: str) -> list[Clause]:
    """Return the clauses with which a line or sentence announces something, in order; none for ordinary text."""
    plain = _LEADING_MARKS.sub("", spell_out(text).strip(), count=1)
    plain = _LABEL_AFTER_ADDRESS.sub(r"\1 | ", plain)
    parts = [part.strip() for part in _NEXT_CLAUSE.split(plain) if part.strip()]
    if not parts or not (first := _clauses(parts[0])):
        return []
    return [*first, *(clause for part in parts[1:] for clause in _clauses(part))]


def seems_to_announce(text: str) -> bool:
    """Return whether a text begins like an announcement of something unknown, as in "Download the toolkit"."""
    return bool(_UNKNOWN_ANNOUNCEMENT.match(text)) and not text.endswith("?")


def _clauses(part: str) -> list[Clause]:
    for rule, kind in _RULES:
        if rule.match(part):
            return [Clause(kind, part)]
    found = _LABEL.match(part) or _PASSIVE.match(part) or _BARE_THING.match(part)
    if not found:
        return []
    doubt = "" if links(part) else _doubt(part)
    kinds = dict.fromkeys(kind for thing, kind in _THINGS if thing.search(found["thing"]))
    if len(kinds) > 1 and links(part):
        doubt = doubt or "one address for several things; not taken"
    return [Clause(kind, part, doubt) for kind in kinds]


def _doubt(words: str) -> str:
    if _MISSING.search(words):
        return "says that there is none; not counted as announced"
    return "promises it for later; not counted as announced" if _LATER.search(words) else ""
