"""Which session a record is about, and on which day it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from convener.intake.sessions.dates import FIRST_YEAR, LAST_YEAR, is_month, read_date, read_month
from convener.intake.sessions.fields import single
from convener.intake.sessions.nodes import Draft, Node, Text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import shortened
from convener.sessions.session_updates import SourceLocation

_ID = re.compile(r"(\d{4})-(0[1-9]|1[0-2])[b-z]?$")


@dataclass(frozen=True, slots=True)
class Dated:
    """A session's id, its month, and its day where that is told."""

    id: str
    month: str
    day: date | None


def read_dating(draft: Draft, findings: Findings) -> Dated | None:
    """From id, month and date, at least one of which must be told. None with a fault."""
    told = {name: node for name in ("id", "month", "date") if (node := draft.fields.get(name))}
    if not told:
        findings.fault(
            "Nothing says which session this is.", "Give its month, as in 2024-04, or its date.", draft.where
        )
        return None
    try:
        return _dated(told)
    except ValidationError as wrong:
        findings.fault(wrong.text, wrong.mend, wrong.where or draft.where)
        return None


def _dated(told: dict[str, Node]) -> Dated:
    session_id, month, day = "", "", None
    if "date" in told:
        day, month = _day_or_month(told["date"])
    if "month" in told:
        month = _agreeing(told["month"], month)
    if "id" in told:
        session_id = _id(told["id"])
        _check_move(session_id, month, day, told["id"].where)
    month = month or session_id[:7]
    return Dated(id=session_id or month, month=month, day=day)


def _day_or_month(node: Node) -> tuple[date | None, str]:
    """A date that names no day, as in “April 2024”, says the month."""
    try:
        text = single(node)
        if is_month(text):
            return None, read_month(text)
        day = read_date(text, from_sheet=isinstance(node, Text) and node.from_sheet)
    except ValidationError as wrong:
        raise ValidationError(wrong.text, wrong.mend, node.where) from wrong
    return day, f"{day:%Y-%m}"


def _agreeing(node: Node, by_date: str) -> str:
    try:
        month = read_month(single(node))
    except ValidationError as wrong:
        raise ValidationError(wrong.text, wrong.mend, node.where) from wrong
    if by_date and month != by_date:
        raise ValidationError(
            f"The month says {in_words(month)}, the date {in_words(by_date)}.",
            "Mend the one that is wrong.",
            node.where,
        )
    return month


def _id(node: Node) -> str:
    text = single(node).lower() if isinstance(node, Text) else ""
    match = _ID.match(text)
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return text
    raise ValidationError(
        f"“{shortened(text)}” is not the id of a session.",
        "An id is its first month, as in 2024-04, or 2024-04b for a second one. You can leave it out.",
        node.where,
    )


def _check_move(session_id: str, month: str, day: date | None, where: SourceLocation) -> None:
    """A session keeps its id when it moves to another month; then its new day must be told."""
    if month and month != session_id[:7] and day is None:
        raise ValidationError(
            f"The id belongs to {in_words(session_id[:7])}, the month says {in_words(month)}.",
            "If the session moves, give its new date too; its id stays.",
            where,
        )


def in_words(month: str) -> str:
    """As “April 2024”."""
    return f"{date(int(month[:4]), int(month[5:7]), 1):%B %Y}"
