"""The grammar of a person's name, and of the role right before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convener.intake.sessions.archive import lexicon

_TOKEN = re.compile(r"(?:[^\s,;:()–—|•\"“”]|(?<=[^\W\d_])–(?=[^\W\d_]))+|[,;:()–—|•]")
DELIMITERS = frozenset(",;:()–—|•-")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.?){1,3}$")
_ARTICLED = re.compile(r"^(?:(?:[aeu]l|d|l|o|ap)[-’'‘](?=[^\W\d_])|(?:t|h|n|bh)(?=[A-ZÁÉÍÓÚ][a-záéíóú]))")
_CAPITAL_ABBREVIATIONS = lexicon.words_of("UK US EU UN GP AI IT HR TV")
_IRISH_ARTICLES = ("an", "na")
MAX_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a delimiter, and the offset at which it begins."""

    text: str
    start: int

    @property
    def low(self) -> str:
        """The text in lower case."""
        return self.text.lower()

    @property
    def delimits(self) -> bool:
        """Whether the token is a mark between words."""
        return self.text in DELIMITERS


@dataclass(frozen=True, slots=True)
class Name:
    """A name from token `start` to before token `end`, with the role before it ("author Ana Silva").

    `titled` says whether a title such as Dr is part of the name.
    """

    text: str
    start: int
    end: int
    role: str = ""
    titled: bool = False


def tokens(text: str) -> list[Token]:
    """Return the words and delimiters of a sentence, without its full stop and its quotation marks."""
    found = [Token(match.group().strip('‘"*_'), match.start()) for match in _TOKEN.finditer(text)]
    found = [token for token in found if token.text]
    if found and not re.fullmatch(r"[^\W\d_]\.", found[-1].text):
        found[-1] = Token(found[-1].text.rstrip(".!?…") or ",", found[-1].start)
    return found


def is_initials(word: str) -> bool:
    """Return whether a word stands for first names: "J.", "AJ", "J.R."."""
    letters = word.replace(".", "")
    if not _INITIALS.match(word) or letters in _CAPITAL_ABBREVIATIONS:
        return False
    return letters.isupper() and (len(letters) == 1 or "." in word or len(letters) == 2)


def is_title(word: str) -> bool:
    """Return whether a word is a form of address: Dr, Professor, Dame."""
    return word[:1].isupper() and word.lower().rstrip(".") in lexicon.TITLES


def is_name_word(word: str) -> bool:
    """Return whether a word may be part of a name, by its letters alone."""
    bare = _ARTICLED.sub("", word)
    if (
        bare.endswith(("'s", "’s"))
        or not bare[:1].isupper()
        or not re.fullmatch(r"[^\W\d_]+(?:[-’'‘–][^\W\d_]+)*", bare)
    ):
        return False
    return any(letter.islower() for letter in bare) and len(bare) > 1


def name_at(words: Sequence[Token], start: int) -> Name | None:
    """Return the name that begins at a token: a title and a surname, or two to four capitalised words."""
    end = start
    while end < len(words) and is_title(words[end].text):
        end += 1
    titled = end > start and words[end - 1].low.rstrip(".") != "emeritus"
    first, core = end, 0
    while end < len(words) and core <= MAX_NAME_WORDS:
        if is_name_word(words[end].text) or (is_initials(words[end].text) and _more_follows(words, end)):
            end, core = end + 1, core + 1
        elif core and _particle(words, end) and _more_follows(words, end):
            end += 1
        else:
            break
    core_words = [word.text for word in words[first:end]]
    if core > MAX_NAME_WORDS or core < (1 if titled else 2) or not _like_a_person(core_words, titled=titled):
        return None
    if end < len(words) and words[end].text in lexicon.POST_NOMINALS:
        end += 1
    if not _may_follow(words, end):
        return None
    return Name(" ".join(word.text for word in words[start:end]), start, end, titled=titled)


