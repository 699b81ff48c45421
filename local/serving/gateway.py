"""Plays API Gateway's part: a request becomes an event of payload format 2.0, the function's answer an HTTP answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import importlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from local.rehearsal.pump import LambdaContext
from local.stack import Template

Answer = tuple[int, list[tuple[str, str]], bytes]
Call = Callable[[dict[str, Any]], Any]
HOME = "127.0.0.1"

# What API Gateway hands over as text. All else arrives as base64, also what a form sends (seen with HTTP APIs).
_TEXT = ("text/", "application/json", "application/javascript", "application/xml")


def respond(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    call: Call | None = None,
    source_ip: str = HOME,
) -> Answer:
    """What `public` answers to this request: status, headers, body. A HEAD answer has no body.

    `path` is decoded, `query` is not. `call` is by default the handler that the template names for `public`, in the
    present surroundings; `source_ip` is who asks.
    """
    answer = (call or call_public)(event(method, path, query, headers, body, source_ip=source_ip))
    status, found, content = _understood(answer)
    return status, found, b"" if method == "HEAD" else content


def call_public(request: dict[str, Any]) -> Any:
    """The handler that the template names for `public`, as Lambda would call it."""
    module, _, name = _handler().partition(".")
    return getattr(importlib.import_module(module), name)(request, LambdaContext(function_name="public"))


@cache
def _handler() -> str:
    return Template().functions()["public"].handler


def event(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, *, source_ip: str = HOME
) -> dict[str, Any]:
    """The event of this request, with `$default` as stage and as route."""
    lower = {name.lower(): value for name, value in headers.items()}
    cookies = [part.strip() for part in lower.pop("cookie", "").split(";") if part.strip()]
    text = lower.get("content-type", "text/plain").lower().startswith(_TEXT)
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": lower,
        "requestContext": _context(method, path, lower, source_ip),
        "isBase64Encoded": bool(body) and not text,
    }
    if cookies:
        made["cookies"] = cookies
    if query:
        made["queryStringParameters"] = _joined(query)
    if body:
        made["body"] = body.decode("utf-8", "replace") if text else base64.b64encode(body).decode()
    return made


def _context(method: str, path: str, headers: Mapping[str, str], source_ip: str) -> dict[str, Any]:
    now = time.time()
    host = headers.get("host", "127.0.0.1")
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": uuid4().hex,
        "routeKey": "$default",
        "stage": "$default",
        "time": f"{datetime.fromtimestamp(now, UTC):%d/%b/%Y:%H:%M:%S +0000}",
        "timeEpoch": int(now * 1000),
    }


def _joined(query: str) -> dict[str, str]:
    """Decoded, several values of one name with commas between."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _understood(answer: Any) -> Answer:
    """An answer without a status is a JSON body, says format 2.0."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return 200, [("content-type", "application/json")], json.dumps(answer).encode()
    headers = {str(name).lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers[str(name).lower()] = ",".join(map(str, values))
    headers.setdefault("content-type", "text/plain; charset=utf-8")
    cookies = [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or ()]
    body = str(answer.get("body") or "")
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return int(answer["statusCode"]), [*headers.items(), *cookies], content
