"""The lines of one session: paragraphs, announcements and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from convener.intake.sessions.archive.announcements import AnnouncementType, Clause, announced, seems_to_announce
from convener.intake.sessions.archive.headings import goes_on
from convener.intake.sessions.archive.links import Link, is_only_links, links, spell_out, without_links
from convener.intake.sessions.archive.text import Line
from convener.sessions.models import Material, Presentation
from convener.sessions.session_updates import Note

_SEPARATOR = re.compile(r"^[\W_]{3,}$")
_SENTENCE = re.compile(r"(?<=[.!?…]) (?=[A-Z])")
_ENDS_OF_ANNOUNCEMENT = (".", "!", "?", ":", "…", "below", "here")
_NAMES_PEOPLE = re.compile(r"\b(?:by|from|with) (?:[a-z]+ ){0,3}[A-Z]")
MIN_WRAPPED_CHARACTERS = 55
"""A line of so many characters that does not end a sentence probably goes on in the next line."""


@dataclass
class Body:
    """The parts of one session.

    Args:
        paragraphs: The lines of each paragraph of the summary.
        announcing: The lines of each sentence that announces something.
        notes: Warnings.
        materials: The insights, the recording and the link to join, with their addresses.
        presentations: The presentations.
        waiting: The last announced clauses, which have no address yet.
    """

    paragraphs: list[list[Line]] = field(default_factory=lambda: [[]])
    announcing: list[list[Line]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    materials: dict[AnnouncementType, Material] = field(default_factory=dict)
    presentations: list[Presentation] = field(default_factory=list)
    waiting: list[Clause] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The paragraphs with blank lines between them, with words as typed."""
        return "\n\n".join("\n".join(line.text for line in lines) for lines in self.paragraphs)

    def material(self, kind: AnnouncementType) -> Material:
        """Return the material of a kind, which is empty if it is not announced."""
        return self.materials.get(kind, Material())

    def note(self, line: Line, text: str) -> None:
        """Add a warning about a line."""
        self.notes.append(Note(line=line.number, text=text))


def read_body(lines: Sequence[Line]) -> Body:
    """Return the parts of one session."""
    body = Body()
    previous, announcing = "", False
    for line in lines:
        if not line.text or _SEPARATOR.match(line.text):
            body.paragraphs.append([])
            previous, announcing = "", False
            continue
        announcing = _add(body, line, previous, announcing=announcing)
        previous = line.text
    _close(body, None)
    body.paragraphs = [paragraph for paragraph in body.paragraphs if paragraph]
    return body


def _add(body: Body, line: Line, previous: str, *, announcing: bool) -> bool:
    """Add one line to the parts. `announcing` says whether the line before announces.

    Returns whether this line announces.
    """
    inside = bool(previous) and not announcing and (goes_on(previous) or line.text[:1].islower())
    clauses = [] if inside else announced(line.text)
    if clauses:
        _close(body, line)
        body.announcing.append([line])
        _announce(body, line, clauses)
        return True
    if is_only_links(spell_out(line.text)) and body.waiting:
        _assign(body, line, body.waiting, links(spell_out(line.text)))
        body.waiting = []
        return announcing
    if announcing and _goes_on_announcing(body.announcing[-1], line.text):
        body.announcing[-1].append(line)
        _announce(body, line, body.waiting, continued=True)
        return True
    _add_text(body, line, inside=inside)
    return False


def _add_text(body: Body, line: Line, *, inside: bool) -> None:
    """Add a line to the summary, without the sentences at its end that announce. `inside`: it is not a first line."""
    _close(body, line)
    sentences = _SENTENCE.split(line.text)
    cut = next((i for i, sentence in enumerate(sentences) if i and announced(sentence)), len(sentences))
    body.paragraphs[-1].append(Line(line.number, " ".join(sentences[:cut])))
    if cut < len(sentences):
        rest = Line(line.number, " ".join(sentences[cut:]))
        body.announcing.append([rest])
        body.note(line, f"“{rest.text}” was taken out of the summary, because it announces")
        _announce(body, rest, announced(rest.text))
    elif not inside and seems_to_announce(line.text):
        body.note(line, "seems to announce something, but what? Kept as text")
    if is_only_links(line.text):
        body.note(line, "an address that nothing announces; kept as text")


