"""Reading a list of people: names, with the roles and organisations that the grammar gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from convener.intake.sessions.archive import lexicon
from convener.intake.sessions.archive.lexicon import abstract_word
from convener.intake.sessions.archive.names import Name, Token, is_name_word, person_at, single_at
from convener.intake.sessions.archive.posts import is_human, is_plural, is_thing, post

_BEFORE_OTHERS = lexicon.words_of("the his her their its our several many")
"""Words that begin a mention of other people, who are no speakers: "and her pupils"."""


@dataclass
class Found:
    """A person.

    Args:
        name: The name as typed.
        at: The offset of the name in its sentence.
        attributes: The phrases about the person.
        role: What the person does.
        organisation: Where the person works.
        doubt: Why it is not certain that this is a person.
    """

    name: str
    at: int
    attributes: list[str] = field(default_factory=list)
    role: str = ""
    organisation: str = ""
    doubt: str = ""


@dataclass
class Reading:
    """The result of reading a list: the people, the token at which the list ends, and names that are not certain."""

    people: list[Found]
    end: int
    unsure: list[Name]


class ListReader:
    """Reads one list in one pass over the tokens of a sentence.

    `group` are the people named side by side since the last attribute, `before` is the "Ana" of "Ana and Bo Lund,
    sisters and nurses", and `singles` are single names that are not yet known to be people.
    """

    def __init__(self, words: Sequence[Token], start: int, *, strict: bool) -> None:
        """Begin at the token `start`. `strict` wants a name there, and ends at the first words about no person."""
        self.words, self.at, self.strict = words, start, strict
        self.people: list[Found] = []
        self.group: list[Found] = []
        self.before: list[Name] = []
        self.singles: list[Name] = []
        self.unsure: list[Name] = []

    def read(self) -> Reading:
        """Read to the end of the list."""
        while self.at < len(self.words) and self._step():
            pass
        self._settle_singles("")
        self.people = [person for person in self.people if not any(map(is_thing, person.attributes[:1]))]
        for person in self.people:
            found = post(person.attributes)
            person.role, person.organisation = person.role or found.role, person.organisation or found.organisation
        return Reading(self.people, self.at, self.unsure)

    def _step(self) -> bool:
        """Read the next name or attribute. Returns whether the list goes on."""
        begin = self._skip_joiners()
        if begin >= len(self.words):
            self.at = begin
            return False
        if self.people and begin > 0 and self.words[begin - 1].text == "(":
            return self._attribute(begin)
        if _may_begin(self.words, self.at, begin, first=not self.people) and (
            found := person_at(self.words, self.at) or person_at(self.words, begin)
        ):
            self._add(found)
            return True
        listed = self.people or self.singles or not self.strict or _singles_with_a_post(self.words, begin)
        if listed and (single := single_at(self.words, begin)):
            return self._single(single)
        if not self.people and not self.singles:
            return not self.strict and self._skip_descriptor(begin)
        return self._attribute(begin)

    def _single(self, single: Name) -> bool:
        self.singles.append(single)
        self.at = single.end
        return True

    def _skip_joiners(self) -> int:
        at = self.at
        while at < len(self.words) and (self.words[at].delimits or self.words[at].low in lexicon.JOINERS):
            at += 1
        return at

    def _add(self, name: Name) -> None:
        self.before = [] if self.people else self.singles
        self._settle_singles("")
        person = Found(name.text, self.words[name.start].start, role=name.role)
        self.people.append(person)
        self.group.append(person)
        self.at = name.end

    def _skip_descriptor(self, begin: int) -> bool:
        """Skip words before the first name up to a comma: "the team behind it, A B and C D"."""
        at = begin
        while at < len(self.words) and not self.words[at].delimits:
            if self.words[at].low in lexicon.CLAUSES or self.words[at].low in lexicon.SPEAKING:
                return False
            at += 1
        self.at = at
        return at < len(self.words) and person_at(self.words, at + 1) is not None

    def _attribute(self, begin: int) -> bool:
        """Read words about the last person or, in the plural, about the whole group."""
        first = self.words[begin].low
        adverb = begin + 1 < len(self.words) and first in lexicon.ADVERBS
        if first in lexicon.RELATIVE:
            return self._skip_clause(begin)
        verb = first in lexicon.SPEAKING and self.words[begin].text.islower()  # "Chair of X" is no verb
        verb = verb or [word.low for word in self.words[begin : begin + 2]] == ["in", "conversation"]
        if first in lexicon.CLAUSES or verb or adverb:
            self.at = begin
            return not self.strict and self._skip_clause(begin)
        end = self._end_of_attribute(begin)
        if not self.singles and _about_others(self.words, self.at, begin, end):
            self.unsure += unread(self.words, begin)
            return self._skip_clause(begin)
        joined = (
            " ".join(word.text for word in self.words[max(self.at, begin - 1) : end])
            .replace(" ,", ",")
            .strip(", ;:–—()|")
        )
        touching = begin == 0 or not self.words[begin - 1].delimits
        self._add_attribute(joined, after_colon=self.words[begin - 1].text == ":", touching=touching)
        self.at = end
        return True

    def _add_attribute(self, words: str, *, after_colon: bool, touching: bool) -> None:
        """Add an attribute. `touching` says that no comma stands between it and the name before."""
        if self.singles:
            self._settle_singles(words)
            return
        last = self.people[-1]
        if self.before and self.people == [last] and not last.attributes and is_human(words):
            self.unsure = [name for name in self.unsure if name not in self.before]
            self.people[:0] = self.group[:0] = [self._with_one_name(name) for name in self.before]
        self.before = []
        shared = len(self.group) > 1 and not last.attributes and (touching or is_plural(words))
        if shared:
            found = post([words], several=True)
            for person in self.group:
                person.role, person.organisation = person.role or found.role, person.organisation or found.organisation
        elif after_colon and last.attributes:
            last.attributes[-1] = f"{last.attributes[-1]}: {words}"
        else:
            last.attributes.append(words)
        self.group = []

    def _settle_singles(self, words: str) -> None:
        """Take single names as people only if the words behind them say so: "Ana, Bo and Cy, nurses who …"."""
        parts = words.split()
        human = bool(parts) and parts[0].islower() and (is_plural(words) or "who" in parts)
        human = human and (not self.strict or is_human(words))
        for name in self.singles:
            if human:
                self.people.append(self._with_one_name(name))
            else:
                self.unsure.append(name)
        self.singles = []

    def _with_one_name(self, name: Name) -> Found:
        return Found(name.text, self.words[name.start].start, doubt="only one name")

    def _end_of_attribute(self, begin: int) -> int:
        at = begin
        while at < len(self.words) and not (self.words[at].delimits and at > begin):
            word = self.words[at]
            if at > begin and (word.low in lexicon.RELATIVE or (word.low in lexicon.SPEAKING and word.text.islower())):
                return at
            if at > begin and word.low in ("and", "&", "with") and self._person_after(at):
                return at
            at += 1
        return at

    def _person_after(self, joiner: int) -> bool:
        """Return whether an "and" inside a role is followed by the next person, not by the rest of the role."""
        found = person_at(self.words, joiner + 1)
        return found is not None and not any(map(abstract_word, found.text.split()))

    def _skip_clause(self, begin: int) -> bool:
        """Skip a clause such as "who …" up to a comma (or semicolon) with "and" and a name, the next person."""
        for at in range(begin, len(self.words)):
            word = self.words[at]
            if self.strict and word.delimits and word.text in ",–—)":
                self.at = at
                return True
            if (word.text in ";•" or (word.text == "," and self._joins(at + 1))) and self._person_behind(at + 1):
                self.at, self.group = at, []
                return True
        self.at = len(self.words)
        return False

    def _joins(self, at: int) -> bool:
        return at < len(self.words) and self.words[at].low in ("and", "&")

    def _person_behind(self, at: int) -> bool:
        return person_at(self.words, at + self._joins(at)) is not None


def _may_begin(words: Sequence[Token], at: int, begin: int, *, first: bool) -> bool:
    """Return whether the next person may begin here.

    In a list with bullets a comma is followed by no new person: "• Ana Lund, Director, Reach Far".
    """
    if first or not any(word.text == "•" for word in words[:begin]):
        return True
    return words[at - 1].text == "•" or any(word.text == "•" or word.low in lexicon.JOINERS for word in words[at:begin])


def _singles_with_a_post(words: Sequence[Token], begin: int) -> bool:
    """Return whether single names with a common post begin here: "Ana and Bo, nurses from X"."""
    at = begin
    while single := single_at(words, at):
        at = single.end
        if at + 1 < len(words) and words[at].text == ",":
            following = " ".join(word.text for word in words[at + 1 : at + 4])
            another = at + 1 + (words[at + 1].low in ("and", "&"))
            if not single_at(words, another):
                return is_human(following)
            at = another
        else:
            at += 1
    return False


def _about_others(words: Sequence[Token], at: int, begin: int, end: int) -> bool:
    """Return whether the list goes on with people who are no speakers, and not with a post.

    Examples are "and her pupils", "and the Reach Trust", "and Zo of Harbour".
    """
    joiners = {word.low for word in words[at:begin]} & lexicon.JOINERS
    if not joiners or "from" in joiners:
        return False
    if joiners & {"by", "with"}:
        return True
    if any(word.low.removesuffix("s") in lexicon.ROLES for word in words[begin:end]):
        return False
    return words[begin].low in _BEFORE_OTHERS or bool(unread(words, begin))


def unread(words: Sequence[Token], start: int) -> list[Name]:
    """Return the capitalised words right behind a cue that are no name, for a warning. The list has one or none."""
    end = start
    while end < len(words) and (is_name_word(words[end].text) or words[end].text in lexicon.PARTICLES):
        end += 1
    run = words[start:end]
    if not run or any(lexicon.known_word(word.text) for word in run) or not is_name_word(run[0].text):
        return []
    return [Name(" ".join(word.text for word in run), start, end)]
