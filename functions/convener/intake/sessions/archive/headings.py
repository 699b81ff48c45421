"""Lines that are headings, and lines that only look like one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from convener.intake.files.dates import DAY, MONTH, MONTHS, WrittenDate, date_at_start, nearest_month
from convener.intake.sessions.archive.lexicon import words_of

DASH = "-‐‑‒–—―−"
_SEPARATOR = re.compile(rf" ?(?P<mark>[{DASH}:|·•~]+)(?P<space> ?)(?P<title>.*)$")
_DECORATION = re.compile(r"^(?:#{1,6} )?(?:\*\*|__)?(?P<inner>.*?)(?:\*\*|__)?(?: #+)?$")
_BULLET = re.compile(rf"^(?:[{DASH}*+•·▪]|\d{{1,2}}[.)]) ")
_ALONE = rf" ?(?:$|[{DASH}:|·•~]+ ?(?=\S))"
_ODD_MONTH = re.compile(r"^(?P<word>[^\W\d_]{3,12})\.? ?(?P<year>\d{3,5})(?!\d)(?P<rest>.*)$")
_ODD_YEAR = re.compile(
    rf"^(?:{DAY} )?{MONTH}\b\.?,? ?(?:['’‘]?\d{{1,3}}|\d{{5,}})?(?!\d)(?:st|nd|rd|th)?{_ALONE}", re.IGNORECASE
)
_NUMERIC = re.compile(
    rf"^(?:\d{{4}}-\d\d(?:-\d\d)?|\d{{1,2}}[./-](?:\d{{1,2}}[./-]\d{{2,4}}|\d{{4}})|\d{{4}} {MONTH}){_ALONE}",
    re.IGNORECASE,
)
_DATE_LAST = re.compile(rf"^.{{3,90}} [{DASH}|] ?{MONTH} \d{{4}}$", re.IGNORECASE)
_SPAN = re.compile(rf"^{MONTH} ?(?:[{DASH}/&]|to|and) ?{MONTH} \d{{4}}{_ALONE}", re.IGNORECASE)
_NO_MONTHS = words_of(
    """
    about after around before between circa during from nearly over since some than the through throughout until
    year years covid
    """
)
# A line that ends with one of these words goes on in the next line, which then is no heading.
_GOES_ON = words_of(
    """
    a about after an and around as at before between both but by during early for from in into its last late
    like mid next of on or our since than that the their this through throughout to until when where which while
    with
    """
)
_CLOSED = ".!?…;"


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line of a session. `doubt` is empty where its form is certain."""

    when: WrittenDate
    title: str | None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A line that is no heading, but may be meant as one. `closes`: the lines below it belong to no session."""

    why: str
    closes: bool


def judge(text: str, *, before: str, after: str) -> Heading | Lookalike | None:
    """Return what a clean line is, or None for plain text.

    Args:
        text: The line.
        before: The line before; empty where it is blank.
        after: The line after; empty where it is blank.
    """
    if goes_on(before):
        return None
    inner = _DECORATION.sub(r"\g<inner>", text).strip()
    if not (when := date_at_start(inner)):
        return _lookalike(inner, alone=not before)
    if when.problem:
        return _shaped(when.rest, when.problem, closes=True)
    return _by_rest(when, before=before, after=after)


def goes_on(line: str) -> bool:
    """Return whether a line ends in the middle of a sentence."""
    words = line.lower().rstrip("\"'”’").split()
    return bool(words) and (words[-1].endswith(",") or words[-1] in _GOES_ON)


def _by_rest(when: WrittenDate, *, before: str, after: str) -> Heading | Lookalike | None:
    rest = when.rest.strip()
    if rest in ("", *".,"):
        return None if rest and before and before[-1] not in _CLOSED else Heading(when, None)
    if marked := _SEPARATOR.match(when.rest):
        return _titled(when, marked)
    if when.rest[0].isalpha():
        return Heading(when, rest)
    if when.rest[0] == " " and not rest[0].islower() and rest[0] not in "([{/&+":
        return _unmarked(when, rest, before=before, after=after)
    if rest[-1] in _CLOSED or after or rest[0] in "'’":
        return None
    return Lookalike("begins with a month but has no dash before its title; taken as text", closes=False)


def _titled(when: WrittenDate, marked: re.Match[str]) -> Heading | Lookalike | None:
    title = marked["title"].strip()
    if date_at_start(title) or (not marked["space"] and marked["mark"][-1] in DASH and title[:1].isdigit()):
        return Lookalike("names a span of time, not one month", closes=True)
    if title[:1].islower() and title.endswith("."):
        return Lookalike("reads like a sentence, not like a heading; taken as text", closes=False)
    return Heading(when, title or None)


def _unmarked(when: WrittenDate, rest: str, *, before: str, after: str) -> Heading | Lookalike | None:
    """Judge a month that a capital letter follows: "April 2024 Kindness" is a heading without a dash, or a sentence."""
    if rest[-1] in ".…;,":
        return Lookalike("begins with a month and reads like a sentence; taken as text", closes=False)
    if before and after:
        return Lookalike("begins with a month inside a paragraph; taken as text", closes=False)
    return Heading(when, rest, doubt=f"no dash between {when.in_words} and “{rest}”; read as the session's title")


def _lookalike(text: str, *, alone: bool) -> Lookalike | None:
    if found := _ODD_MONTH.match(text):
        return _odd_month(found, alone=alone)
    return _odd_date(text, alone=alone) or _odd_place(text)


def _odd_date(text: str, *, alone: bool) -> Lookalike | None:
    if _SPAN.match(text):
        return Lookalike("names a span of time, not one month", closes=alone)
    if _ODD_YEAR.match(text):
        return Lookalike("the year must have four digits, as in “April 2024 – Title”", closes=alone)
    if _NUMERIC.match(text):
        return Lookalike("write the month in letters, as in “18 April 2024 – Title”", closes=alone)
    return None


def _odd_place(text: str) -> Lookalike | None:
    if _DATE_LAST.match(text):
        return Lookalike("the month must come first, as in “April 2024 – Title”; taken as text", closes=False)
    bullet = _BULLET.match(text)
    inner = date_at_start(text[bullet.end() :]) if bullet else None
    if inner and (not inner.rest.strip() or _SEPARATOR.match(inner.rest)):
        return Lookalike("begins with a bullet; taken as text", closes=False)
    return None


def _odd_month(found: re.Match[str], *, alone: bool) -> Lookalike | None:
    word, rest = found["word"], found["rest"]
    meant = nearest_month(word)
    if meant and word.lower() in MONTHS:
        return _shaped(rest, "the year must have four digits, as in “April 2024 – Title”", closes=True)
    if meant:
        return _shaped(rest, f"“{word}” is no month: is {meant} meant?", closes=True)
    if word.lower() in _NO_MONTHS or (rest.strip() and not _SEPARATOR.match(rest)):
        return None
    return Lookalike(f"“{word}” is no month", closes=alone) if len(found["year"]) == 4 else None


def _shaped(rest: str, why: str, *, closes: bool) -> Lookalike | None:
    """Return a lookalike where the words behind the year may be a title, and None where a sentence goes on."""
    words = rest.strip()
    if rest[:1] == " " and (words[:1].islower() or words[-1:] == ".") and not _SEPARATOR.match(rest):
        return None
    return Lookalike(why, closes=closes)
