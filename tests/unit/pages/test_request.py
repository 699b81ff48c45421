"""Reading requests from events, and tokens from damaged links."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.pages.request import read_request, read_token
from convener.pages.routes import PATHS
from tests.support.event_links import LEAVE, READER, TOKENS
from tests.support.visiting import Visit


def event(route: str, path: str, method: str = "GET", **more: Any) -> dict[str, Any]:
    """Return an event with the least that API Gateway sends."""
    return {"routeKey": route, "rawPath": path, "requestContext": {"http": {"method": method}}, **more}


@pytest.mark.parametrize(
    ("route", "path", "page", "token"),
    [
        ("GET /", "/", "front", ""),
        ("GET /", "/a-stage/", "front", ""),
        ("$default", "/", "front", ""),
        ("$default", "/robots.txt", "robots", ""),
        ("$default", "/favicon.ico", "icon", ""),
        ("ANY /leave/{token}", "/a-stage/leave/abc", "leave", "abc"),
        ("ANY /join/{token}", "/join/abc", "join", "abc"),
        ("ANY /view/{token}", "/view/abc", "view", "abc"),
        ("$default", "/leave/abc/", "leave", "abc"),
        ("$default", "/view/abc", "view", "abc"),
        ("$default", "/leave/", "leave", ""),
        ("$default", "/leave/abc/def", "", ""),
        ("$default", "/Leave/abc", "", ""),
        ("$default", "/wp-login.php", "", ""),
        ("$default", "//", "", ""),
    ],
)
def test_the_route_key_decides_before_the_path(route: str, path: str, page: str, token: str) -> None:
    """A stage before the route makes no difference; HEAD requests for the front page come by $default."""
    parameters: dict[str, Any] = {"pathParameters": {"token": token}} if "{token}" in route else {}
    request = read_request(event(route, path, **parameters), PATHS)
    assert (request.page, request.token) == (page, token)


def test_the_rest_of_a_request() -> None:
    """Header names are in lower case, the body is unchanged, and missing parts are empty."""
    full = event("$default", "/", "post", headers={"Content-Type": "x"}, body="b", isBase64Encoded=True)
    request = read_request(full, PATHS)
    assert (request.method, request.headers, request.body) == ("POST", {"content-type": "x"}, "b")
    assert request.is_base64
    assert read_request({}, PATHS).page == "front"


@pytest.mark.parametrize(
    "spoil",
    [
        "{}.",
        "{})",
        "{}>",
        "{}>.",
        "<{}>",
        "{}=3D",
        "=3D{}",
        "3D{}",
        "{}%3D",
        " {} ",
        "%20{}%0A",
        "{}&utm_source=mail",
        "{}?x=y",
        "{}…",
        "“{}”",
    ],
)
def test_additions_around_a_token_are_removed(spoil: str) -> None:
    """The link works, because what is left has a valid signature."""
    assert read_token(spoil.format(LEAVE), TOKENS.read_leave) == READER.id
    assert Visit(people=[READER]).ask("leave", spoil.format(LEAVE)).status == 200


@pytest.mark.parametrize("missing", ["requestContext", "headers", "body", "pathParameters", "routeKey", "rawPath"])
def test_parts_of_an_event_may_be_null_or_missing(missing: str) -> None:
    """The request is read without an error."""
    whole = event("GET /subscribe", "/subscribe")
    null, without = {**whole, missing: None}, {name: part for name, part in whole.items() if name != missing}
    assert read_request(null, PATHS).method == read_request(without, PATHS).method == "GET"


@pytest.mark.parametrize("between", ["=\n", "=\r\n", "\n", "\r\n ", "%0D%0A"])
def test_a_wrapped_token_is_joined(between: str) -> None:
    """Also as quoted-printable wraps it."""
    assert read_token(f"{LEAVE[:40]}{between}{LEAVE[40:]}", TOKENS.read_leave) == READER.id


@pytest.mark.parametrize(
    "spoilt", [LEAVE[:-1], LEAVE[1:], LEAVE.upper(), LEAVE.lower(), f"{LEAVE[:40]}x{LEAVE[41:]}", ""]
)
def test_a_damaged_token_gets_a_page_that_helps(spoilt: str) -> None:
    """A link that lost a character opens nothing; the page says what to do."""
    answer = Visit().ask("leave", spoilt)
    assert answer.status == 404
    for way in ("open the link from the mail again", "hello@kindness.example"):
        assert way in answer.body


@given(st.text(), st.text())
def test_repairing_never_makes_another_token_valid(left: str, right: str) -> None:
    """What stands around a token never turns it into another valid token."""
    for spoilt in (left + right, f"{left}{LEAVE[:50]}{right}"):
        with pytest.raises(BadInput):
            read_token(spoilt, TOKENS.read_leave)
    with contextlib.suppress(BadInput):
        assert read_token(f"{left}{LEAVE}{right}", TOKENS.read_leave) == READER.id
