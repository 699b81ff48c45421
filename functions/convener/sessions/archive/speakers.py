"""Who leads a session, where its text says so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from convener.sessions.archive import lexicon
from convener.sessions.archive.models import Note
from convener.sessions.archive.names import Name, Token, name_at, person_at, tokens
from convener.sessions.archive.people import Found, ListReader
from convener.sessions.archive.posts import Post, group_post
from convener.sessions.archive.text import Line
from convener.sessions.models import Speaker

_BY = (
    "led|hosted|chaired|facilitated|moderated|guided|presented|introduced|coordinated|co-ordinated|convened|joined|opened"
    "|closed|given|delivered|run|co-hosted|co-led|accompanied|taken|walked|helped"
)
_KIND = r"speaker|guest|host|panellist|co-speaker|co-host|presenter|facilitator|chair"
_PEOPLE = rf"(?:guest |keynote |main |special )*(?:{_KIND})s?"
_OF_THE_EVENING = r"(?: (?:for|at|of) (?:this|the|our) \w+)?(?: for this)?"
_GATHERING = r"conversation|discussion|interview|session|evening|talks?|presentations?"
_CUES = re.compile(
    rf"(?:\b(?:{_BY})(?: (?!by\b)[\w’'-]+){{0,5}} by\b|\b(?:hear|heard|hears|hearing)(?: \w+){{0,2}} from\b"
    rf"|\b{_PEOPLE}{_OF_THE_EVENING} (?:is|are|was|were|will be|included?|includes)\b"
    rf"|\b(?:with|our|by) {_PEOPLE}(?-i:(?= [^a-z]))|^{_PEOPLE} ?[:–—]|^(?:with|led by|hosts?|hosted by|featuring) ?:"
    rf"|\b(?:{_GATHERING}) (?:with|between|from|by)\b|\b(?:welcomed|welcomes?|along with|featuring)\b"
    r"|^join(?-i:(?= [A-Z]))|\bled\b(?-i:(?= [A-Z]))):?",
    re.IGNORECASE,
)
_CUES_OF_ANNOUNCEMENTS = re.compile(r"\b(?:from|by|with|featuring|between)\b", re.IGNORECASE)
_LEAD_IN = lexicon.words_of("in at for on during this last next over to with after before as here today tonight then")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’]? (?=[\"“‘]?[^\W\d_])")
_NO_END = re.compile(r"(?:^|[ (])(?:[A-Z]|Drs?|Profs?|Mrs?|Ms|Mx|St|Rev|Hon|No|vs|e\.g|i\.e)\.$")
MOST_BEFORE = 5  # words of "This month", "In our first session" before the name
_BULLET = re.compile(r"^(?:[-–—*+•·▪]|\d{1,2}[.)]) ")


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines read as one run of words."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[Line, ...]
    announces: bool

    def line_at(self, offset: int) -> int:
        """The number of the line in which a character stands."""
        return self.lines[max(0, bisect_right(self.starts, offset) - 1)].number


def find_speakers(
    paragraphs: Sequence[Sequence[Line]], announcing: Sequence[Sequence[Line]]
) -> tuple[tuple[Speaker, ...], list[Note]]:
    """Speakers in the order of the text, hosts and announcements included, and what isn't sure."""
    found: dict[str, Found] = {}
    notes: list[Note] = []
    passages = [*_passages(paragraphs, announces=False), *_passages(announcing, announces=True)]
    for passage in passages:
        for start, sentence in _sentences(passage.text):
            for person in _in_sentence(sentence, notes, passage, start):
                _merge(found, person)
                if person.doubt:
                    notes.append(
                        Note(
                            line=passage.line_at(start + person.at),
                            text=f"“{person.name}” is {person.doubt}: check the speakers",
                        )
                    )
    notes += _overlooked(passages, found)
    people = (Speaker(name=one.name, role=one.role, organisation=one.organisation) for one in found.values())
    return tuple(people), list(dict.fromkeys(notes))


def _passages(groups: Sequence[Sequence[Line]], *, announces: bool) -> Iterator[Passage]:
    """One passage a paragraph. One that ends with a colon goes on in the next, as a list does."""
    pending: list[Line] = []
    for index, group in enumerate(groups):
        pending += group
        more = index + 1 < len(groups)
        if group and group[-1].text.endswith(":") and more and not announces:
            continue
        if pending:
            yield _joined(pending, announces)
        pending = []


