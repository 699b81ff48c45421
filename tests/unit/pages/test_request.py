"""From an event to a request, and from a damaged link to the token in it."""

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
    """The least that API Gateway tells."""
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
def test_the_route_decides_and_else_the_path(route: str, path: str, page: str, token: str) -> None:
    """A stage or a base path before the route doesn't matter; HEAD of the front page comes by $default."""
    told: dict[str, Any] = {"pathParameters": {"token": token}} if "{token}" in route else {}
    request = read_request(event(route, path, **told), PATHS)
    assert (request.page, request.token) == (page, token)


def test_the_rest_of_a_request() -> None:
    """Names of headers in small letters, the body as it came, nothing where there is nothing."""
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
def test_what_mail_programs_put_around_a_token_is_taken_off(spoil: str) -> None:
    """The reader's link works all the same, since what is left is signed by us."""
    assert read_token(spoil.format(LEAVE), TOKENS.read_leave) == READER.id
    assert Visit(people=[READER]).ask("leave", spoil.format(LEAVE)).status == 200


@pytest.mark.parametrize("missing", ["requestContext", "headers", "body", "pathParameters", "routeKey", "rawPath"])
def test_parts_of_an_event_may_be_null_or_missing(missing: str) -> None:
    """Then it asks for less, and is no error."""
    whole = event("GET /subscribe", "/subscribe")
    null, without = {**whole, missing: None}, {name: part for name, part in whole.items() if name != missing}
    assert read_request(null, PATHS).method == read_request(without, PATHS).method == "GET"


@pytest.mark.parametrize("between", ["=\n", "=\r\n", "\n", "\r\n ", "%0D%0A"])
def test_a_wrapped_token_is_put_together(between: str) -> None:
    """Also as quoted-printable leaves it."""
    assert read_token(f"{LEAVE[:40]}{between}{LEAVE[40:]}", TOKENS.read_leave) == READER.id


@pytest.mark.parametrize(
    "spoilt", [LEAVE[:-1], LEAVE[1:], LEAVE.upper(), LEAVE.lower(), f"{LEAVE[:40]}x{LEAVE[41:]}", ""]
)
def test_what_cant_be_mended_is_told_in_plain_words(spoilt: str) -> None:
    """A link that lost a sign is nobody's: the page says what to do."""
    answer = Visit().ask("leave", spoilt)
    assert answer.status == 404
    for way in ("open the link from the mail again", "hello@kindness.example"):
        assert way in answer.body


@given(st.text(), st.text())
def test_mending_opens_nothing_to_anybody(left: str, right: str) -> None:
    """What is around a token never makes it somebody else's."""
    for spoilt in (left + right, f"{left}{LEAVE[:50]}{right}"):
        with pytest.raises(BadInput):
            read_token(spoilt, TOKENS.read_leave)
    with contextlib.suppress(BadInput):
        assert read_token(f"{left}{LEAVE}{right}", TOKENS.read_leave) == READER.id
