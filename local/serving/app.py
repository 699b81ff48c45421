"""What the local server answers: the tools under `/_…` itself, every other address through `public`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from convener.errors import BadInput
from local.serving.clock_endpoint import ClockEndpoint
from local.serving.gateway import HOME, respond
from local.serving.guard import refusal
from local.serving.keeper import Keeper
from local.serving.mails import as_json
from local.serving.page import InboxPage

MOST_BODY = 4_500_000
"""Bytes of a request: Lambda takes 6 MB, and a form comes as base64. To less than that the pages answer themselves."""

TOOLS = ("/_inbox", "/_clock")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@dataclass
class App:
    """A WSGI application."""

    keeper: Keeper
    page: InboxPage
    clock: ClockEndpoint
    port: int

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """As WSGI wants it."""
        request = Request(environ)
        request.max_content_length = MOST_BODY
        try:
            answer: Any = self.answer(request)
        except HTTPException as error:  # a body too long, or not what its headers say
            answer = error
        return answer(environ, start_response)

    def answer(self, request: Request) -> Response:
        """The answer to any request."""
        tool = request.path.startswith(TOOLS)
        headers = {name.lower(): value for name, value in request.headers.items()}
        if why := refusal(request.method, headers, port=self.port, own_tool=tool):
            return _text(f"{why}\n", HTTPStatus.FORBIDDEN)
        if not tool:
            return self._public(request)
        if request.path == "/_clock":
            return (
                self._move(request)
                if request.method == "POST"
                else _json(self.clock.state(since=request.args.get("since", type=int)))
            )
        if request.method not in ("GET", "HEAD"):
            return _text("Only the clock takes a POST here.\n", HTTPStatus.METHOD_NOT_ALLOWED)
        return self._inbox(request.path.removeprefix("/_inbox"))

    def _public(self, request: Request) -> Response:
        status, headers, body = respond(
            request.method,
            request.path,
            request.query_string.decode("latin-1"),
            dict(request.headers.items()),
            request.get_data(),
            call=lambda event: self.keeper.world.pump.invoke("public", event),
            source_ip=request.remote_addr or HOME,
        )
        if request.method == "POST":
            self.keeper.wake.set()  # what it queued is carried out at once: who confirms waits for the mail
        return Response(body, status, headers)

    def _inbox(self, rest: str) -> Response:
        if rest == ".json":
            return self._list()
        if rest in ("", "/"):
            return _page(self.page.html())
        folder, _, name = rest.strip("/").partition("/")
        if folder == "mails" and (html := self.page.view(name)):
            return Response(html.encode("utf-8", "replace"), headers=HEADERS, content_type="text/html; charset=utf-8")
        if folder == "outbox" and (raw := self.keeper.mails.raw(name)):
            return Response(raw, headers=HEADERS, content_type="message/rfc822")
        if folder == "assets" and (asset := self.page.asset(name)):
            return Response(asset[1], headers=HEADERS, content_type=f"{asset[0]}; charset=utf-8")
        return _text("There is nothing here. The inbox is at /_inbox.\n", HTTPStatus.NOT_FOUND)

    def _list(self) -> Response:
        found = _json(as_json(self.keeper.mails.all(), base_url=self.url, zone=self.page.series.tz))
        found.headers["X-Convener-Version"] = self.page.version()
        found.headers["X-Convener-Clock"] = quote(self.page.written_now)
        return found

    def _move(self, request: Request) -> Response:
        wants_json = request.accept_mimetypes.best == "application/json"
        try:
            told = self.clock.move(request.form)
        except BadInput as error:
            if wants_json:
                return _json({"trouble": str(error)}, HTTPStatus.BAD_REQUEST)
            return _page(self.page.html(trouble=str(error)), HTTPStatus.BAD_REQUEST)
        if wants_json:
            return _json(told)
        return Response(status=HTTPStatus.SEE_OTHER, headers={**HEADERS, "Location": "/_inbox"})


def _json(value: Any, status: int = HTTPStatus.OK) -> Response:
    body = json.dumps(value, ensure_ascii=False, indent=1)
    return Response(body + "\n", status, headers=HEADERS, content_type="application/json; charset=utf-8")


def _page(html: str, status: int = HTTPStatus.OK) -> Response:
    headers = {**HEADERS, "Content-Security-Policy": POLICY}
    return Response(html.encode("utf-8", "replace"), status, headers=headers, content_type="text/html; charset=utf-8")


def _text(words: str, status: int) -> Response:
    return Response(words, status, headers=HEADERS, content_type="text/plain; charset=utf-8")
