"""Finding out who wants mail: a survey of the columns, and the question to the operator where they don't tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from convener.errors import BadInput
from convener.intake.files.csv_dialect import Broken, Record
from convener.intake.subscribers.consent_columns import MAX_VALUE_CHARACTERS, ConsentColumn, ConsentColumns, Reading
from convener.intake.subscribers.consent_headers import ColumnKind, is_moment, kind_of, may_mean_anything
from convener.intake.subscribers.consent_words import (
    PAYMENT_VALUES,
    STATUS_LIKE,
    Answer,
    answer_of,
    mentions_no,
    plain,
)

OPTION = "--yes-means"
MAX_VALUES = 12
"""The number of values of a column that a question names."""
_MAX_DISTINCT = 500
"""The number of different values of a column that a survey keeps."""
_TELLING = frozenset({ColumnKind.REFUSAL, ColumnKind.REQUEST, ColumnKind.STATUS, ColumnKind.STATED})
"""The kinds of columns that can tell whether a person may be written to."""

_TOLD_BY_NAME = re.compile(
    r"unsub|opt(ed)?[ _-]?outs?|bounce|cleaned|non[ _-]?subscribed|block[ _-]?list|black[ _-]?list|"
    r"suppress|complain|do[ _-]?not[ _-]?(contact|mail|email)|abgemeldet|abmeldung|d[eé]sabonn|"
    r"d[eé]sinscri|uitgeschreven|afgemeld|disiscri|desuscri",
    re.IGNORECASE,
)


class ConsentQuestion(BadInput):
    """The list does not say who wants mail. The message names columns, values and the option that answers."""


def says_no(name: str) -> bool:
    """Return whether the name of a file says that its people said no, or could not be reached."""
    return _TOLD_BY_NAME.search(name) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class YesMeans:
    """An operator's answer: a value of a column that means yes."""

    column: str
    value: str


def yes_means(typed: str) -> YesMeans:
    """Return an answer written as COLUMN=VALUE. Raises BadInput."""
    column, sign, value = (part.strip() for part in typed.rpartition("="))
    if not sign or not column:
        raise BadInput(
            f'{OPTION} "{typed[:MAX_VALUE_CHARACTERS]}" is not of the form "COLUMN=VALUE", such as "Status=Active".'
        )
    return YesMeans(column=column, value=value)


@dataclass(slots=True)
class _Survey:
    """A summary of the cells of one column: the values, whether any says something, and one that is not understood.

    `telling` is whether some value is a word about mail, and `refused` whether some value is plainly a no.
    """

    column: ConsentColumn
    values: Counter[str] = field(default_factory=Counter)
    unknown: str | None = None
    says_yes: bool = False
    filled: bool = False
    refused: bool = False
    telling: bool = False
    answered: set[str] = field(default_factory=set)

    def add(self, cell: str) -> None:
        value, column = cell.strip(), self.column
        if column.kind is ColumnKind.MENTION:
            self.filled = self.filled or mentions_no(value)
            return
        if len(self.values) < _MAX_DISTINCT or value in self.values:
            self.values[value[:MAX_VALUE_CHARACTERS]] += 1
        if column.yes:
            self.answered.add(plain(value))
            self.answered &= column.yes
        self.filled = self.filled or answer_of(value) is not Answer.BLANK
        self.refused = self.refused or mentions_no(value)
        reading = column.read(value)
        if reading is None and self.unknown is None:
            self.unknown = value[:MAX_VALUE_CHARACTERS]
        self.telling = self.telling or _tells(column.kind, value, reading)
        self.says_yes = self.says_yes or bool(reading and not reading.outcome and answer_of(value) is not Answer.BLANK)

    @property
    def is_about_mail(self) -> bool:
        """Whether the values show that the column is about mail, or the operator says so."""
        is_switch = self.column.kind is ColumnKind.REQUEST and self.filled and self.values.keys() <= {"", "0", "1"}
        return bool(self.telling or is_switch or self.column.yes)

    def demote(self) -> None:
        """Take the column for one of any other kind: its name may mean anything, and no value speaks of mail."""
        self.column = replace(self.column, kind=ColumnKind.MENTION)
        self.filled, self.unknown = self.refused, None


def _tells(kind: ColumnKind, value: str, reading: Reading | None) -> bool:
    """Return whether a value shows that a column, whose name may mean anything, is about mail."""
    words, answer = plain(value), answer_of(value)
    if kind in (ColumnKind.REQUEST, ColumnKind.REFUSAL):
        return reading is not None and answer not in (Answer.BLANK, Answer.DATE) and not words.isdecimal()
    if STATUS_LIKE.fullmatch(words):
        return True
    return reading is not None and answer is not Answer.BLANK and words not in PAYMENT_VALUES


