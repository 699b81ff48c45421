"""The pages over HTTP at 127.0.0.1: the shipped handler on a local stack, with a clock that stands where it is put."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from convener import wiring
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from convener.sessions.models import Presentation, Session, Speaker
from local.rehearsal.pump import Pump
from local.serving.gateway import respond
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.functions.conftest import NINE
from tests.support.event_links import READER, use_keys
from tests.support.people import TEMPLATES, session, subscriber, there

LONG = "How we stay kind in the longest of nights, when nobody looks: Donaudampfschifffahrtsgesellschaft"
SPEAKERS = (Speaker(name="Lisa Hollins"), Speaker(name="Victoria Corbishley"))
SLIDES = (Presentation(title="Kindness in a crisis", url="https://files.example/slides"),)
SESSIONS = [
    session(speakers=SPEAKERS, insights=there("i"), recording=there("r"), presentations=SLIDES),
    session(id="2024-05", month="2024-05", date=date(2024, 5, 16), title=LONG, status="cancelled"),
    session(
        id="2024-06", month="2024-06", date=date(2024, 6, 20), title="Small acts", join_url=None, speakers=SPEAKERS
    ),
]
LEAVER = subscriber(0x4A)


class Served:
    """Where it answers, and what a test may change: the moment, and what the function is told."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack, self.now, self.told, self.url = stack, NINE, dict[str, str](), ""
        self.people = DynamoSubscribers(stack.session.client("dynamodb"), stack.outputs["SubscribersTable"])

    def at(self, now: datetime = NINE, **told: str) -> None:
        """From now on it is then."""
        self.now, self.told = now, told


class _Door(BaseHTTPRequestHandler):
    """Every request through the gateway's events to the handler."""

    def _any(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        status, headers, content = respond(self.command, path, query, dict(self.headers.items()), body)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = _any  # noqa: N815 - named by http.server

    def log_message(self, *_: object) -> None:
        """Nothing: paths hold tokens."""


@contextmanager
def served() -> Iterator[Served]:
    """A stack with three conversations, two readers and an open invite, as long as the block runs."""
    with LocalStack(sender_address="conversation@mail.kindness.example", public_base_url="https://c.example") as stack:
        use_keys(stack)
        _fill(stack, SESSIONS)
        here = Served(stack)
        for one in (READER, LEAVER):
            here.people.add(one)
        surroundings = wiring.Surroundings(
            environment=lambda name: {**stack.environment(name), **here.told},
            session=lambda: stack.session,
            clock=lambda _: VirtualClock(here.now),
            templates=TEMPLATES,
        )
        with wiring.using(surroundings):
            Pump(stack, VirtualClock(NINE)).invoke("tick", {"asked_at": NINE.isoformat()})
            server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
            here.url = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield here
            server.shutdown()
            server.server_close()
            thread.join()


def _fill(stack: LocalStack, sessions: list[Session]) -> None:
    shelf = DynamoSessions(stack.session.client("dynamodb"), stack.outputs["SessionsTable"])
    for one in sessions:
        shelf.save(one, expected_version=0)
