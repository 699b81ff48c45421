"""What a reader's browser gets: a page and the headers that keep it private. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
RETRY_SECONDS = 30

# No cookie is ever set, and no address is passed on: the path of most pages is a token.
ALWAYS = {
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
OUT_OF_ORDER = """<!doctype html>
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
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, kw_only=True)
class Response:
    """A status, a body, and the headers beside those that every answer has. Names of headers are in small letters.

    `trouble` is for the log alone: why the page could not be had. It never holds a token or an address.
    """

    status: int = HTTPStatus.OK
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    def as_event(self, *, without_body: bool = False) -> dict[str, Any]:
        """As API Gateway wants it. HEAD gets the headers alone."""
        return {
            "statusCode": int(self.status),
            "headers": {**ALWAYS, **PRIVATE, "content-security-policy": NOTHING, **self.headers},
            "body": "" if without_body else self.body,
            "isBase64Encoded": False,
        }


def out_of_order(trouble: str) -> Response:
    """What there is to say where even the pages can't be had: the deployment is wrong, and an operator must mend it."""
    return Response(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        body=OUT_OF_ORDER,
        headers={"content-type": HTML, "retry-after": str(RETRY_SECONDS)},
        trouble=trouble,
    )


def redirect(url: str) -> Response:
    """On to another address, which nobody may keep."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"location": url, "content-type": TEXT})


def plain(text: str, *, seconds: int) -> Response:
    """Text that anybody may keep for so many seconds."""
    return Response(body=text, headers={"content-type": TEXT, **public_for(seconds)})


def public_for(seconds: int) -> dict[str, str]:
    """Headers of what holds nothing of anybody's."""
    return {"cache-control": f"public, max-age={seconds}", "x-robots-tag": "all"}


def policy(*, style: str, images: str = "'none'", forms: str = "'none'", script: str = "'none'") -> str:
    """The content security policy of a page: no script but one that is named by its hash, and nobody to talk to."""
    return (
        f"default-src 'none'; script-src {script}; connect-src 'none'; style-src {style}; img-src {images}; "
        f"form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
    )
