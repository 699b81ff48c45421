from __future__ import annotations

import base64
from typing import Any

import pytest

from local.serving.gateway import event, respond

FORM = "application/x-www-form-urlencoded"


def answered(answer: Any, method: str = "GET") -> Any:
    """What a browser gets when the function answers so."""
    return respond(method, "/", "", {}, b"", call=lambda _event: answer)


def test_a_request_becomes_the_event_that_lambda_would_get() -> None:
    """Method, path, query, lower-case headers and cookies stand where payload format 2.0 has them."""
    made = event("GET", "/join/a b", "a=1&a=2&c=", {"Host": "h.example:80", "X-Own": "Y", "Cookie": "k=v; l=w"}, b"")
    assert made["version"] == "2.0"
    assert (made["rawPath"], made["rawQueryString"]) == ("/join/a b", "a=1&a=2&c=")
    assert made["requestContext"]["http"]["method"] == "GET"
    assert made["requestContext"]["http"]["path"] == "/join/a b"
    assert made["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    other = event("GET", "/", "", {}, b"", source_ip="192.0.2.7")
    assert other["requestContext"]["http"]["sourceIp"] == "192.0.2.7"
    assert made["headers"] == {"host": "h.example:80", "x-own": "Y"}
    assert made["cookies"] == ["k=v", "l=w"]
    assert made["queryStringParameters"] == {"a": "1,2", "c": ""}
    assert "body" not in made
    assert made["isBase64Encoded"] is False


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "image/png"])
def test_forms_and_files_arrive_as_base64(kind: str) -> None:
    """As API Gateway hands them over: a handler that forgets to decode fails here too."""
    made = event("POST", "/leave/t", "", {"Content-Type": kind}, b"List-Unsubscribe=One-Click\xff")
    assert made["isBase64Encoded"] is True
    assert base64.b64decode(made["body"]) == b"List-Unsubscribe=One-Click\xff"


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "application/json", "Application/JSON"])
def test_text_arrives_as_text(kind: str) -> None:
    """Text and JSON are not encoded."""
    made = event("POST", "/", "", {"content-type": kind}, "é".encode())
    assert (made["body"], made["isBase64Encoded"]) == ("é", False)


def test_the_functions_answer_goes_out_as_it_is() -> None:
    """Status, headers, cookies and body, a binary one decoded."""
    status, headers, body = answered(
        {
            "statusCode": 302,
            "headers": {"Location": "https://meet.example"},
            "multiValueHeaders": {"Vary": ["a", "b"]},
            "cookies": ["a=b", "c=d"],
            "body": base64.b64encode(b"\x00\xff").decode(),
            "isBase64Encoded": True,
        }
    )
    assert (status, body) == (302, b"\x00\xff")
    assert ("location", "https://meet.example") in headers
    assert ("vary", "a,b") in headers
    assert [value for name, value in headers if name == "set-cookie"] == ["a=b", "c=d"]


def test_an_answer_without_a_status_is_json() -> None:
    """Format 2.0 infers it: status 200, the whole answer as the body."""
    assert answered({"hello": "you"}) == (200, [("content-type", "application/json")], b'{"hello": "you"}')


def test_head_has_headers_and_no_body() -> None:
    """A mail program that asks with HEAD gets what GET would tell, without the page."""
    status, headers, body = answered({"statusCode": 200, "body": "page"}, "HEAD")
    assert (status, body) == (200, b"")
    assert ("content-type", "text/plain; charset=utf-8") in headers
