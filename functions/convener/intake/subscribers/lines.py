"""The lines of a list of people: a row that can be imported, a refusal to remember, or a problem for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from convener.subscribers.address import Address
from convener.subscribers.models import Calendar


class LineOutcome(StrEnum):
    """The result of a line. A NOTE is no result: it says that a value was left out, or concerns the whole file.

    UNCONFIRMED: The person was asked elsewhere and has not confirmed. DECLINED: The line does not say yes to mail.
    """

    NEW = "new"
    KNOWN = "known"
    DUPLICATE = "duplicate"
    ROLE = "role"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MOVED = "moved"
    UNCONFIRMED = "unconfirmed"
    DECLINED = "declined"
    MALFORMED = "malformed"
    BUSY = "busy"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can be imported.

    Args:
        line: The number of the line in the file, from 1.
        address: The address of the person.
        first_name: The first name, or an empty string.
        zone: A name of the IANA time zone database, or an empty string.
        joined: When the person gave their consent, in UTC; None where the list has no date that can be read.
        joined_typed: The date of consent as typed.
        kinds: The kinds of mailing that the person chose; empty for all.
        calendar: How the person gets calendar entries.
        text_only: Whether the person wants mails without HTML.
        paused_until: The end of a pause.
        source: The file's own words on the origin of the consent.
        wording: The version of the consent wording that the file names; empty for the first one.
        file: The name of the file, where an import has several.
    """

    line: int
    address: Address
    first_name: str
    zone: str
    joined: datetime | None
    joined_typed: str = ""
    kinds: frozenset[str] = frozenset()
    calendar: Calendar = Calendar.FILE
    text_only: bool = False
    paused_until: datetime | None = None
    source: str = ""
    wording: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that says no to mail, which is remembered.

    Args:
        line: The number of the line in the file, from 1.
        address: The address of the person.
        outcome: How the person said no, or why mail does not reach them.
        reason: The column and the value that say so.
        since: The date of the no, still as typed; empty where the line has none.
        file: The name of the file, where an import has several.
    """

    line: int
    address: Address
    outcome: LineOutcome
    reason: str
    since: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A remark on a line for the operator. `address` is as in the file: for a screen, never for a log."""

    line: int
    address: str
    outcome: LineOutcome
    reason: str
    file: str = ""
