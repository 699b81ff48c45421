"""Where a list of people turns to somebody else."""

from __future__ import annotations

from collections.abc import Sequence

from convener.intake.sessions.archive import lexicon
from convener.intake.sessions.archive.names import Name, Token, is_name_word, single_at
from convener.intake.sessions.archive.posts import is_human

_OTHERS = lexicon.words_of("the his her their its our several many")


def may_begin(words: Sequence[Token], at: int, begin: int, *, first: bool) -> bool:
    """In a list with bullets, a comma brings no one else: "• Ana Lund, Director, Reach Far"."""
    if first or not any(word.text == "•" for word in words[:begin]):
        return True
    return words[at - 1].text == "•" or any(word.text == "•" or word.low in lexicon.JOINERS for word in words[at:begin])


def singles_with_a_post(words: Sequence[Token], begin: int) -> bool:
    """Whether "Ana and Bo, nurses from X" begins here."""
    at = begin
    while single := single_at(words, at):
        at = single.end
        if at + 1 < len(words) and words[at].text == ",":
            told = " ".join(word.text for word in words[at + 1 : at + 4])
            another = at + 1 + (words[at + 1].low in ("and", "&"))
            if not single_at(words, another):
                return is_human(told)
            at = another
        else:
            at += 1
    return False


def about_others(words: Sequence[Token], at: int, begin: int, end: int) -> bool:
    """Whether "and her pupils", "and the Reach Trust", "and Zo of Harbour" goes on with others, not with a post."""
    joiners = {word.low for word in words[at:begin]} & lexicon.JOINERS
    if not joiners or "from" in joiners:
        return False
    if joiners & {"by", "with"}:
        return True
    if any(word.low.removesuffix("s") in lexicon.ROLES for word in words[begin:end]):
        return False
    return words[begin].low in _OTHERS or bool(unread(words, begin))


def unread(words: Sequence[Token], start: int) -> list[Name]:
    """Capitals right behind a cue that made no name: not to be lost without a word."""
    end = start
    while end < len(words) and (is_name_word(words[end].text) or words[end].text in lexicon.PARTICLES):
        end += 1
    run = words[start:end]
    if not run or any(lexicon.known_word(word.text) for word in run) or not is_name_word(run[0].text):
        return []
    return [Name(" ".join(word.text for word in run), start, end)]
