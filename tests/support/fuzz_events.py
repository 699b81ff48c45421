"""Events of API Gateway for requests of any kind, drawn by hypothesis."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from convener.pages import routes
from tests.support.fuzz_tokens import Token, tokens
from tests.support.fuzz_values import FIELDS, RIGHT, Pairs
from tests.support.visiting import METHODS

URLENCODED = "application/x-www-form-urlencoded"
TYPES = [
    *([URLENCODED] * 6),
    "",
    None,
    f"{URLENCODED}; charset=utf-16",
    f"{URLENCODED.upper()};charset=zqx",
    "text/plain",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary="zqx',
    "multipart/form-data; boundary=" + "z" * 500,
    "multipart/form-data; boundary=line",
    "multipart/mixed; boundary=line",
    "text/html; charset=utf-8",
    f"{URLENCODED}\r\nX-Zqx: 1",
    ";;;=",
    "\u00fc/\u00df",
]
HEADERS: Mapping[str, list[str]] = {
    "cookie": ["session=zqx", "zqx"],
    "Referer": ["https://zqx.example/<zqx-tag>"],
    "User-Agent": ["<zqx-tag>", "GoogleImageProxy", ""],
    "HOST": ["zqx.example"],
    "x-forwarded-for": ["192.0.2.66, zqx"],
    "x-http-method-override": ["DELETE", "POST"],
    "accept-language": ["mi-NZ,mi;q=0.9", "zqx"],
    "content-length": ["-1", "99999999999", "zqx"],
    "transfer-encoding": ["chunked"],
    "origin": ["https://zqx.example", "null"],
}
PATHS = {**routes.PATHS, "nowhere": "/zqx/<zqx-tag>"}
"""The path of each page, and a path at which there is none."""

SOURCES = ["192.0.2.7", "2001:db8::1", "", "zqx", "fe80::1%eth0", "::ffff:192.0.2.1", "999.1.1.1"]


@dataclass(frozen=True, kw_only=True)
class SentRequest:
    """One request: its event, the token in its path, and the values in its fields."""

    page: str
    method: str
    token: Token
    pairs: Pairs
    event: Mapping[str, Any] = field(repr=False)


@st.composite
def pairs_of(draw: st.DrawFn, page: str) -> Pairs:
    """Draw a form: one of the page, changed, shortened or extended, or any fields at all."""
    own = list(RIGHT.get(page, RIGHT["subscribe"]))
    pairs = list(draw(st.sampled_from(own)))
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 2, 8]))):
        how = draw(st.sampled_from(["change", "change", "add", "drop", "any"]))
        if how in ("change", "drop") and pairs:
            place = draw(st.integers(0, len(pairs) - 1))
            name = pairs[place][0]
            pairs[place : place + 1] = (
                [(name, draw(st.sampled_from(FIELDS.get(name, FIELDS["zqx"]))))] if how == "change" else []
            )
        elif how == "any":
            pairs.append((draw(st.text(max_size=6)), draw(st.text(max_size=30))))
        else:
            name = draw(st.sampled_from(list(FIELDS)))
            pairs.insert(draw(st.integers(0, len(pairs))), (name, draw(st.sampled_from(FIELDS[name]))))
    return tuple(pairs)


def _multipart(pairs: Pairs, end: str) -> bytes:
    parts = [f'--line\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
    return "".join([*parts, end]).encode("utf-8", "replace")


FALSE_UTF8 = b"&first_name=%FF%FEzqx&address=\xff\xfe%C0%80@example.org"
HOW = ("form",) * 12 + ("multipart", "multipart", "cut", "typed", "typed", "bytes", "many", "huge", "not utf-8")


@st.composite
def _body(draw: st.DrawFn, pairs: Pairs) -> tuple[bytes, str | None, bool]:
    """Draw a body, its content type, and whether it is the form as browsers send it."""
    how, right, kind = draw(st.sampled_from(HOW)), urlencode(pairs, errors="replace").encode(), URLENCODED
    body, whole = right, how == "form"
    if how == "multipart":
        ends = ["--line--\r\n", "--line--", "", "--line", "--zqx--\r\n", "\r\n--line\r\nzqx"]
        body, kind = _multipart(pairs, draw(st.sampled_from(ends))), "multipart/form-data; boundary=line"
    elif how == "cut":
        body = right[: draw(st.integers(0, len(right)))]
    elif how == "bytes":
        body = draw(st.binary(max_size=60))
    elif how == "many":
        body = b"&".join([right] * 60)
    elif how == "huge":
        body = right + b"&zqx=" + b"a" * draw(st.sampled_from([60_000, 66_000, 140_000, 1_048_576]))
    elif how == "not utf-8":
        body = right + FALSE_UTF8
    return body, draw(st.sampled_from(TYPES)) if how in ("typed", "bytes") else kind, whole


@st.composite
def sent_requests(
    draw: st.DrawFn, page: str, methods: tuple[str, ...] = (*METHODS, *(["POST"] * 9), "get", "POST ")
) -> SentRequest:
    """Draw one request to a page."""
    method, token, pairs = draw(st.sampled_from(methods)), draw(tokens(page)), draw(pairs_of(page))
    body, kind, whole = draw(_body(pairs))
    in_base64 = draw(st.booleans()) or not body.isascii()
    text = base64.b64encode(body).decode() if in_base64 else body.decode()
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{'ANY' if page == 'leave' else method} {PATHS[page]}",
        "rawPath": PATHS[page].replace("{token}", quote(token.text, safe="", errors="replace")),
        "rawQueryString": draw(
            st.sampled_from(["", "", "", "utm_source=zqx", "action=erase&List-Unsubscribe=One-Click"])
        ),
        "headers": {"content-type": kind} if kind is not None else {},
        "requestContext": {"http": {"method": method, "sourceIp": SOURCES[0]}},
        "pathParameters": {"token": token.text} if "{" in PATHS[page] else None,
        "body": text,
        "isBase64Encoded": in_base64,
    }
    if page == "nowhere":
        event["routeKey"] = "$default"
    if draw(st.sampled_from([False, False, False, True])):
        whole = False
        _distort(draw, event)
    return SentRequest(page=page, method=method, token=token, pairs=pairs if whole else (), event=event)


def _distort(draw: st.DrawFn, event: dict[str, Any]) -> None:
    """Remove or change a part of the event."""
    how = draw(st.sampled_from(["header", "source", "base64", "drop", "none", "route", "text", "query"]))
    if how == "header":
        name = draw(st.sampled_from(list(HEADERS)))
        event["headers"] = {**event["headers"], name: draw(st.sampled_from(HEADERS[name]))}
    elif how == "source":
        event["requestContext"]["http"]["sourceIp"] = draw(st.sampled_from(SOURCES))
    elif how == "base64":
        event["isBase64Encoded"] = not event["isBase64Encoded"]
    elif how == "drop":
        del event[draw(st.sampled_from(sorted(event)))]
    elif how == "none":
        event[draw(st.sampled_from(["headers", "body", "pathParameters", "requestContext", "rawPath", "routeKey"]))] = (
            None
        )
    elif how == "route":
        event["routeKey"] = "$default"
    elif how == "text":
        event["body"], event["isBase64Encoded"] = draw(st.text(max_size=40)) + "\ud800", False
    else:
        event["queryStringParameters"] = {"action": "erase", "token": "zqx"}