def find_consent(
    header: Sequence[str],
    records: Callable[[], Iterable[Record | Broken]],
    *,
    skipped: Collection[int],
    answers: Sequence[YesMeans] = (),
    told: str = "",
    alone: bool = True,
) -> ConsentColumns:
    """Return the columns that say something about mail, once everything in them is understood.

    Args:
        header: The names of the columns, as typed; empty for a bare list of addresses.
        records: Returns the lines below the header, from the first one on.
        skipped: Columns with another use, such as the address.
        answers: The operator's answers.
        told: The name of the file, and titles above the list. A list of people who left often says so only there.
        alone: Whether every answer must be about this list: it is the only one of its import.

    Raises:
        ConsentQuestion: A column is not understood, or no column says yes to mail.
        BadInput: An answer names a column or a value that the list does not have.
    """
    surveys = [_Survey(column) for column in _candidates(header, skipped, answers)]
    for record in records() if surveys else ():
        if isinstance(record, Record):
            for survey in surveys:
                survey.add(record.cells[survey.column.place] if survey.column.place < len(record.cells) else "")
    if alone:
        _check_answers(surveys, answers)
    for survey in surveys:
        if may_mean_anything(plain(survey.column.name)) and not survey.is_about_mail:
            survey.demote()
    kept = [survey for survey in surveys if _matters(survey)]
    unclear = [survey for survey in kept if survey.unknown is not None]
    if unclear:
        raise ConsentQuestion(_which_mean_yes(unclear))
    kinds = {survey.column.kind for survey in kept}
    if kinds & {ColumnKind.EVENT, ColumnKind.OTHER} and not kinds & _TELLING:
        raise ConsentQuestion(
            _no_column_says_yes([survey for survey in kept if survey.column.kind is not ColumnKind.MENTION])
        )
    if not kinds & _TELLING and (word := _TOLD_BY_NAME.search(told)):
        raise ConsentQuestion(
            f"The name of the file, or a title in it, says “{word[0]}”, and no column says who still wants mail. If "
            "these people said no, add a column “Unsubscribed” with “yes” on every line, so that they are remembered. "
            "If they said yes, change that name."
        )
    return ConsentColumns(columns=tuple(replace(s.column, blank_is_no=s.says_yes) for s in kept))


def _candidates(
    header: Sequence[str], skipped: Collection[int], answers: Sequence[YesMeans]
) -> Iterator[ConsentColumn]:
    for place, name in enumerate(header):
        yes = frozenset(plain(answer.value) for answer in answers if plain(answer.column) == plain(name))
        if place in skipped and not yes:
            continue
        kind = kind_of(name)
        if yes and kind is ColumnKind.OTHER:
            raise BadInput(
                f"“{name}” is about something other than mail, so it can't say yes to mail. Name another column, or "
                "take people in who said yes elsewhere, from a list of their own."
            )
        stated = yes and kind in (ColumnKind.MENTION, ColumnKind.EVENT)
        yield ConsentColumn(place=place, name=name, kind=ColumnKind.STATED if stated else kind, yes=yes)


def _matters(survey: _Survey) -> bool:
    """Return whether a column says something in this file."""
    column = survey.column
    if column.kind is ColumnKind.MENTION:
        return survey.filled
    if column.yes:
        return True
    name = plain(column.name)
    if column.kind is ColumnKind.REQUEST and is_moment(name):
        return survey.filled
    return survey.filled or column.kind is not ColumnKind.STATUS


def _check_answers(surveys: Sequence[_Survey], answers: Sequence[YesMeans]) -> None:
    """Raise BadInput for an answer about a column or a value that the file does not have."""
    by_name = {plain(survey.column.name): survey for survey in surveys if survey.column.yes}
    for answer in answers:
        survey = by_name.get(plain(answer.column))
        if survey is None:
            raise BadInput(f"{OPTION}: there is no column called “{answer.column[:MAX_VALUE_CHARACTERS]}”.")
        if plain(answer.value) not in survey.answered:
            raise BadInput(
                f"{OPTION}: no line has “{answer.value[:MAX_VALUE_CHARACTERS]}” in the column “{survey.column.name}”. "
                f"It holds {_shown(survey)}."
            )


def _which_mean_yes(surveys: Sequence[_Survey]) -> str:
    columns = " ".join(f"The column “{survey.column.name}” holds {_shown(survey)}." for survey in surveys)
    option = _example(surveys[0], surveys[0].unknown)
    return (
        f"Only a written yes is a yes, and this file doesn't tell who still wants these mails. {columns} Which values "
        f"mean yes? Say so for each of them: {option}. Everybody with another value stays out."
    )


def _no_column_says_yes(surveys: Sequence[_Survey]) -> str:
    names = ", ".join(f"“{survey.column.name}” ({_shown(survey)})" for survey in surveys[:MAX_VALUES])
    return (
        "Being at a meeting, or being recorded, is no consent to mail, and no column says yes to mail. There are "
        f"{names}. If the value of some column means that a person asked for these mails, say so: "
        f'{OPTION} "COLUMN=VALUE". If they all asked elsewhere, import a list without these columns.'
    )


def _example(survey: _Survey, value: str | None) -> str:
    return f'{OPTION} "{survey.column.name}={value}"'


def _shown(survey: _Survey) -> str:
    common = survey.values.most_common(MAX_VALUES)
    shown = ", ".join(f"“{value}” ({number})" if value else f"nothing ({number})" for value, number in common)
    return f"{shown} and more" if len(survey.values) > MAX_VALUES else shown
