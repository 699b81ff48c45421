"""A whole archive page: from its text to sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from convener.errors import BadInput
from convener.intake.sessions.archive.announcements import AnnouncementType, announced
from convener.intake.sessions.archive.body import read_body
from convener.intake.sessions.archive.headings import Heading, Lookalike, judge
from convener.intake.sessions.archive.links import is_only_links
from convener.intake.sessions.archive.speakers import find_speakers
from convener.intake.sessions.archive.text import Line, read_lines
from convener.sessions.models import Frozen, HttpsUrl, Material, MonthId, Presentation, SessionId, Speaker
from convener.sessions.recurrence import date_by_rule
from convener.sessions.session_updates import Note

_LETTERS = ("", *"bcdefghijklmnopqrstuvwxyz")
"""What follows the month in the ids of the sessions of one month."""


class ArchivedSession(Frozen):
    """A session as the page describes it. A value that the page does not give is None or empty, never guessed."""

    id: SessionId
    month: MonthId
    date: date
    date_source: Literal["rule", "given"]
    line: int
    title: str | None = None
    speakers: tuple[Speaker, ...] = ()
    summary: str = ""
    join_url: HttpsUrl | None = None
    insights: Material = Material()
    presentations: tuple[Presentation, ...] = ()
    recording: Material = Material()
    warnings: tuple[Note, ...] = ()


class ArchivePage(Frozen):
    """The sessions of a page, newest first, and the warnings that concern no single session."""

    sessions: tuple[ArchivedSession, ...]
    warnings: tuple[Note, ...] = ()


@dataclass
class _Part:
    """A heading and the lines below it."""

    heading: Heading
    line: Line
    day: date
    below: list[Line] = field(default_factory=list)


def read_archive(text: str, *, name: str, rule: str) -> ArchivePage:
    """Return the sessions of an archive page.

    Args:
        text: The text of the page.
        name: The name of the file in messages.
        rule: The RRULE of the series. It gives the date of a session whose heading states no day.

    Raises:
        BadInput: The text is empty or has no session.
    """
    lines, notes = read_lines(text, name=name), list[Note]()
    parts = _divide(lines, rule, notes)
    if not parts:
        hints = "".join(f"\n  {note}" for note in notes)
        raise BadInput(
            f"{name}: no session found. A session begins with a line such as “April 2024 – Its title”.{hints}"
        )
    ids = _identify(parts, name, notes)
    sessions = [_session(part, ids[part.line.number]) for part in parts]
    newest_first = sorted(sessions, key=lambda session: (session.date, session.id), reverse=True)
    return ArchivePage(sessions=tuple(newest_first), warnings=tuple(notes))


def _divide(lines: Sequence[Line], rule: str, notes: list[Note]) -> list[_Part]:
    """Divide the lines at headings. Lines below a heading that is not understood are left out, with a warning."""
    parts: list[_Part] = []
    left_out: tuple[Line, str] | None = None
    below: list[Line] = []
    for before, line, after in zip(
        ["", *(line.text for line in lines)], lines, [*(line.text for line in lines[1:]), ""], strict=False
    ):
        judged = judge(line.text, before=_context(before), after=after) if line.text else None
        begun = _begin(judged, line, rule)
        if isinstance(begun, _Part):
            _warn_of_left_out(notes, left_out, below)
            left_out, below = None, begun.below
            parts.append(begun)
        elif begun and begun.closes:
            _warn_of_left_out(notes, left_out, below)
            left_out, below = (line, begun.why), []
        else:
            below.append(line)
        if isinstance(begun, Lookalike) and not begun.closes:
            notes.append(Note(line=line.number, text=f"“{line.text}”: {begun.why}"))
    _warn_of_left_out(notes, left_out, below)
    notes.sort(key=lambda note: note.line or 0)
    return parts


def _begin(judged: Heading | Lookalike | None, line: Line, rule: str) -> _Part | Lookalike | None:
    if not isinstance(judged, Heading):
        return judged
    try:
        return _Part(judged, line, judged.when.given or date_by_rule(judged.when.month_id, rule))
    except BadInput as error:
        return Lookalike(str(error), closes=True)


def _context(before: str) -> str:
    """Return the line before, or an empty string if it ends its paragraph: a heading, an address, an announcement."""
    ends = is_only_links(before) or announced(before) or isinstance(judge(before, before="", after=""), Heading)
    return "" if not before or ends else before


def _warn_of_left_out(notes: list[Note], left_out: tuple[Line, str] | None, below: Sequence[Line]) -> None:
    if not left_out:
        return
    line, why = left_out
    filled = [each.number for each in below if each.text]
    extent = f"; lines {line.number}–{filled[-1]} were left out" if filled else "; left out"
    notes.append(Note(line=line.number, text=f"“{line.text}” looks like a heading but isn't one: {why}{extent}"))


def _identify(parts: Sequence[_Part], name: str, notes: list[Note]) -> dict[int, str]:
    """Return the id of the session at each line.

    The session on the earliest day of a month has the id without a letter, so that a later addition does not change it.
    """
    months: dict[str, list[_Part]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: (part.day, part.line.number)):
        months[part.heading.when.month_id].append(part)
    ids: dict[int, str] = {}
    for month, same in months.items():
        if len(same) > len(_LETTERS):
            raise BadInput(f"{name}: {same[0].heading.when.in_words} stands {len(same)} times. Give each session once.")
        ids |= {part.line.number: f"{month}{letter}" for part, letter in zip(same, _LETTERS, strict=False)}
        for part in same[1:]:
            text = (
                f"{part.heading.when.in_words} is there twice, in lines {same[0].line.number} and {part.line.number}; "
                f"kept apart as {month} and {ids[part.line.number]}"
            )
            notes.append(Note(line=part.line.number, text=text))
    return ids


def _session(part: _Part, session_id: str) -> ArchivedSession:
    body = read_body(part.below)
    speakers, doubts = find_speakers(body.paragraphs, body.announcing)
    when = part.heading.when
    notes = [Note(line=part.line.number, text=part.heading.doubt)] if part.heading.doubt else []
    if when.weekday_is_wrong:
        notes.append(
            Note(line=part.line.number, text=f"{part.day.day} {part.day:%B %Y} is a {part.day:%A}: check the date")
        )
    return ArchivedSession(
        id=session_id,
        month=when.month_id,
        date=part.day,
        date_source="given" if when.given else "rule",
        line=part.line.number,
        title=part.heading.title,
        speakers=speakers,
        summary=body.summary,
        join_url=body.material(AnnouncementType.JOIN).url,
        insights=body.material(AnnouncementType.INSIGHTS),
        presentations=tuple(body.presentations),
        recording=body.material(AnnouncementType.RECORDING),
        warnings=tuple(sorted([*notes, *body.notes, *doubts], key=lambda note: note.line or 0)),
    )
