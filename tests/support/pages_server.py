"""The pages over HTTP at 127.0.0.1: the shipped handler on a local stack, with a clock that only tests move.

Mail requests are carried out when a test asks for mails; every mail that SES accepted can be opened at
/_mail/<number>.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from convener import wiring
from convener.aws.consents import DynamoConsents
from convener.aws.requests import DynamoRequests
from convener.aws.sessions import DynamoSessions
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.sessions.models import Presentation, Session, Speaker
from local.rehearsal.pump import Pump
from local.serving.gateway import respond
from local.ses import Kept
from local.ses.rules import bare
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.functions.conftest import NINE
from tests.support.event_links import READER, use_keys
from tests.support.people import SERIES_FOLDER, material, session, subscriber

LONG = "How we stay kind in the longest of nights, when nobody looks: Donaudampfschifffahrtsgesellschaft"
SPEAKERS = (Speaker(name="Lisa Hollins"), Speaker(name="Victoria Corbishley"))
SLIDES = (Presentation(title="Kindness in a crisis", url="https://files.example/slides"),)
SESSIONS = [
    session(speakers=SPEAKERS, insights=material("i"), recording=material("r"), presentations=SLIDES),
    session(id="2024-05", month="2024-05", date=date(2024, 5, 16), title=LONG, status="cancelled"),
    session(
        id="2024-06", month="2024-06", date=date(2024, 6, 20), title="Small acts", join_url=None, speakers=SPEAKERS
    ),
]
LEAVER = subscriber(0x4A)
PASSING = ("Subscribers", "Consents", "Requests")
A_MINUTE = timedelta(minutes=1)
HTML = "text/html; charset=utf-8"
Respond = Callable[[str, str, str, dict[str, str], bytes], tuple[int, list[tuple[str, str]], bytes]]


class PagesServer:
    """A running server. A test may change the time, and the variables of the function."""

    def __init__(self, stack: LocalStack, url: str) -> None:
        dynamodb = stack.session.client("dynamodb")
        subscribers, consents, requests = (stack.outputs[f"{name}Table"] for name in PASSING)
        self.stack, self.environment, self.url = stack, dict[str, str](), url
        self.clock = stack.ses.clock = VirtualClock(NINE)
        self.people = DynamoUnitOfWork(dynamodb, subscribers=subscribers, consents=consents, requests=requests)
        self.consents = DynamoConsents(dynamodb, consents)
        self.requests = DynamoRequests(dynamodb, requests)
        self.pump = Pump(stack, self.clock)

    def at(self, now: datetime = NINE, **environment: str) -> None:
        """Set the time and the variables."""
        self.clock = self.pump.clock = self.stack.ses.clock = VirtualClock(now)
        self.environment = environment

    def reset(self) -> None:
        """Store two subscribers, no consent entry, and no request."""
        dynamodb = self.stack.session.client("dynamodb")
        for table in (self.stack.outputs[f"{name}Table"] for name in PASSING):
            keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
            for item in dynamodb.scan(TableName=table)["Items"]:
                dynamodb.delete_item(TableName=table, Key={key: item[key] for key in keys})
        for row in (READER, LEAVER):
            self.people.add(row)

    def wait(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock.sleep(by.total_seconds())

    def mails_to(self, address: str) -> list[Kept]:
        """Carry out everything that is queued, and return the mails to an address, oldest first."""
        self.wait(A_MINUTE)
        self.pump.drain()
        return [mail for mail in self.stack.ses.mails.all if address in map(bare, mail.recipients)]

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> object:
        """Return a sent mail, or the response of the pages."""
        if path.startswith("/_mail/"):
            return 200, [("content-type", HTML)], html_of(self.stack.ses.mails.all[int(path[7:]) - 1]).encode()
        return respond(method, path, query, headers, body, call=partial(self.pump.invoke, "public"))


def html_of(mail: Kept) -> str:
    """Return the HTML part of a mail."""
    part = message_from_bytes(mail.raw, policy=default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def _http_handler(answer: Callable[[], Respond]) -> type[BaseHTTPRequestHandler]:
    """Return a class that passes every request on."""

    class Handler(BaseHTTPRequestHandler):
        """Passes every request to `answer`."""

        def _any(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, content = answer()(self.command, path, query, dict(self.headers.items()), body)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = _any  # noqa: N815 - named by http.server

        def log_message(self, *_: object) -> None:
            """Log nothing, because paths contain tokens."""

    return Handler


@contextmanager
def served() -> Iterator[PagesServer]:
    """Serve the pages with three sessions, two subscribers and an open invite, as long as the block runs."""
    servers: list[PagesServer] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _http_handler(lambda: servers[0].answer))  # type: ignore[arg-type, return-value]
    url = f"http://127.0.0.1:{server.server_port}"
    with LocalStack(sender_address="conversation@mail.kindness.example", public_base_url=url) as stack:
        use_keys(stack)
        _store_sessions(stack, SESSIONS)
        servers.append(running := PagesServer(stack, url))
        running.reset()
        container = wiring.Container(
            environment=lambda name: {**stack.environment(name), **running.environment},
            session=lambda: stack.session,
            clock=lambda _: running.clock,
            series_folder=SERIES_FOLDER,
        )
        with wiring.using(container):
            running.pump.invoke("tick", {"asked_at": NINE.isoformat()})
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield running
            server.shutdown()
            server.server_close()
            thread.join()


def _store_sessions(stack: LocalStack, sessions: list[Session]) -> None:
    """Store the sessions."""
    repository = DynamoSessions(stack.session.client("dynamodb"), stack.outputs["SessionsTable"])
    for stored in sessions:
        repository.save(stored, expected_version=0)
