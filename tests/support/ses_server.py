"""The local SES by itself, reached by boto3: in this process, or over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from convener.aws.clients import sending_client
from local.ses import SesApplication, SesServer
from local.stack.session import LocalSession
from local.stack.shortcut import Shortcut
from local.virtual_clock import VirtualClock

NINE = datetime(2024, 4, 4, 8, tzinfo=UTC)
SENDER = "Talk <talk@mail.kindness.example>"
SET = "convener-example"
RAW = (
    b"From: talk@mail.kindness.example\r\nTo: reader@example.org\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\n"
    b"List-Unsubscribe: <https://c.example/leave/x>\r\n\r\nbody\r\n"
)
TAGS = {"campaign": "2024-04_invite", "chunk": "a-00001", "recipient": "a" * 32, "attempt": "1"}
READER = "reader@example.org"


@dataclass(frozen=True, kw_only=True)
class Post:
    """A server, a client that asks once, and the events that came."""

    server: SesServer
    client: Any
    clock: VirtualClock
    events: list[dict[str, Any]]

    def send(self, **changed: Any) -> Any:
        """SendEmail with a raw mail that SES takes, but for what is changed; None leaves something out."""
        request = {**request_for(), **changed}
        return self.client.send_email(**{name: part for name, part in request.items() if part is not None})

    def kinds(self) -> list[str]:
        """The events' kinds, in the order in which they came."""
        return [event["detail"]["eventType"] for event in self.events]


def request_for(*recipients: str) -> dict[str, Any]:
    """A SendEmail that SES takes."""
    return {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": list(recipients) or [READER]},
        "Content": {"Raw": {"Data": RAW}},
        "EmailTags": [{"Name": name, "Value": value} for name, value in TAGS.items()],
        "ConfigurationSetName": SET,
    }


def simple(**parts: Any) -> dict[str, Any]:
    """The content of a Simple mail."""
    message = {"Subject": {"Data": "café", "Charset": "UTF-8"}, "Body": {"Text": {"Data": "Hi"}}}
    return {"Simple": {**message, **parts}}


def bulk_of(entries: list[dict[str, Any]], *, data: str = "{}", **template: Any) -> dict[str, Any]:
    """A SendBulkEmail with an inline template."""
    content = {"Subject": "Hi {{name}}", "Text": "Dear {{name}}, {{ place }}", "Html": "<p>{{name}}</p>"}
    return {
        "FromEmailAddress": SENDER,
        "DefaultEmailTags": [{"Name": "campaign", "Value": "2024-04_invite"}],
        "DefaultContent": {"Template": {"TemplateContent": content, "TemplateData": data, **template}},
        "BulkEmailEntries": entries,
        "ConfigurationSetName": SET,
    }


def entry(address: str = READER, data: str = '{"name": "Ada", "place": "here"}', **more: Any) -> dict[str, Any]:
    """One entry of it."""
    return {
        "Destination": {"ToAddresses": [address]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        **more,
    }


def a_server(**limits: float) -> tuple[SesServer, VirtualClock, list[dict[str, Any]]]:
    """A server that knows sender and configuration set, its clock, and the events that it tells."""
    clock, events = VirtualClock(NINE), list[dict[str, Any]]()
    server = SesServer(clock=clock, **limits)
    server.account.identities.add("mail.kindness.example")
    server.account.sets[SET] = True
    server.post.to = events.append
    return server, clock, events


def in_process(**limits: float) -> Post:
    """Reached without a socket."""
    server, clock, events = a_server(**limits)
    session = LocalSession("http://127.0.0.1:1")
    shortcut: Any = Shortcut(session.endpoint_url, SesApplication(server), server.sleep)
    session.events.register("before-send", shortcut)
    return Post(server=server, client=sending_client(session), clock=clock, events=events)


@contextmanager
def over_a_socket() -> Iterator[Post]:
    """Reached as from another process."""
    from local.stack.front import FrontServer  # noqa: PLC0415 - moto comes along

    server, clock, events = a_server()
    front = FrontServer(SesApplication(server))
    front.start()
    client = sending_client(LocalSession(front.endpoint_url))
    try:
        yield Post(server=server, client=client, clock=clock, events=events)
    finally:
        client.close()
        front.stop()
