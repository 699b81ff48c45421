"""Requests for pages, read from the events of API Gateway, and the tokens in their paths. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar
from urllib.parse import unquote

from convener.errors import BadInput

Value = TypeVar("Value")

_TOKEN_PART = "{token}"  # noqa: S105 - a placeholder in a path

# What mail programs and people leave in a link or put around it. No token contains any of these characters, and the
# repaired token must still have a valid signature: so a repair opens nothing that is closed.
_NOISE = re.compile(r"=3D|=\r?\n|\s", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9]{1,12}\.[A-Za-z0-9_-]{1,80}\.[A-Za-z0-9_-]{43}")
_MAX_LINK_CHARACTERS = 2_000
"""The part of a link that is searched for a token."""


class NotALink(BadInput):
    """The token in the link is incomplete, or has no valid signature. The reader opens the link in the mail again."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request for a page.

    Attributes:
        page: The name of the page; empty if there is no page at the path.
        method: The HTTP method in upper case.
        token: The token in the path; empty if the path has none.
        headers: The headers, their names in lower case.
        body: Text, or base64 if `is_base64` is true.
        network: The network that the request came from, which limits count by: an IPv4 address, or the /64 network of
            an IPv6 address, which is one household or one ward. Empty if unknown.
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
        """Whether the request only asks to see a page."""
        return self.method in ("GET", "HEAD")


def read_request(event: Mapping[str, Any], paths: Mapping[str, str]) -> Request:
    """Return the request in an event of payload format 2.0.

    The route key decides which page is asked for. The path decides only if API Gateway has no route for the page.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

    Args:
        event: The event of API Gateway. Any part of it may be missing.
        paths: The path of each page, by the name of the page. A path may end in `/{token}`.
    """
    page, token = _page_and_token(event, paths)
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


def _page_and_token(event: Mapping[str, Any], paths: Mapping[str, str]) -> tuple[str, str]:
    route_path = str(event.get("routeKey", "")).rpartition(" ")[2]
    page, token = _match(route_path, paths)
    if token == _TOKEN_PART:
        return page, str((event.get("pathParameters") or {}).get("token", ""))
    if page and not token and paths[page] == route_path:
        return page, ""
    return _match(str(event.get("rawPath") or "/"), paths)


def _match(path: str, paths: Mapping[str, str]) -> tuple[str, str]:
    """Return the page at a path and the token in the path; empty strings if there is no page."""
    for page, pattern in paths.items():
        prefix = pattern.removesuffix(_TOKEN_PART)
        if prefix == pattern:
            if path == pattern:
                return page, ""
        elif path.startswith(prefix):
            token = path.removeprefix(prefix).removesuffix("/")
            if "/" not in token:
                return page, token
    return "", ""


def read_token(token: str, read: Callable[[str], Value]) -> Value:
    """Return what `read` makes of a token, even if a mail program put something in or around the token.

    Raises NotALink if `read` raises BadInput for the token and for the repaired token.
    """
    try:
        return read(token)
    except BadInput as error:
        found = _TOKEN.search(_NOISE.sub("", unquote(token[:_MAX_LINK_CHARACTERS])))
        if found is None:
            raise NotALink(str(error)) from error
    try:
        return read(found[0])
    except BadInput as error:
        raise NotALink(str(error)) from error
