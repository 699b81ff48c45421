"""A whole archive page: from its bytes to session records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from convener.errors import BadInput
from convener.intake.sessions.archive.announcements import AnnouncementType, announced
from convener.intake.sessions.archive.body import read_body
from convener.intake.sessions.archive.headings import Heading, Lookalike, judge
from convener.intake.sessions.archive.links import is_only_links
from convener.intake.sessions.archive.models import ArchivedSession, ArchivePage
from convener.intake.sessions.archive.speakers import find_speakers
from convener.intake.sessions.archive.text import Line, read_lines
from convener.sessions.recurrence import date_by_rule
from convener.sessions.session_updates import Note

_LETTERS = ("", *"bcdefghijklmnopqrstuvwxyz")


@dataclass
class _Part:
    """A heading and the lines under it."""

    heading: Heading
    line: Line
    day: date
    under: list[Line] = field(default_factory=list)


def read_archive(data: bytes, *, name: str, rule: str) -> ArchivePage:
    """Read an archive page.

    `name` is what messages call the file, `rule` the series' RRULE that dates a session whose heading states no day.
    Raises BadInput for a file that is empty, no text, or has no session.
    """
    lines, notes = read_lines(data, name=name)
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
    parts: list[_Part] = []
    lost: tuple[Line, str] | None = None
    under: list[Line] = []
    for before, line, after in zip(
        ["", *(line.text for line in lines)], lines, [*(line.text for line in lines[1:]), ""], strict=False
    ):
        judged = judge(line.text, before=_context(before), after=after) if line.text else None
        made = _begin(judged, line, rule)
        if isinstance(made, _Part):
            _tell_lost(notes, lost, under)
            lost, under = None, made.under
            parts.append(made)
        elif made and made.closes:
            _tell_lost(notes, lost, under)
            lost, under = (line, made.why), []
        else:
            under.append(line)
        if isinstance(made, Lookalike) and not made.closes:
            notes.append(Note(line=line.number, text=f"“{line.text}”: {made.why}"))
    _tell_lost(notes, lost, under)
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
    """The line before, as far as it could be the same paragraph: headings, addresses and announcements end theirs."""
    ends = is_only_links(before) or announced(before) or isinstance(judge(before, before="", after=""), Heading)
    return "" if not before or ends else before


def _tell_lost(notes: list[Note], lost: tuple[Line, str] | None, under: Sequence[Line]) -> None:
    if not lost:
        return
    line, why = lost
    filled = [below.number for below in under if below.text]
    left_out = f"; lines {line.number}–{filled[-1]} were left out" if filled else "; left out"
    notes.append(Note(line=line.number, text=f"“{line.text}” looks like a heading but isn't one: {why}{left_out}"))


def _identify(parts: Sequence[_Part], name: str, notes: list[Note]) -> dict[int, str]:
    """Ids by line. The earliest day of a month has the plain one, so that a later addition doesn't rename it."""
    months: dict[str, list[_Part]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: (part.day, part.line.number)):
        months[part.heading.when.month_id].append(part)
    ids: dict[int, str] = {}
    for month, same in months.items():
        if len(same) > len(_LETTERS):
            raise BadInput(f"{name}: {same[0].heading.when.in_words} stands {len(same)} times. Give each session once.")
        ids |= {part.line.number: f"{month}{letter}" for part, letter in zip(same, _LETTERS, strict=False)}
        for part in same[1:]:
            told = (
                f"{part.heading.when.in_words} is there twice, in lines {same[0].line.number} and {part.line.number}; "
                f"kept apart as {month} and {ids[part.line.number]}"
            )
            notes.append(Note(line=part.line.number, text=told))
    return ids


def _session(part: _Part, session_id: str) -> ArchivedSession:
    body = read_body(part.under)
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
