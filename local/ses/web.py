"""HTTP around the SES server: SES's own addresses under `/v2/email/`, and `/_ses/…` for those who order faults.

`POST /_ses/faults` takes what `Faults.ordered` does, `{"events": {…}}` for `Post.ordered`, `{"limits": {…}}` for
`SendingLimits.ordered` (such as a rate of 1 and 200 a day: the sandbox), and `{"clear": true}` to end faults and what
befalls events; `GET /_ses/counts` and `GET /_ses/mails` tell what happened.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import time
import uuid
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Request, Response

from local.ses.errors import Cut, SesError
from local.ses.mails import Kept
from local.ses.model import read
from local.ses.server import SesServer

PATHS = ("/v2/email/", "/_ses/")
FAULT = {"fault", "next", "share", "seed", "seconds", "on"}
ORDERS = FAULT | {"clear", "events", "limits"}
IN_PROCESS = "convener.in_process"
"""Set in the WSGI environment by a client of this process, to which Cut is raised: it has no connection to cut."""


class SesApplication:
    """A WSGI application."""

    def __init__(self, server: SesServer) -> None:
        self.server = server

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """As WSGI wants it."""
        request = Request(environ)
        try:
            answer = self._desk(request) if request.path.startswith("/_ses/") else self._ses(request)
        except Cut as cut:
            if environ.get(IN_PROCESS):
                raise
            time.sleep(cut.seconds)
            if cut.answer is None:
                _hang_up(environ)
            answer = said(cut.answer or {})
        return answer(environ, start_response)

    def _ses(self, request: Request) -> Response:
        query = {name: request.args.getlist(name) for name in request.args}
        try:
            return said(self.server.answer(read(request.method, request.path, query, request.get_data())))
        except SesError as error:
            return said({"message": error.message}, error.status, {"x-amzn-ErrorType": error.code})

    def _desk(self, request: Request) -> Response:
        with self.server.at_rest:
            match request.method, request.path:
                case "POST", "/_ses/faults":
                    return self._order(request.get_data())
                case "GET", "/_ses/counts":
                    server = self.server
                    return said({**server.counts, "faults": server.faults.counted, "events": server.post.counted})
                case "GET", "/_ses/mails":
                    return said({"mails": [_told(mail) for mail in self.server.mails.all]})
        return said({"message": "There is nothing here."}, HTTPStatus.NOT_FOUND)

    def _order(self, body: bytes) -> Response:
        """All of an order, or nothing of it."""
        server = self.server
        try:
            told = json.loads(body)
            if not isinstance(told, dict):
                raise TypeError("an order is a JSON object")
            if unknown := told.keys() - ORDERS:
                raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
            acts = [server.post.ordered(told["events"])] if "events" in told else []
            acts += [server.limits.ordered(told["limits"])] if "limits" in told else []
            acts += [server.faults.ordered(told)] if told.keys() & FAULT else []
        except (ValueError, KeyError, TypeError) as error:
            return said({"message": f"not understood: {error!r}"}, HTTPStatus.BAD_REQUEST)
        if told.get("clear"):
            server.faults.clear()
            server.post.clear()
        for act in acts:
            act()
        return said({})


def said(body: dict[str, Any], status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    """An answer as SES gives it."""
    own = {"x-amzn-RequestId": str(uuid.uuid4()), **(headers or {})}
    return Response(json.dumps(body), status, headers=own, content_type="application/json")


def _hang_up(environ: Any) -> None:
    with contextlib.suppress(OSError, KeyError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def _told(mail: Kept) -> dict[str, Any]:
    return {
        "number": mail.number,
        "message_id": mail.message_id,
        "at": mail.at.isoformat(),
        "sender": mail.sender,
        "recipients": list(mail.recipients),
        "tags": dict(mail.tags),
        "configuration_set": mail.configuration_set,
        "answered": mail.answered,
        "raw": base64.b64encode(mail.raw).decode(),
    }
