"""From drafts to session updates: the session and the day of each draft, and the checks across the whole file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from convener.intake.files.decoding import shortened
from convener.intake.sessions.dates import FIRST_YEAR, LAST_YEAR, is_month, read_date, read_month
from convener.intake.sessions.fields import read_values, read_version, single_text
from convener.intake.sessions.outline import Draft, Node, Text, is_empty
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.series import Series
from convener.sessions.session_updates import MOST_SESSIONS, SessionUpdate, SourceLocation

_ID = re.compile(r"(\d{4})-(0[1-9]|1[0-2])[b-z]?$")
_LETTERS = "bcdefghijklmnopqrstuvwxyz"
"""What follows the month in the ids of the second and later sessions of one month."""


def read_drafts(drafts: Sequence[Draft], *, series: Series, findings: Findings) -> tuple[SessionUpdate, ...]:
    """Return an update for each draft. Faults go to the findings. A draft without a clear session is left out."""
    if not check_number(len(drafts), findings):
        return ()
    updates = [update for draft in drafts if (update := _update(draft, series, findings))]
    check_together([(update, update.values.get("date")) for update in updates], findings)
    return tuple(updates)


def check_number(number: int, findings: Findings) -> bool:
    """Return whether so many sessions fit into one transaction; else add a fault."""
    if number > MOST_SESSIONS:
        findings.fault(
            f"The file has {number} sessions; {MOST_SESSIONS} is the most for one file.",
            "Put them into two or more files, and upload one after the other.",
        )
    return number <= MOST_SESSIONS


def check_together(updates: Sequence[tuple[SessionUpdate, date | None]], findings: Findings) -> None:
    """Fault an id that stands twice, and two sessions on one day, about which everybody would be mailed twice.

    Args:
        updates: Each update with the day of its session, if the file gives one.
        findings: Gets the faults.
    """
    by_id: dict[str, SessionUpdate] = {}
    by_day: dict[date, SessionUpdate] = {}
    for update, day in updates:
        if (first := by_id.setdefault(update.id, update)) is not update:
            findings.fault(
                f"{_month_in_words(update.id)} is there twice ({_places(first, update)}).",
                f"Take one of the two out, or give the second its own id: {update.id[:7]}{_next_letter(update.id)}.",
                update.where,
            )
        elif day and (first := by_day.setdefault(day, update)) is not update:
            findings.fault(
                f"Two sessions are on {day.day} {day:%B %Y} ({_places(first, update)}).",
                "One of the two is one too many, or needs a date of its own.",
                update.where,
            )


def _update(draft: Draft, series: Series, findings: Findings) -> SessionUpdate | None:
    fields = {name: node for name, node in draft.fields.items() if not is_empty(node)}
    identified = _identify(Draft(fields, draft.where), findings)
    values = read_values(fields, series=series, findings=findings)
    version = None
    if node := fields.get("version"):
        with findings.catching(node.where):
            version = read_version(single_text(node))
    if identified is None:
        return None
    if identified.day:
        values |= {"date": identified.day, "date_source": "given"}
    return SessionUpdate(
        id=identified.id, month=identified.month, where=draft.where, values=values, expected_version=version
    )


@dataclass(frozen=True, slots=True)
class _Identified:
    """The id of a session, its month as YYYY-MM, and its day if the file gives one."""

    id: str
    month: str
    day: date | None


def _identify(draft: Draft, findings: Findings) -> _Identified | None:
    """Return which session a draft is about, by its id, month and date. None, with a fault, where that is unclear."""
    given = {name: node for name in ("id", "month", "date") if (node := draft.fields.get(name))}
    if not given:
        findings.fault(
            "Nothing says which session this is.", "Give its month, as in 2024-04, or its date.", draft.where
        )
        return None
    try:
        return _agreeing(given)
    except ValidationError as error:
        findings.fault(error.text, error.mend, error.where or draft.where)
        return None


def _agreeing(given: dict[str, Node]) -> _Identified:
    """Return what the given fields say together. Raises ValidationError where they contradict each other."""
    session_id, month, day = "", "", None
    if "date" in given:
        day, month = _day_or_month(given["date"])
    if "month" in given:
        month = _month(given["month"], month)
    if "id" in given:
        session_id = _id(given["id"])
        _check_move(session_id, month, day, given["id"].where)
    month = month or session_id[:7]
    return _Identified(id=session_id or month, month=month, day=day)


def _day_or_month(node: Node) -> tuple[date | None, str]:
    """Return the day and the month of a date. A date without a day, such as “April 2024”, gives only the month."""
    try:
        text = single_text(node)
        if is_month(text):
            return None, read_month(text)
        day = read_date(text, from_sheet=isinstance(node, Text) and node.from_sheet)
    except ValidationError as error:
        raise ValidationError(error.text, error.mend, node.where) from error
    return day, f"{day:%Y-%m}"


def _month(node: Node, month_of_date: str) -> str:
    try:
        month = read_month(single_text(node))
    except ValidationError as error:
        raise ValidationError(error.text, error.mend, node.where) from error
    if month_of_date and month != month_of_date:
        raise ValidationError(
            f"The month says {_month_in_words(month)}, the date {_month_in_words(month_of_date)}.",
            "Mend the one that is wrong.",
            node.where,
        )
    return month


def _id(node: Node) -> str:
    text = single_text(node).lower() if isinstance(node, Text) else ""
    match = _ID.match(text)
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return text
    raise ValidationError(
        f"“{shortened(text)}” is not the id of a session.",
        "An id is its first month, as in 2024-04, or 2024-04b for a second one. You can leave it out.",
        node.where,
    )


def _check_move(session_id: str, month: str, day: date | None, where: SourceLocation) -> None:
    """Check that a session that moves to another month has a new day. The session keeps its id."""
    if month and month != session_id[:7] and day is None:
        raise ValidationError(
            f"The id belongs to {_month_in_words(session_id[:7])}, the month says {_month_in_words(month)}.",
            "If the session moves, give its new date too; its id stays.",
            where,
        )


def _month_in_words(month: str) -> str:
    """Return a month, or the month of an id, as “April 2024”."""
    return f"{date(int(month[:4]), int(month[5:7]), 1):%B %Y}"


def _next_letter(session_id: str) -> str:
    return _LETTERS[0] if len(session_id) == 7 else _LETTERS[min(_LETTERS.index(session_id[-1]) + 1, 24)]


def _places(first: SessionUpdate, second: SessionUpdate) -> str:
    """Return the places of two updates as “lines 3 and 9”."""
    first_number, second_number = _number(first.where), _number(second.where)
    word = "rows" if first.where.row else "lines"
    if first_number == second_number:
        return f"{word[:-1]} {first_number}"
    return f"{word} {first_number} and {second_number}"


def _number(where: SourceLocation) -> int:
    return where.row or where.line or 1
