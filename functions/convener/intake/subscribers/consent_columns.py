"""The columns of a list that say who wants mail, and who does not. Only a written yes is a yes; a no stays a no.

A column is recognised by its name, and its cells are read by the rules of its kind. A value that is not understood
stops the import with a question, which the operator answers with --yes-means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from convener.intake.subscribers.consent_headers import (
    CONFIRMATION,
    COUNTS,
    OCCASION,
    SUBSCRIPTION,
    ColumnKind,
)
from convener.intake.subscribers.consent_words import (
    EVENT_OVER,
    LISTED,
    PAYMENT_VALUES,
    Answer,
    answer_of,
    is_date,
    mentions_no,
    plain,
    status_of,
)
from convener.intake.subscribers.lines import LineOutcome

MAX_VALUE_CHARACTERS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The meaning of a line for mail: nothing against it, a no, or no yes.

    Args:
        outcome: Why the person is not imported; None where nothing in the line is against it.
        reason: The reason in words.
        explicit: Whether the line says no. A line that only does not say yes is not explicit.
        since: The words in which the line states the date of the no, or an empty string.
    """

    outcome: LineOutcome | None = None
    reason: str = ""
    explicit: bool = False
    since: str = ""


_SILENT = Reading()
_UNKNOWN = Reading(reason="?")
_NOES = frozenset({LineOutcome.LEFT, LineOutcome.BOUNCED, LineOutcome.COMPLAINED, LineOutcome.ERASED})
"""The outcomes of a status that says no. Whoever moved said yes elsewhere."""
_STRENGTH = {
    LineOutcome.COMPLAINED: 8,
    LineOutcome.BOUNCED: 7,
    LineOutcome.LEFT: 6,
    LineOutcome.ERASED: 5,
    LineOutcome.MOVED: 4,
    LineOutcome.DECLINED: 2,
    LineOutcome.UNCONFIRMED: 3,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentColumn:
    """A column that says something about mail.

    Args:
        place: The column, counted from 0.
        name: The header as typed.
        kind: What its cells say.
        yes: The values that mean yes, as the operator says, in the form of `plain`.
        blank_is_no: Whether an empty cell of a STATUS is no yes: other cells of the column say yes.
    """

    place: int
    name: str
    kind: ColumnKind
    yes: frozenset[str] = frozenset()
    blank_is_no: bool = False

    def read(self, cell: str) -> Reading | None:
        """Return the reading of a cell, or None for a value that is not understood."""
        value = cell.strip()
        if self.yes and plain(value) in self.yes:
            return _SILENT
        found = _READERS[self.kind](self, value)
        if self.yes and (found is _UNKNOWN or (found is _SILENT and self._asks(value))):
            return self._not_yes(value)
        return None if found is _UNKNOWN else found

    def _asks(self, value: str) -> bool:
        """Return whether a value that the operator did not name is no yes any more."""
        return not (self.kind is ColumnKind.REFUSAL and answer_of(value) in (Answer.BLANK, Answer.NO))

    def _not_yes(self, value: str) -> Reading:
        shown = f"“{value[:MAX_VALUE_CHARACTERS]}”" if value else "empty"
        return Reading(outcome=LineOutcome.DECLINED, reason=f"“{self.name}” is {shown}, which is no yes to mail.")

    def no(self, outcome: LineOutcome, value: str, *, explicit: bool = True) -> Reading:
        """Return the reading of a cell that says no."""
        shown = f"“{value[:MAX_VALUE_CHARACTERS]}”" if value else "empty"
        reason = f"“{self.name[:MAX_VALUE_CHARACTERS]}” is {shown}. Only a written yes is a yes."
        if explicit and outcome is not LineOutcome.UNCONFIRMED:
            reason = f"“{self.name[:MAX_VALUE_CHARACTERS]}” is {shown}: a no stays a no."
        return Reading(outcome=outcome, reason=reason, explicit=explicit, since=value if is_date(value) else "")


def _read_refusal(column: ConsentColumn, value: str) -> Reading:
    question, words = plain(column.name), plain(value)
    answer = answer_of(value)
    if (
        answer is Answer.BLANK
        or words in LISTED
        or re.match(r"(not|never) (unsub|opted|bounc|block|clean|delet)", words)
    ):
        return _SILENT
    outcome = _outcome_of_refusal(question)
    if words.isdecimal() and (COUNTS.search(question) or "soft" in question.split()):
        hard = outcome is LineOutcome.COMPLAINED or "hard" in question
        return column.no(outcome, value) if int(words) and hard else _SILENT
    said = status_of(value)
    if said in (LineOutcome.COMPLAINED, LineOutcome.BOUNCED, LineOutcome.LEFT):
        return column.no(max(said, outcome, key=_STRENGTH.__getitem__), value)
    if answer is Answer.NO:
        return _SILENT
    if answer in (Answer.YES, Answer.DATE) or OCCASION.search(question):
        return column.no(outcome, value)
    return _UNKNOWN


def _outcome_of_refusal(question: str) -> LineOutcome:
    if re.search(r"complain|spam|abuse", question):
        return LineOutcome.COMPLAINED
    if re.search(r"bounc|clean|unreach|undeliver|invalid", question):
        return LineOutcome.BOUNCED
    return LineOutcome.LEFT


_NOT_TICKED = frozenset({"0", "f", "false", "off", "unticked", "unchecked"})
"""Values that programs write for a box that nobody ticked. They are no yes, and no word of a person."""


def _read_request(column: ConsentColumn, value: str) -> Reading:
    question = plain(column.name)
    unconfirmed = CONFIRMATION.search(question) is not None
    answer, said = answer_of(value, question), status_of(value)
    if said is LineOutcome.UNCONFIRMED or (unconfirmed and answer in (Answer.BLANK, Answer.NO)):
        return column.no(LineOutcome.UNCONFIRMED, value, explicit=False)
    if answer in (Answer.YES, Answer.DATE) or (answer is Answer.UNKNOWN and said is LineOutcome.NEW):
        return _SILENT
    if said in _NOES:
        return column.no(said, value)
    if answer is Answer.NO and SUBSCRIPTION.search(question):
        return column.no(LineOutcome.LEFT, value)
    if answer in (Answer.NO, Answer.BLANK):
        said_no = answer is Answer.NO and plain(value) not in _NOT_TICKED
        return column.no(LineOutcome.DECLINED, value, explicit=said_no)
    return _UNKNOWN


def _read_status(column: ConsentColumn, value: str) -> Reading:
    answer, said = answer_of(value), status_of(value)
    if answer is Answer.BLANK:
        return column.no(LineOutcome.DECLINED, "", explicit=False) if column.blank_is_no else _SILENT
    if said is LineOutcome.NEW or plain(value) in {"yes", "true", "ja", "oui", "si"}:
        return _SILENT
    if said is not None:
        return column.no(said, value, explicit=said in _NOES)
    if plain(value) in {"no", "false", "nein", "non", "nee"}:
        return column.no(LineOutcome.LEFT, value)
    if plain(value) in PAYMENT_VALUES and re.search(r"\b(type|kind)\b|^subscription$", plain(column.name)):
        return _SILENT
    return _UNKNOWN


def _read_event(column: ConsentColumn, value: str) -> Reading:
    words = plain(value)
    over = EVENT_OVER.search(words) or ("cancel" in plain(column.name) and answer_of(value) is Answer.YES)
    return column.no(LineOutcome.DECLINED, value, explicit=False) if over else _SILENT


def _read_mention(column: ConsentColumn, value: str) -> Reading:
    if not mentions_no(value):
        return _SILENT
    said = status_of(value) or LineOutcome.LEFT
    return column.no(said, value, explicit=said is not LineOutcome.UNCONFIRMED)


def _read_other(_column: ConsentColumn, _value: str) -> Reading:
    return _SILENT


def _read_stated(column: ConsentColumn, value: str) -> Reading:
    said = _read_mention(column, value)
    return said if said.outcome else _UNKNOWN


_READERS: dict[ColumnKind, Callable[[ConsentColumn, str], Reading]] = {
    ColumnKind.REFUSAL: _read_refusal,
    ColumnKind.REQUEST: _read_request,
    ColumnKind.STATUS: _read_status,
    ColumnKind.EVENT: _read_event,
    ColumnKind.OTHER: _read_other,
    ColumnKind.STATED: _read_stated,
    ColumnKind.MENTION: _read_mention,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentColumns:
    """The columns of a list that say something about mail. Without any, every line may be imported."""

    columns: tuple[ConsentColumn, ...] = ()

    def read(self, cells: Sequence[str]) -> Reading:
        """Return what a line says: the strongest no of its cells, with the date of that no."""
        found = _SILENT
        since = ""
        for column in self.columns:
            reading = column.read(cells[column.place] if column.place < len(cells) else "") or _SILENT
            since = since or (reading.since if reading.explicit else "")
            if reading.outcome and (found.outcome is None or _weight(reading) > _weight(found)):
                found = reading
        return replace(found, since=found.since or since) if found.explicit else found

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns that were understood, or answered."""
        return frozenset(column.name for column in self.columns if column.kind is not ColumnKind.MENTION)


def _weight(reading: Reading) -> tuple[bool, int]:
    return reading.explicit, _STRENGTH[reading.outcome] if reading.outcome else 0
