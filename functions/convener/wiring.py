"""The composition root: the one place that knows what is real.

A handler asks for its use case. The surroundings are this process's environment, boto3's session and the real clock,
unless a test or the rehearsal has put others in their place with `using`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import boto3

from convener import settings
from convener.aws.editions import S3Editions
from convener.aws.ledger import DynamoLedger
from convener.aws.mailer import SesMailer, sending_client
from convener.aws.queues import SqsQueues
from convener.aws.secrets import read_secret
from convener.aws.subscribers import DynamoSubscribers
from convener.clock import Clock, SystemClock
from convener.delivery.deliver import Delivery
from convener.delivery.fanout import FanOut
from convener.errors import Misconfigured
from convener.links import Links
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens

if TYPE_CHECKING:
    from convener.editions.tick import Ticker

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
Made = TypeVar("Made")


class Context(Protocol):
    """What we use of the Lambda context."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until this invocation is ended."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where the parts live. What costs time to make (clients, keys, templates) is made once and kept."""

    environment: Callable[[str], Mapping[str, str]] = lambda _function: settings.environment()
    session: Callable[[], boto3.Session] = boto3.Session
    clock: Callable[[Context], Clock] = lambda context: SystemClock(context.get_remaining_time_in_millis)
    templates: Path = TEMPLATES
    _made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, the first time; the same one ever after."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[no-any-return]

    def client(self, service: str) -> Any:
        """A client that repeats requests by itself, as boto3 does by default: never for sending mail."""
        return self.once(("client", service), lambda: self._session.client(service))  # type: ignore[call-overload]

    @property
    def _session(self) -> boto3.Session:
        return self.once("session", self.session)

    def mailer(self, configuration_set: str) -> SesMailer:
        """The way out."""
        return self.once("mailer", lambda: SesMailer(sending_client(self._session), configuration_set))

    def ledger(self, table: str) -> DynamoLedger:
        """The ledger."""
        return self.once("ledger", lambda: DynamoLedger(self.client("dynamodb"), table))

    def editions(self, bucket: str) -> S3Editions:
        """The frozen editions; it remembers those it read."""
        return self.once("editions", lambda: S3Editions(self.client("s3"), bucket))

    def links(self, secret: str, base_url: str) -> Links:
        """Links signed with the installation's keys."""
        return self.once("links", lambda: Links(base_url=base_url, tokens=Tokens(self._signing_keys(secret))))

    def _signing_keys(self, secret: str) -> SigningKeys:
        return SigningKeys.parse(read_secret(self.client("secretsmanager"), secret))


_stack: list[Surroundings] = [Surroundings()]


@contextmanager
def using(other: Surroundings) -> Iterator[Surroundings]:
    """Put other surroundings in place of the present ones for a while."""
    _stack.append(other)
    try:
        yield other
    finally:
        _stack.remove(other)


def tick(context: Context) -> Ticker:
    """The tick. What composing needs is imported here, since only this function should pay for it."""
    from convener.aws.sessions import DynamoSessions  # noqa: PLC0415
    from convener.editions.opening import Composer  # noqa: PLC0415
    from convener.editions.render import Templates  # noqa: PLC0415
    from convener.editions.tick import Ticker  # noqa: PLC0415
    from convener.sessions.series import read_series  # noqa: PLC0415

    here = _stack[-1]
    its = settings.parse(settings.TickSettings, here.environment("tick"))
    series = here.once("series", lambda: read_series(here.templates / "series.toml"))
    if not series.sender.address.lower().endswith(f"@{its.sender_identity.lower()}"):
        raise Misconfigured(
            f"SENDER_IDENTITY is {its.sender_identity}, but templates/series.toml sends from another domain: "
            "make them the same, or SES will refuse every mail"
        )
    return Ticker(
        clock=here.clock(context),
        shelf=DynamoSessions(here.client("dynamodb"), its.sessions_table),
        ledger=here.ledger(its.ledger_table),
        editions=here.editions(its.editions_bucket),
        queue=SqsQueues(here.client("sqs"), fanout=its.fanout_queue_url),
        composer=Composer(
            series=series,
            templates=here.once("templates", lambda: Templates(here.templates)),
            links=here.links(its.signing_keys_secret, its.public_base_url),
        ),
    )


def fanout(context: Context) -> FanOut:
    """Fan-out."""
    here = _stack[-1]
    its = settings.parse(settings.FanoutSettings, here.environment("fanout"))
    return FanOut(
        ledger=here.ledger(its.ledger_table),
        subscribers=DynamoSubscribers(here.client("dynamodb"), its.subscribers_table),
        queues=SqsQueues(here.client("sqs"), fanout=its.fanout_queue_url, deliver=its.deliver_queue_url),
        clock=here.clock(context),
    )


def deliver(context: Context) -> Delivery:
    """Delivery."""
    here = _stack[-1]
    its = settings.parse(settings.DeliverSettings, here.environment("deliver"))
    return Delivery(
        ledger=here.ledger(its.ledger_table),
        subscribers=DynamoSubscribers(here.client("dynamodb"), its.subscribers_table),
        editions=here.editions(its.editions_bucket),
        mailer=here.mailer(its.configuration_set),
        links=here.links(its.signing_keys_secret, its.public_base_url),
        queue=SqsQueues(here.client("sqs"), deliver=its.deliver_queue_url),
        clock=here.clock(context),
    )