def person_at(words: Sequence[Token], start: int) -> Name | None:
    """Return the name that begins at a token or behind a role: "consultant paediatrician Dr A B", "Chief Nurse A B"."""
    for at in range(start, min(start + 7, len(words))):
        if found := name_at(words, at):
            role = _role(words[start:at])
            return None if role is None else Name(found.text, at, found.end, role, found.titled)
        word = words[at]
        before_names = word.text.islower() or lexicon.known_word(word.text) or word.low in lexicon.NO_ROLE
        if word.delimits or (word.low in lexicon.THINGS and word.text.islower()) or not before_names:
            return None
        if word.text.islower() and (
            word.low in lexicon.CLAUSES or word.low in lexicon.SPEAKING or _preposition(word.low)
        ):
            return None
    return None


def single_at(words: Sequence[Token], start: int) -> Name | None:
    """Return a capitalised word that stands alone in a list: a first name, or an organisation."""
    if start >= len(words) or not is_name_word(words[start].text) or lexicon.known_word(words[start].text):
        return None
    alone = start + 1 >= len(words) or words[start + 1].delimits or words[start + 1].low in ("and", "&")
    return Name(words[start].text, start, start + 1) if alone else None


def _particle(words: Sequence[Token], at: int) -> bool:
    """Return whether a token is a small word of a name; an Irish article is one only behind a word such as Mac."""
    irish = words[at].text in _IRISH_ARTICLES and words[at - 1].text in ("Mac", "Mag", "Nic", "Mhic", "Uí", "Ó", "Ní")
    return irish or words[at].text in lexicon.PARTICLES


def _more_follows(words: Sequence[Token], at: int) -> bool:
    after = words[at + 1].text if at + 1 < len(words) else ""
    return is_name_word(after) or is_initials(after) or after.lower() in lexicon.PARTICLES


def _like_a_person(core: Sequence[str], *, titled: bool) -> bool:
    if not any(is_name_word(word) for word in core):
        return False
    if titled:
        return not any(word.lower() in lexicon.ORGANISATIONS for word in core[-1:])
    if not any(not lexicon.known_word(word) and not lexicon.abstract_word(word) for word in core):
        return False
    return all(_in_a_name(word, first=at == 0, last=at == len(core) - 1) for at, word in enumerate(core))


def _in_a_name(word: str, *, first: bool, last: bool) -> bool:
    if word in _IRISH_ARTICLES or not lexicon.known_word(word):
        return True
    return (first and word.lower() in lexicon.FIRST_NAMES) or (last and word.lower() in lexicon.SURNAMES)


def _may_follow(words: Sequence[Token], end: int) -> bool:
    """Return whether the token behind a name may follow it.

    A plain noun right behind two capitalised words makes them the name of a thing: "Gentle Words movement".
    """
    if end >= len(words) or words[end].delimits:
        return True
    low = words[end].low
    return low in lexicon.AFTER_A_NAME or low in lexicon.SPEAKING or low in lexicon.CLAUSES or low in lexicon.ADVERBS


def _preposition(low: str) -> bool:
    return low in ("at", "for", "in", "of", "from", "between", "behind", "near", "since", "like", "against")


def _role(before: Sequence[Token]) -> str | None:
    """Return the role in the words before a name, perhaps empty. None where the words make it no person's name."""
    kept = [word.text for word in before]
    while kept and kept[0].lower() in lexicon.NO_ROLE:
        kept.pop(0)
    while kept and kept[-1].lower() in lexicon.NO_ROLE - {"fellow", "lead", "with", "from", "by"}:
        kept.pop()
    if kept and kept[-1].lower() in ("with", "from", "by"):
        return None
    if not kept:
        only_article = [word.low for word in before] in (["the"], ["a"], ["an"])
        return None if only_article else ""
    sure = kept[-1].lower() in lexicon.ROLES
    others = [word for word in kept if word[:1].isupper() and word.lower() not in lexicon.ROLES]
    return None if others and not sure else " ".join(kept)
