"""What `public` asks `transactional` to send: the messages of its queue. Standard library only.

A message holds what somebody typed (an address, a first name): the queue is encrypted, and nothing of it gets into a
log or an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from convener.errors import BadInput

_ID = re.compile(r"[0-9a-f]{32}")
LONGEST = 2_000
"""Characters that any part of a message may have."""


class Purpose(StrEnum):
    """What a fresh link is for."""

    DATA = "data"
    ERASE = "erase"
    ADDRESS = "address"


@dataclass(frozen=True, kw_only=True)
class JoinRequested:
    """Somebody typed an address into a form. `mark` is the random id that the request will have (32 hex digits)."""

    mark: str
    at: datetime
    address: str
    first_name: str = ""
    zone: str = ""
    kinds: frozenset[str] = frozenset()
    wording: str
    by: str


@dataclass(frozen=True, kw_only=True)
class JoinConfirmed:
    """The button of a join request was pressed: the welcome is due. It may arrive before the row is written."""

    mark: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LinkRequested:
    """A subscriber wants a fresh link to her data, to erase it, or to change her address."""

    mark: str
    at: datetime
    subscriber: str
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class MoveRequested:
    """A subscriber wants her mail at another address, which must be confirmed there."""

    mark: str
    at: datetime
    subscriber: str
    address: str


MailRequest = JoinRequested | JoinConfirmed | LinkRequested | MoveRequested
REQUEST_TYPES: Mapping[str, type[MailRequest]] = {
    "join": JoinRequested,
    "welcome": JoinConfirmed,
    "link": LinkRequested,
    "move": MoveRequested,
}


class MailRequestQueue(Protocol):
    """The queue of `transactional`."""

    def send(self, letter: MailRequest, *, delay: int = 0) -> None:
        """Queue it, to be seen after that many seconds. Raises Unavailable or LostAnswer."""


def body_of(letter: MailRequest) -> str:
    """The message. Moments are ISO 8601, sets are sorted lists."""
    name = next(name for name, kind in REQUEST_TYPES.items() if isinstance(letter, kind))
    return json.dumps({"letter": name, **asdict(letter)}, default=_plain, ensure_ascii=False)


def read_mail_request(body: str) -> MailRequest:
    """What a message asks for. Raises BadInput, which repeats nothing of it, where it is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("The message is no JSON.") from error
    if not isinstance(told, dict):
        raise BadInput("The message is no JSON object.")
    kind: Any = REQUEST_TYPES.get(str(told.get("letter")))
    if kind is None:
        raise BadInput("The message asks for a letter that this version doesn't know.")
    try:
        return kind(**{f.name: _READ.get(f.name, _text)(told[f.name]) for f in fields(kind)})  # type: ignore[no-any-return]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput("The message is not as Convener writes it.") from error


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError("no text, or too much of it")
    return value


def _id(value: object) -> str:
    text = _text(value)
    if not _ID.fullmatch(text):
        raise ValueError("no id")
    return text


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(_text(value)).astimezone(UTC)


def _kinds(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return frozenset(map(_text, value))


_READ: Mapping[str, Callable[[object], object]] = {
    "mark": _id,
    "subscriber": _id,
    "at": _moment,
    "kinds": _kinds,
    "purpose": lambda value: Purpose(_text(value)),
}
