"""Who leads a session, where its text says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convener.intake.sessions.archive import lexicon
from convener.intake.sessions.archive.names import Token, name_at, tokens
from convener.intake.sessions.archive.next_person import unread
from convener.intake.sessions.archive.passages import Passage, passages, sentences
from convener.intake.sessions.archive.people import Found, ListReader
from convener.intake.sessions.archive.posts import Post, group_post
from convener.intake.sessions.archive.speaker_cues import CUES, CUES_OF_ANNOUNCEMENTS
from convener.intake.sessions.archive.speaker_warnings import key, overlooked, speaks
from convener.intake.sessions.archive.text import Line
from convener.sessions.models import Speaker
from convener.sessions.session_updates import Note

_LEAD_IN = lexicon.words_of("in at for on during this last next over to with after before as here today tonight then")
MOST_WORDS = 400  # of a sentence: what is longer is a list of something else
MOST_BEFORE = 5  # words of "This month", "In our first session" before the name


def find_speakers(
    paragraphs: Sequence[Sequence[Line]], announcing: Sequence[Sequence[Line]]
) -> tuple[tuple[Speaker, ...], list[Note]]:
    """Speakers in the order of the text, hosts and announcements included, and what isn't sure."""
    found: dict[str, Found] = {}
    notes: list[Note] = []
    whole = [*passages(paragraphs, announces=False), *passages(announcing, announces=True)]
    for passage in whole:
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
    notes += overlooked(whole, found)
    people = (Speaker(name=one.name, role=one.role, organisation=one.organisation) for one in found.values())
    return tuple(people), list(dict.fromkeys(notes))


def _in_sentence(sentence: str, notes: list[Note], passage: Passage, offset: int) -> list[Found]:
    words = tokens(sentence)
    if len(words) > MOST_WORDS:
        line = passage.line_at(offset)
        notes.append(Note(line=line, text=f"a sentence of over {MOST_WORDS} words; not searched for speakers"))
        return []
    people = list(_subjects(words))
    cues = [*CUES.finditer(sentence), *(CUES_OF_ANNOUNCEMENTS.finditer(sentence) if passage.announces else ())]
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
    """ "A B, nurse, and C D shared …": people who are the subject of a verb of speaking."""
    done = 0
    for start, group in _starts(words):
        if start < done:
            continue
        reading = ListReader(words, start, strict=True).read()
        if reading.people and speaks(words, reading.end):
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
        elif 0 < at < MOST_BEFORE and words[0].low in _LEAD_IN and name_at(words, at) and _plain(words[at - 1]):
            yield at, Post()


def _plain(word: Token) -> bool:
    """Whether a name may follow: no capital and no article, which would make it a thing's."""
    return word.text.islower() and word.low not in ("the", "a", "an", "our")


def _merge(found: dict[str, Found], person: Found) -> None:
    known = found.setdefault(key(person.name), person)
    known.role = known.role or person.role
    known.organisation = known.organisation or person.organisation
