"""Mail requests: messages by which `public` asks `transactional` for what a page must not wait for.

Standard library only.

A message contains text that a person typed, such as an address and a first name. The queue is therefore encrypted, and
no log or error repeats the content of a message.

The field names of the dataclasses and the keys of REQUEST_TYPES are part of the message format: `public` and
`transactional` may run different versions during a deployment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from convener.errors import BadInput
from convener.formats import check_format, numbered

_ID = re.compile(r"[0-9a-f]{32}")
MAX_FIELD_CHARACTERS = 2_000
"""The limit for each text of a message."""


class Purpose(StrEnum):
    """The purpose of a one-time link."""

    DATA = "data"
    ERASE = "erase"
    ADDRESS = "address"


@dataclass(frozen=True, kw_only=True)
class JoinRequested:
    """A person typed an address into a form. `mark` (32 random hex digits) becomes the ConfirmationRequest's id."""

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
    """A person confirmed that they join, so the welcome is due. The message may arrive before the row is written."""

    mark: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LinkRequested:
    """A subscriber asks for a one-time link: to see their data, to erase the data, or to change their address."""

    mark: str
    at: datetime
    subscriber: str
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class MoveRequested:
    """A subscriber asks to change their address. They must confirm by a mail to the new address."""

    mark: str
    at: datetime
    subscriber: str
    address: str


@dataclass(frozen=True, kw_only=True)
class AddressErased:
    """A subscriber erases their data, so SES must forget their address too.

    No mail is sent. The message may arrive before the row is erased.
    """

    mark: str
    at: datetime
    subscriber: str
    address: str


MailRequest = JoinRequested | JoinConfirmed | LinkRequested | MoveRequested | AddressErased
REQUEST_TYPES: Mapping[str, type[MailRequest]] = {
    "join": JoinRequested,
    "welcome": JoinConfirmed,
    "link": LinkRequested,
    "move": MoveRequested,
    "erased": AddressErased,
}


def body_of(request: MailRequest) -> str:
    """Return the body of the message as JSON. Times are in ISO 8601, sets are sorted lists."""
    name = next(name for name, request_type in REQUEST_TYPES.items() if isinstance(request, request_type))
    message = numbered("mail-request", {"letter": name, **asdict(request)})
    return json.dumps(message, default=_to_json, ensure_ascii=False)


def read_mail_request(body: str) -> MailRequest:
    """Parse the body of a message. Raises BadInput, without repeating the body, where the body is no mail request."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("The message is no JSON.") from error
    if not isinstance(message, dict):
        raise BadInput("The message is no JSON object.")
    try:
        check_format("mail-request", message, "The message")
    except (TypeError, ValueError) as error:
        raise BadInput("The message is not as Convener writes it.") from error
    request_type: Any = REQUEST_TYPES.get(str(message.get("letter")))
    if request_type is None:
        raise BadInput("The message asks for a mail that this version doesn't know.")
    try:
        values = {f.name: _PARSERS.get(f.name, _text)(message[f.name]) for f in fields(request_type)}
        return request_type(**values)  # type: ignore[no-any-return]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput("The message is not as Convener writes it.") from error


def _to_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_FIELD_CHARACTERS:
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


_PARSERS: Mapping[str, Callable[[object], object]] = {
    "mark": _id,
    "subscriber": _id,
    "at": _moment,
    "kinds": _kinds,
    "purpose": lambda value: Purpose(_text(value)),
}
