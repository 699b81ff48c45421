"""The way out: one request a mail, and every kind of answer told apart."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from convener.aws.clients import sending_client
from convener.aws.mailer import SesMailer
from convener.delivery.deliver import MARGIN_SECONDS
from convener.delivery.mail import Mail
from convener.errors import ConvenerError, LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable
from local.stack import LocalStack
from local.stack.session import LocalSession

MAIL = Mail(
    sender="Talk <talk@mail.kindness.example>",
    recipient="reader@example.org",
    raw=b"From: talk@mail.kindness.example\r\nTo: reader@example.org\r\nSubject: s\r\n\r\nbody\r\n",
    tags={"campaign": "2024-04_invite", "attempt": "1"},
)
UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-WEST-2:"
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def answering(answer: Answer) -> Iterator[tuple[SesMailer, list[str]]]:
    """A mailer whose SES answers like that, and the requests that reach it."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            requests.append(self.path)
            answer(self)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        session = LocalSession(f"http://127.0.0.1:{server.server_port}")
        yield SesMailer(sending_client(session), "set"), requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error(status: int, code: str, message: str = "no") -> Answer:
    """An error answer as SES gives it."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"message": message}).encode()
        handler.send_response(status)
        handler.send_header("x-amzn-ErrorType", code)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def dropped(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends without an answer."""
    handler.close_connection = True


def empty(handler: BaseHTTPRequestHandler) -> None:
    """Yes, but no message id: perhaps not SES at all."""
    handler.send_response(200)
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(b"{}")


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Half an answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"Message')


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(429, "TooManyRequestsException"), Throttled),
        (error(429, "TooManyRequestsException", "Maximum sending rate exceeded."), Throttled),
        (error(400, "LimitExceededException"), QuotaUsedUp),
        (error(400, "LimitExceededException", "Daily message quota exceeded."), QuotaUsedUp),
        (error(400, "Throttling", "Daily message quota exceeded."), QuotaUsedUp),
        (error(400, "MessageRejected"), Refused),
        (error(400, "MessageRejected", "Email address is not verified."), Refused),
        (error(400, "MessageRejected", f"{UNVERIFIED} reader@example.org"), Refused),
        (error(400, "MessageRejected", f"{UNVERIFIED} smalltalk@mail.kindness.example"), Refused),
        (
            error(400, "MessageRejected", f"{UNVERIFIED} Talk <Talk@mail.kindness.example>, reader@example.org"),
            Unavailable,
        ),
        (error(400, "MessageRejected", f"{UNVERIFIED} talk@mail.kindness.example"), Unavailable),
        (error(400, "BadRequestException"), Refused),
        (error(400, "SendingPausedException"), SendingPaused),
        (error(400, "AccountSuspendedException"), SendingPaused),
        (error(404, "NotFoundException"), Unavailable),
        (error(403, "AccessDeniedException"), Unavailable),
        (error(500, "InternalFailure"), LostAnswer),
        (error(503, "ServiceUnavailable"), LostAnswer),
        (dropped, LostAnswer),
        (empty, LostAnswer),
        (cut, LostAnswer),
    ],
)
def test_every_answer_is_told_apart_after_a_single_request(answer: Answer, expected: type[ConvenerError]) -> None:
    """Whatever SES answers, or doesn't, it was asked once: boto3 would repeat by itself."""
    with answering(answer) as (mailer, requests):
        with pytest.raises(ConvenerError) as raised:
            mailer.send(MAIL)
        assert type(raised.value) is expected
        assert len(requests) == 1
        assert "example" not in str(raised.value)


def test_no_connection_is_certainly_not_sent() -> None:
    """A closed port means that nothing was handed over."""
    session = LocalSession("http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        SesMailer(sending_client(session), "set").send(MAIL)


def test_a_sender_whose_domain_is_not_verified_any_more_costs_nobody_a_mail(stack: LocalStack) -> None:
    """The local stack's SES says it with the code of a mail that is refused for good; here it is tried again later."""
    configuration_set = stack.environment("deliver")["CONFIGURATION_SET"]
    stranger = replace(MAIL, sender=MAIL.recipient)
    with pytest.raises(Unavailable, match="not verified") as raised:
        SesMailer(sending_client(stack.session), configuration_set).send(stranger)
    assert "example.org" not in "".join(traceback.format_exception(raised.value))


def test_a_taken_mail_has_a_message_id(stack: LocalStack) -> None:
    """The local stack's SES takes the same request."""
    configuration_set = stack.environment("deliver")["CONFIGURATION_SET"]
    assert SesMailer(sending_client(stack.session), configuration_set).send(MAIL)


def test_the_sending_client_never_repeats_and_answers_in_time() -> None:
    """One attempt in all, and a read time-out below deliver's margin."""
    config: Any = sending_client(LocalSession("http://127.0.0.1:9")).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.connect_timeout + config.read_timeout < MARGIN_SECONDS
