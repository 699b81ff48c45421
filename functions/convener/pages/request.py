"""What a reader's browser, or her mail program, asks for. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar
from urllib.parse import unquote

from convener.errors import BadInput

Read = TypeVar("Read")

PLAIN = {"/": "front", "/robots.txt": "robots", "/favicon.ico": "icon", "/subscribe": "subscribe"}
_WITH_TOKEN = re.compile(r"/(leave|join|view|confirm|preferences|data|erase|address)/([^/]*)/?")

# What mail programs and people leave in a link or put around it. No token has any of these signs, and whatever is
# left must still bear our signature: mending opens nothing to anybody.
_NOISE = re.compile(r"=3D|=\r?\n|\s", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9]{1,12}\.[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{43}")
_LONGEST = 2_000  # characters of a link worth looking at


class NotALink(BadInput):
    """The token in the link isn't whole, or isn't ours: the reader opens it from the mail again."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as API Gateway's payload format 2.0 tells it. `page` is empty where no such page exists.

    `body` is text, or base64 where `is_base64`; the headers' names are in small letters. `network` is whoever asks, as
    far as limits go: an IPv4 address, or the half of an IPv6 one that a household or a ward has; empty where unknown.
    """

    page: str
    method: str = "GET"
    token: str = ""
    headers: Mapping[str, str]
    body: str = ""
    is_base64: bool = False
    network: str = field(default="", repr=False)

    @property
    def reads(self) -> bool:
        """Whether it only asks to see something."""
        return self.method in ("GET", "HEAD")


def read_request(event: Mapping[str, Any]) -> Request:
    """The request in an event. The route key decides; the path only where a route has no key of its own.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    page, token = _place(event)
    headers = event.get("headers") or {}
    http = (event.get("requestContext") or {}).get("http") or {}
    return Request(
        page=page,
        token=token,
        method=str(http.get("method", "GET")).upper(),
        headers={str(name).lower(): str(value) for name, value in headers.items()},
        body=str(event.get("body") or ""),
        is_base64=bool(event.get("isBase64Encoded")),
        network=_network(str(http.get("sourceIp", ""))),
    )


def _network(source: str) -> str:
    try:
        address = ip_address(source)
    except ValueError:
        return ""
    return str(ip_network(f"{address}/64", strict=False)) if isinstance(address, IPv6Address) else str(address)


def _place(event: Mapping[str, Any]) -> tuple[str, str]:
    route = str(event.get("routeKey", "")).rpartition(" ")[2]
    known = _WITH_TOKEN.fullmatch(route)
    if known and known[2] == "{token}":
        return known[1], str((event.get("pathParameters") or {}).get("token", ""))
    path = route if route in PLAIN else str(event.get("rawPath") or "/")
    found = _WITH_TOKEN.fullmatch(path)
    return (found[1], found[2]) if found else (PLAIN.get(path, ""), "")


def read_token(token: str, read: Callable[[str], Read]) -> Read:
    """What the token stands for, also where a mail program put something around it. Raises NotALink."""
    try:
        return read(token)
    except BadInput as error:
        found = _TOKEN.search(_NOISE.sub("", unquote(token[:_LONGEST])))
        if found is None:
            raise NotALink(str(error)) from error
    try:
        return read(found[0])
    except BadInput as error:
        raise NotALink(str(error)) from error
