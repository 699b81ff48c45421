"""Responses to requests for pages: status, body and headers. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
RETRY_SECONDS = 30

ALWAYS = {
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""Headers of every response. Browsers pass no address of a page on, because most paths hold a token."""

_PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
"""Headers of a response that nobody may keep; `public_for` replaces them."""

_OUT_OF_ORDER_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Please try again later</title>
</head>
<body>
<main>
<h1>Please try again later</h1>
<p>Our pages don’t work just now. Nothing is lost, and nothing has changed: your link will do what it says as soon as
they work again. To reach us meanwhile, reply to any of our mails.</p>
</main>
</body>
</html>
"""
_STRICTEST_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, kw_only=True)
class Response:
    """A status, a body, and the headers beside those that every response has.

    The names of headers are in lower case. `error` is for the log only: why the page could not be answered. It never
    contains a token or an address.
    """

    status: int = HTTPStatus.OK
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    def as_event(self, *, without_body: bool = False) -> dict[str, Any]:
        """Return the response in payload format 2.0 of API Gateway; without the body for a HEAD request."""
        return {
            "statusCode": int(self.status),
            "headers": {**ALWAYS, **_PRIVATE, "content-security-policy": _STRICTEST_POLICY, **self.headers},
            "body": "" if without_body else self.body,
            "isBase64Encoded": False,
        }


def out_of_order(error: str) -> Response:
    """Return the response of a deployment that is set up wrongly, so that not even a template can be filled."""
    return Response(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        body=_OUT_OF_ORDER_PAGE,
        headers={"content-type": HTML, "retry-after": str(RETRY_SECONDS)},
        error=error,
    )


def redirect(url: str) -> Response:
    """Redirect to a URL. Nobody may keep the response."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"location": url, "content-type": TEXT})


def plain(text: str) -> Response:
    """Return a response of plain text."""
    return Response(body=text, headers={"content-type": TEXT})


def public_for(seconds: int) -> dict[str, str]:
    """Return the headers of a response without personal data, which anybody may keep for that many seconds."""
    return {"cache-control": f"public, max-age={seconds}", "x-robots-tag": "all"}


def policy(*, style: str, images: str = "'none'", forms: str = "'none'", script: str = "'none'") -> str:
    """Return the content security policy of a page.

    A page may run no script but one that `script` names by its hash, and may open no connection.
    https://www.w3.org/TR/CSP3/
    """
    return (
        f"default-src 'none'; script-src {script}; connect-src 'none'; style-src {style}; img-src {images}; "
        f"form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
    )
