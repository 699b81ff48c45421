"""Reading an outbox: each `.eml` file taken apart into what a reader, and a curious sender, can look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, MIMEPart
from functools import lru_cache
from pathlib import Path

# Python parses a header anew at each look, and the mails of a campaign share most of theirs: remembering them makes
# reading an outbox several times faster.
_POLICY = policy.default.clone(header_factory=lru_cache(maxsize=4096)(HeaderRegistry()))


@dataclass(frozen=True, kw_only=True)
class CalendarFile:
    """A text/calendar part: its decoded text, its file name ("" where it is inline), and the MIME method."""

    text: str
    name: str
    method: str


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail of the outbox. `number` is its place there ("0007"); an absent part is empty or None.

    `size` is the whole mail in bytes; `parts` its MIME structure as (depth, words). `letter` names a mail of no
    campaign, such as "confirm" or "welcome".
    """

    number: str
    file: str
    campaign: str
    to: str
    subject: str
    at: datetime | None
    headers: tuple[tuple[str, str], ...]
    parts: tuple[tuple[int, str], ...]
    text: str
    html: str
    calendar: CalendarFile | None
    size: int
    letter: str = ""

    @property
    def about(self) -> str:
        """What mails are listed by: the campaign, or the sort of letter."""
        return self.campaign or self.letter


def read_outbox(folder: Path) -> list[Mail]:
    """All mails of a folder, in the order in which they left. A folder that isn't there is an empty one."""
    files = sorted(folder.glob("*.eml"), key=_place)
    return [read_mail(file, number=f"{count:04}") for count, file in enumerate(files, 1)]


def read_mail(file: Path, *, number: str) -> Mail:
    """Read one `.eml` file. What can't be decoded is replaced (U+FFFD), never a reason to stop."""
    raw = file.read_bytes()
    message = message_from_bytes(raw, policy=_POLICY)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Mail(
        number=number,
        file=file.name,
        campaign=str(message.get("X-Convener-Campaign", "")),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        at=_sent(message),
        headers=tuple((name, str(value)) for name, value in message.items()),
        parts=tuple(_structure(message)),
        text=_content(text),
        html=_content(html),
        calendar=_calendar(message),
        size=len(raw),
        letter=str(message.get("X-Convener-Letter", "")),
    )


def _place(file: Path) -> tuple[int, str]:
    number = re.match(r"\d+", file.name)
    return (int(number[0]) if number else 0, file.name)


def _sent(message: EmailMessage) -> datetime | None:
    """An aware moment, in UTC. A zone of -0000 (RFC 5322 §3.3: UTC, zone unknown) is what Python reads as naive."""
    moment: datetime | None = getattr(message["Date"], "datetime", None)
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _content(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a charset that Python doesn't know
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _calendar(message: EmailMessage) -> CalendarFile | None:
    for part in message.walk():
        if part.get_content_type() == "text/calendar" and isinstance(part, MIMEPart):
            method = str(part.get_param("method", ""))
            return CalendarFile(text=_content(part), name=part.get_filename() or "", method=method)
    return None


def _structure(part: MIMEPart, depth: int = 0) -> Iterator[tuple[int, str]]:
    name = part.get_filename()
    yield depth, part.get_content_type() + (f", file {name}" if name else "")
    for child in part.iter_parts():
        if isinstance(child, MIMEPart):
            yield from _structure(child, depth + 1)