def _goes_on_announcing(begun: Sequence[Line], text: str) -> bool:
    """Return whether a line goes on with the announcement of the lines before it.

    An announcement that names people is often longer than a line.
    """
    last, whole = begun[-1].text, " ".join(line.text for line in begun)
    if goes_on(last) or text[:1].islower():
        return True
    ended = last.lower().endswith(_ENDS_OF_ANNOUNCEMENT) or links(last)
    return not ended and bool(len(last) >= MIN_WRAPPED_CHARACTERS or _NAMES_PEOPLE.search(whole))


def _announce(body: Body, line: Line, clauses: Sequence[Clause], *, continued: bool = False) -> None:
    for clause in clauses:
        if clause.doubt and not continued:
            body.note(line, f"{clause.kind}: {clause.doubt}")
        elif clause.kind in (AnnouncementType.INSIGHTS, AnnouncementType.RECORDING):
            body.materials.setdefault(clause.kind, Material(announced=True))
    open_clauses = [clause for clause in clauses if not clause.doubt]
    missing = []
    for clause in open_clauses:
        own = links(spell_out(line.text if continued else clause.text))
        if own:
            _assign(body, line, [clause], own)
        else:
            missing.append(clause)
    if len(missing) < len(open_clauses) and missing:
        body.note(line, f"which address is for {' and '.join(clause.kind for clause in missing)}? None taken")
        missing = []
    body.waiting = missing
    sentences = _SENTENCE.split(without_links(line.text))
    if not continued and len(sentences) > 1 and any(not announced(sentence) for sentence in sentences[1:]):
        body.note(line, "the rest of this line was left out of the summary, because it begins with an announcement")


def _assign(body: Body, line: Line, clauses: Sequence[Clause], found: Sequence[Link]) -> None:
    """Assign addresses to the clauses: one each, in order, or none where it is not clear which belongs to which."""
    if len(clauses) > 1 and len(clauses) != len(found):
        body.note(line, "one address for several things; not taken")
        return
    if len(found) > len(clauses) and clauses[0].kind is not AnnouncementType.PRESENTATION:
        body.note(line, f"several addresses for {clauses[0].kind}; the first is taken")
    for clause, link in zip(clauses, found, strict=False):
        if link.url is None:
            body.note(line, f"{link.typed} is no complete https:// address; not taken")
        elif clause.kind is AnnouncementType.PRESENTATION:
            body.presentations.append(Presentation(title=_presentation_title(clause.text), url=link.url))
        elif body.material(clause.kind).url not in (None, link.url):
            body.note(line, f"a second address for {clause.kind}; the first is kept")
        else:
            body.materials[clause.kind] = Material(announced=True, url=link.url)


def _presentation_title(text: str) -> str:
    """Return the title in "Presentation – Title: https://…"."""
    words = re.sub(r"^\W*(?:(?:presentation|slide ?deck|slide)s?)\b", "", without_links(text), flags=re.IGNORECASE)
    words = re.sub(r"^(?:download|access|view|see|get|open|find)\b.*$", "", words.strip(), flags=re.IGNORECASE)
    return words.strip(" -–—:.,") or "Presentation"


def _close(body: Body, line: Line | None) -> None:
    """Warn of clauses that have no address. Only slides and a link to join need one."""
    for clause in body.waiting:
        if clause.kind in (AnnouncementType.PRESENTATION, AnnouncementType.JOIN):
            where = body.announcing[-1][0] if body.announcing else line
            if where:
                body.note(where, f"{clause.kind} without an https:// address; nothing to keep")
    body.waiting = []
