"""From drafts to what is told, and what holds for all sessions of a file together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from convener.intake.sessions.fields import read_values, read_version, single
from convener.intake.sessions.nodes import Draft, is_empty
from convener.intake.sessions.session_dates import in_words, read_dating
from convener.intake.sessions.validation import Findings
from convener.sessions.series import Series
from convener.sessions.session_updates import MOST_SESSIONS, SessionUpdate, SourceLocation

_LETTERS = "bcdefghijklmnopqrstuvwxyz"


def read_drafts(drafts: Sequence[Draft], *, series: Series, findings: Findings) -> tuple[SessionUpdate, ...]:
    """Check every draft. What is wrong goes to the findings, and its session is left out."""
    if not check_number(len(drafts), findings):
        return ()
    told = [one for draft in drafts if (one := _told(draft, series, findings))]
    check_together([(one, one.values.get("date")) for one in told], findings)
    return tuple(told)


def check_number(number: int, findings: Findings) -> bool:
    """Whether they fit into one transaction."""
    if number > MOST_SESSIONS:
        findings.fault(
            f"The file has {number} sessions; {MOST_SESSIONS} is the most for one file.",
            "Put them into two or more files, and upload one after the other.",
        )
    return number <= MOST_SESSIONS


def check_together(told: Sequence[tuple[SessionUpdate, date | None]], findings: Findings) -> None:
    """One id stands once, and no two sessions are on one day: that would mail everybody twice."""
    by_id: dict[str, SessionUpdate] = {}
    by_day: dict[date, SessionUpdate] = {}
    for one, day in told:
        if (twin := by_id.setdefault(one.id, one)) is not one:
            findings.fault(
                f"{in_words(one.id)} is there twice ({_places(twin, one)}).",
                f"Take one of the two out, or give the second its own id: {one.id[:7]}{_next_letter(one.id)}.",
                one.where,
            )
        elif day and (twin := by_day.setdefault(day, one)) is not one:
            findings.fault(
                f"Two sessions are on {day.day} {day:%B %Y} ({_places(twin, one)}).",
                "One of the two is one too many, or needs a date of its own.",
                one.where,
            )


def _told(draft: Draft, series: Series, findings: Findings) -> SessionUpdate | None:
    fields = {name: node for name, node in draft.fields.items() if not is_empty(node)}
    given = Draft(fields, draft.where)
    dated = read_dating(given, findings)
    values = read_values(fields, series=series, findings=findings)
    version = None
    if node := fields.get("version"):
        with findings.catching(node.where):
            version = read_version(single(node))
    if dated is None:
        return None
    if dated.day:
        values |= {"date": dated.day, "date_source": "given"}
    return SessionUpdate(id=dated.id, month=dated.month, where=draft.where, values=values, expected_version=version)


def _next_letter(session_id: str) -> str:
    return _LETTERS[0] if len(session_id) == 7 else _LETTERS[min(_LETTERS.index(session_id[-1]) + 1, 24)]


def _places(first: SessionUpdate, second: SessionUpdate) -> str:
    """As “lines 3 and 9”."""
    one, two = _number(first.where), _number(second.where)
    word = "rows" if first.where.row else "lines"
    return f"{word} {one} and {two}" if one != two else f"{word[:-1]} {one}"


def _number(where: SourceLocation) -> int:
    return where.row or where.line or 1
