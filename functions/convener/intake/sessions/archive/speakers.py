"""The speakers of a session, as far as its text names them, and warnings about other people in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from convener.intake.sessions.archive import lexicon
from convener.intake.sessions.archive.names import Name, Token, is_name_word, name_at, tokens
from convener.intake.sessions.archive.people import Found, ListReader, unread
from convener.intake.sessions.archive.posts import Post, group_post
from convener.intake.sessions.archive.text import Line, Passage, passages, sentences
from convener.sessions.models import Speaker
from convener.sessions.session_updates import Note

# Words that stand before the people who lead a session.
_BY = (
    "led|hosted|chaired|facilitated|moderated|guided|presented|introduced|coordinated|co-ordinated|convened|joined|opened"
    "|closed|given|delivered|run|co-hosted|co-led|accompanied|taken|walked|helped"
)
_SPEAKER = r"speaker|guest|host|panellist|co-speaker|co-host|presenter|facilitator|chair"
_PEOPLE = rf"(?:guest |keynote |main |special )*(?:{_SPEAKER})s?"
_OF_THE_EVENING = r"(?: (?:for|at|of) (?:this|the|our) \w+)?(?: for this| this (?:month|week|time|evening|year))?"
_GATHERING = r"conversation|discussion|interview|session|evening|talks?|presentations?"
_CUES = re.compile(
    rf"(?:\b(?:{_BY})(?: (?!by\b)[\w’'-]+){{0,5}} by\b|\b(?:hear|heard|hears|hearing)(?: \w+){{0,2}} from\b"
    rf"|\b{_PEOPLE}{_OF_THE_EVENING} (?:is|are|was|were|will be|included?|includes)\b"
    rf"|\b(?:with|our|by) {_PEOPLE}(?-i:(?= [^a-z]))|^{_PEOPLE} ?[:–—]|^(?:with|led by|hosts?|hosted by|featuring) ?:"
    rf"|\b(?:{_GATHERING}) (?:(?:is|was|were) )?(?:with|between|from|by)\b"
    r"|\b(?:welcomed|welcomes?|along with|featuring)\b"
    r"|^join(?-i:(?= [A-Z]))|\b(?:led|heard)\b(?-i:(?= [A-Z]))):?",
    re.IGNORECASE,
)
_CUES_OF_ANNOUNCEMENTS = re.compile(r"\b(?:from|by|with|featuring|between)\b", re.IGNORECASE)


def _key(name: str) -> str:
    """Return the form in which names are compared: without titles, in one case."""
    return " ".join(
        word for word in name.casefold().replace("’", "'").split() if word.rstrip(".") not in lexicon.TITLES
    )


def _speaks(words: Sequence[Token], at: int) -> bool:
    """Return whether a verb of speaking comes next."""
    while at < len(words) and (words[at].delimits or words[at].low in lexicon.ADVERBS):
        at += 1
    if at >= len(words):
        return False
    low = words[at].low
    if low == "in" and at + 1 < len(words) and words[at + 1].low == "conversation":
        return True
    if low in lexicon.ROLES and at + 1 < len(words) and words[at + 1].low in ("of", "at", "for"):
        return False
    if low in ("will", "is", "are", "was", "were"):
        return bool(
            {word.low for word in words[at + 1 : at + 5]}
            & (lexicon.SPEAKING | {"guest", "guests", "speaker", "speakers", "be"})
        )
    return low in lexicon.SPEAKING and words[at].text.islower()


def _speaks_after(words: Sequence[Token], at: int) -> bool:
    """Return whether "spoke …" or ", who spoke …" comes next."""
    while at < len(words) and (words[at].delimits or words[at].low in lexicon.RELATIVE):
        at += 1
    return _speaks(words, at)


def _overlooked(passages: Sequence[Passage], found: Mapping[str, Found]) -> Iterator[Note]:
    """Yield a warning for each person whom the text names, and who is not taken as a speaker.

    A person with a title or a verb of speaking always gets one, any other person only where no speaker was found.
    """
    known = {name.split()[-1] for name in found if name}
    posts = " ".join(f"{person.role} {person.organisation}" for person in found.values())
    for passage in passages:
        words, at = tokens(passage.text), 0
        while at < len(words):
            name = name_at(words, at)
            if name and _worth_a_note(words, name, found, posts) and _key(name.text).split()[-1] not in known:
                line = passage.line_at(words[name.start].start)
                yield Note(line=line, text=f"“{name.text}” may be a person, but not surely a speaker; not taken")
            elif not name and not found and _single_speaker(words, at):
                line = passage.line_at(words[at].start)
                yield Note(line=line, text=f"“{words[at].text}”: a person or an organisation? Not taken as a speaker")
            at = name.end if name else at + 1


def _worth_a_note(words: Sequence[Token], name: Name, found: Mapping[str, Found], posts: str) -> bool:
    if _key(name.text) in found or name.text in posts:
        return False
    thing = name.start > 0 and words[name.start - 1].low == "the"
    return name.titled or not found or (not thing and _speaks_after(words, name.end))


def _single_speaker(words: Sequence[Token], at: int) -> bool:
    """Return whether a single name stands between a role and a verb of speaking: "Young carer Ada spoke"."""
    word = words[at].text
    named = at > 0 and words[at - 1].low in lexicon.ROLES and is_name_word(word) and not lexicon.known_word(word)
    return named and _speaks(words, at + 1)


_LEAD_IN = lexicon.words_of("in at for on during this last next over to with after before as here today tonight then")
MAX_SENTENCE_WORDS = 400
"""A longer sentence is a list of something else, and is not searched."""
MAX_LEAD_IN_WORDS = 5
"""Words such as "This month" or "In our first session" before a name."""


def find_speakers(
    paragraphs: Sequence[Sequence[Line]], announcing: Sequence[Sequence[Line]]
) -> tuple[tuple[Speaker, ...], list[Note]]:
    """Return the speakers in the order of the text, and warnings about what is not certain.

    Args:
        paragraphs: The lines of each paragraph of the summary.
        announcing: The lines of each sentence that announces material, which may name hosts and speakers too.
    """
    found: dict[str, Found] = {}
    notes: list[Note] = []
    searched = [*passages(paragraphs, announces=False), *passages(announcing, announces=True)]
    for passage in searched:
        for start, sentence in sentences(passage.text):
            for person in _in_sentence(sentence, notes, passage, start):
                _merge(found, person)
                if person.doubt:
                    notes.append(
                        Note(
                            line=passage.line_at(start + person.at),
                            text=f"“{person.name}” is {person.doubt}: check the speakers",
                        )
                    )
    notes += _overlooked(searched, found)
    people = (
        Speaker(name=person.name, role=person.role, organisation=person.organisation) for person in found.values()
    )
    return tuple(people), list(dict.fromkeys(notes))


def _in_sentence(sentence: str, notes: list[Note], passage: Passage, offset: int) -> list[Found]:
    words = tokens(sentence)
    if len(words) > MAX_SENTENCE_WORDS:
        line = passage.line_at(offset)
        notes.append(Note(line=line, text=f"a sentence of over {MAX_SENTENCE_WORDS} words; not searched for speakers"))
        return []
    people = list(_subjects(words))
    cues = [*_CUES.finditer(sentence), *(_CUES_OF_ANNOUNCEMENTS.finditer(sentence) if passage.announces else ())]
    for cue in cues:
        start = next((i for i, word in enumerate(words) if word.start >= cue.end()), len(words))
        direct = passage.announces or cue.group().lower() in ("led", "heard", "join")
        reading = ListReader(words, start, strict=direct).read()
        people += reading.people
        unsure = reading.unsure or ([] if reading.people else unread(words, start))
        for name in unsure if not passage.announces else ():
            line = passage.line_at(offset + words[name.start].start)
            notes.append(Note(line=line, text=f"“{name.text}”: a person or an organisation? Not taken as a speaker"))
    return sorted(people, key=lambda person: person.at)


def _subjects(words: Sequence[Token]) -> Iterator[Found]:
    """Yield the people who are the subject of a verb of speaking: "A B, nurse, and C D shared …"."""
    done = 0
    for start, group in _starts(words):
        if start < done:
            continue
        reading = ListReader(words, start, strict=True).read()
        if reading.people and _speaks(words, reading.end):
            for person in reading.people:
                person.organisation = person.organisation or group.organisation
                person.role = person.role or group.role
                yield person
            done = reading.end


def _starts(words: Sequence[Token]) -> Iterator[tuple[int, Post]]:
    yield 0, Post()
    for at, word in enumerate(words):
        if word.text in "–—" and at:
            yield at + 1, group_post(" ".join(before.text for before in words[:at]))
        elif word.low in (",", ";", ":", "and", "then", "while", "before"):
            yield at + 1, Post()
        elif 0 < at < MAX_LEAD_IN_WORDS and words[0].low in _LEAD_IN and name_at(words, at) and _plain(words[at - 1]):
            yield at, Post()


def _plain(word: Token) -> bool:
    """Return whether a name may follow a word: no capital, which would be part of it, and no article, as of a thing."""
    return word.text.islower() and word.low not in ("the", "a", "an", "our")


def _merge(found: dict[str, Found], person: Found) -> None:
    known = found.setdefault(_key(person.name), person)
    known.role = known.role or person.role
    known.organisation = known.organisation or person.organisation
