"""What speaks for a person, and the words about those who may be one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from convener.intake.sessions.archive import lexicon
from convener.intake.sessions.archive.names import Name, Token, is_name_word, name_at, tokens
from convener.intake.sessions.archive.passages import Passage
from convener.intake.sessions.archive.people import Found
from convener.sessions.session_updates import Note


def key(name: str) -> str:
    """A name as it is compared: without its titles, in one case."""
    return " ".join(
        word for word in name.casefold().replace("’", "'").split() if word.rstrip(".") not in lexicon.TITLES
    )


def speaks(words: Sequence[Token], at: int) -> bool:
    """Whether a verb of speaking comes next."""
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
    """Whether "spoke …" or ", who spoke …" comes next."""
    while at < len(words) and (words[at].delimits or words[at].low in lexicon.RELATIVE):
        at += 1
    return speaks(words, at)


def overlooked(passages: Sequence[Passage], found: Mapping[str, Found]) -> Iterator[Note]:
    """People named, but not as speakers: titled or speaking ones always, others where nobody was found."""
    known = {one.split()[-1] for one in found if one}
    posts = " ".join(f"{one.role} {one.organisation}" for one in found.values())
    for passage in passages:
        words, at = tokens(passage.text), 0
        while at < len(words):
            name = name_at(words, at)
            if name and _worth_a_note(words, name, found, posts) and key(name.text).split()[-1] not in known:
                line = passage.line_at(words[name.start].start)
                yield Note(line=line, text=f"“{name.text}” may be a person, but not surely a speaker; not taken")
            elif not name and not found and _single_speaker(words, at):
                line = passage.line_at(words[at].start)
                yield Note(line=line, text=f"“{words[at].text}”: a person or an organisation? Not taken as a speaker")
            at = name.end if name else at + 1


def _worth_a_note(words: Sequence[Token], name: Name, found: Mapping[str, Found], posts: str) -> bool:
    if key(name.text) in found or name.text in posts:
        return False
    thing = name.start > 0 and words[name.start - 1].low == "the"
    return name.titled or not found or (not thing and _speaks_after(words, name.end))


def _single_speaker(words: Sequence[Token], at: int) -> bool:
    """ "Young carer Ada spoke": one name between a role and a verb of speaking."""
    word = words[at].text
    named = at > 0 and words[at - 1].low in lexicon.ROLES and is_name_word(word) and not lexicon.known_word(word)
    return named and speaks(words, at + 1)
