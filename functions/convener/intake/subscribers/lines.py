"""What the lines of a list of people are: somebody who can be brought in, or something to tell the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from convener.subscribers.address import Address
from convener.subscribers.models import Calendar


class LineOutcome(StrEnum):
    """What becomes of a line. A NOTE is no line's end: it tells what was left out, or holds for the whole file."""

    NEW = "new"
    KNOWN = "known"
    DUPLICATE = "duplicate"
    ROLE = "role"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MOVED = "moved"
    MALFORMED = "malformed"
    BUSY = "busy"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Row:
    """One usable line. `joined` is still as typed; `zone` is a name of the IANA database, or empty.

    `source` is the file's own word on where consent came from.
    """

    line: int
    address: Address
    first_name: str
    zone: str
    joined: str
    kinds: frozenset[str] = frozenset()
    calendar: Calendar = Calendar.FILE
    text_only: bool = False
    paused_until: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What to tell the operator about a line. `address` is as in the file: for their screen, never for a log."""

    line: int
    address: str
    outcome: LineOutcome
    reason: str