def _joined(lines: Sequence[Line], announces: bool) -> Passage:  # noqa: FBT001 - a field of Passage
    text, starts, listing = "", [], False
    for line in lines:
        bullet = _BULLET.match(line.text)
        words = line.text[bullet.end() :] if bullet else line.text
        itemised = bool(bullet) or (listing and person_at(tokens(words), 0) is not None)
        text += ("; " if itemised else " ") if text else ""
        starts.append(len(text))
        text += words
        listing = listing or words.endswith(":")
    return Passage(text, tuple(starts), tuple(lines), announces)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        if not _NO_END.search(text[start : match.start()]):
            yield start, text[start : match.start()]
            start = match.end()
    yield start, text[start:]


def _in_sentence(sentence: str, notes: list[Note], passage: Passage, offset: int) -> list[Found]:
    words = tokens(sentence)
    people = list(_subjects(words))
    cues = [*_CUES.finditer(sentence), *(_CUES_OF_ANNOUNCEMENTS.finditer(sentence) if passage.announces else ())]
    for cue in cues:
        start = next((i for i, word in enumerate(words) if word.start >= cue.end()), len(words))
        direct = passage.announces or cue.group().lower() in ("led", "join")
        reading = ListReader(words, start, strict=direct).read()
        people += reading.people
        for name in reading.unsure if not passage.announces else ():
            line = passage.line_at(offset + words[name.start].start)
            notes.append(Note(line=line, text=f"“{name.text}”: a person or an organisation? Not taken as a speaker"))
    return sorted(people, key=lambda person: person.at)


def _subjects(words: Sequence[Token]) -> Iterator[Found]:
    """ "A B, nurse, and C D shared …": people who are the subject of a verb of speaking."""
    for start, group in _starts(words):
        reading = ListReader(words, start, strict=True).read()
        if reading.people and _speaks(words, reading.end):
            for person in reading.people:
                person.organisation = person.organisation or group.organisation
                person.role = person.role or group.role
                yield person
            return


def _starts(words: Sequence[Token]) -> Iterator[tuple[int, Post]]:
    yield 0, Post()
    for at, word in enumerate(words):
        if word.text in "–—" and at:
            yield at + 1, group_post(" ".join(before.text for before in words[:at]))
        elif word.low in (",", ";", ":", "and", "then", "while", "before"):
            yield at + 1, Post()
        elif 0 < at < MOST_BEFORE and words[0].low in _LEAD_IN and name_at(words, at) and _plain(words[at - 1]):
            yield at, Post()


def _plain(word: Token) -> bool:
    """Whether a name may follow: no capital and no article, which would make it a thing's."""
    return word.text.islower() and word.low not in ("the", "a", "an", "our")


def _speaks(words: Sequence[Token], at: int) -> bool:
    while at < len(words) and (words[at].delimits or words[at].low in lexicon.ADVERBS):
        at += 1
    if at >= len(words):
        return False
    low = words[at].low
    if low in ("will", "is", "are", "was", "were"):
        return bool(
            {word.low for word in words[at + 1 : at + 5]}
            & (lexicon.SPEAKING | {"guest", "guests", "speaker", "speakers", "be"})
        )
    return low in lexicon.SPEAKING and words[at].text.islower()


def _key(name: str) -> str:
    return " ".join(
        word for word in name.casefold().replace("’", "'").split() if word.rstrip(".") not in lexicon.TITLES
    )


def _merge(found: dict[str, Found], person: Found) -> None:
    known = found.setdefault(_key(person.name), person)
    known.role = known.role or person.role
    known.organisation = known.organisation or person.organisation


def _overlooked(passages: Sequence[Passage], found: dict[str, Found]) -> Iterator[Note]:
    """People whom the text names, but not as speakers: those with a title always, others where nobody was found."""
    surnames = {key.split()[-1] for key in found if key}
    for passage in passages:
        words, at = tokens(passage.text), 0
        while at < len(words):
            name: Name | None = name_at(words, at)
            if (
                name
                and (name.titled or not found)
                and _key(name.text) not in found
                and _key(name.text).split()[-1] not in surnames
            ):
                line = passage.line_at(words[name.start].start)
                yield Note(line=line, text=f"“{name.text}” may be a person, but not surely a speaker; not taken")
            at = name.end if name else at + 1
