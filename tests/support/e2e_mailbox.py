"""Stands before MiniStack's SES and keeps what that forgets: the mail's bytes, its tags, its configuration set.

Every request goes on to MiniStack as it came, signature and all, so that the sender's identity and the function's
policies are still judged there.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.support.e2e_emulator import Emulator

SEND = "/v2/email/outbound-emails"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One mail that SES took."""

    recipient: str
    sender: str
    raw: bytes
    tags: Mapping[str, str]
    configuration_set: str
    message_id: str

    @property
    def mime(self) -> EmailMessage:
        """As a mail program reads it."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def leave_url(self) -> str:
        """Where List-Unsubscribe leads."""
        return str(self.mime["List-Unsubscribe"]).strip("<>")

    @property
    def words(self) -> str:
        """Everything that a reader may see, and the calendar file, without what only folds a line."""
        parts = [part for part in self.mime.walk() if part.get_content_maintype() == "text"]
        return "\n".join(re.sub(r"\r?\n ", "", str(part.get_content())) for part in parts)  # RFC 5545 §3.1 folds

    def links_to(self, host: str) -> set[str]:
        """Links to this host, in whatever part."""
        return set(re.findall(rf"https://{re.escape(host)}/[A-Za-z0-9._~/-]*", self.words)) | {self.leave_url}


class Mailbox:
    """`with Mailbox() as box:`; functions reach it by AWS_ENDPOINT_URL_SESV2. `behind` is set once MiniStack runs."""

    def __init__(self) -> None:
        self.behind: Emulator | None = None
        self.sent: list[Sent] = []
        self.refused: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, campaign_tag: str) -> list[Sent]:
        """The mails of one campaign, by the tag that names it."""
        return [mail for mail in self.sent if mail.tags.get("campaign") == campaign_tag]

    def pass_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, str]:
        """MiniStack's answer: status, body, content type."""
        if self.behind is None:
            raise RuntimeError("a mail came before the emulator was ready")
        link = HTTPSConnection("127.0.0.1", self.behind.port, timeout=30, context=self.behind.trust)
        try:
            link.request(method, path, body=body, headers=dict(headers))
            answer = link.getresponse()
            status, text = answer.status, answer.read()
        finally:
            link.close()
        if path == SEND and method == "POST":
            self._keep(status, json.loads(body), text)
        return status, text, answer.getheader("Content-Type", "application/json")

    def _keep(self, status: int, request: dict[str, Any], answer: bytes) -> None:
        with self._lock:
            if status != 200:
                self.refused.append(f"{status} {answer.decode('utf-8', 'replace')}")
                return
            self.sent.append(
                Sent(
                    recipient=request["Destination"]["ToAddresses"][0],
                    sender=request["FromEmailAddress"],
                    raw=base64.b64decode(request["Content"]["Raw"]["Data"]),
                    tags={tag["Name"]: tag["Value"] for tag in request.get("EmailTags", [])},
                    configuration_set=request.get("ConfigurationSetName", ""),
                    message_id=json.loads(answer)["MessageId"],
                )
            )


def _handler_of(box: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Any method, any path."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, text, kind = box.pass_on(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that is overridden
            """Nothing: the timeline tells what happened."""

    return Handler
