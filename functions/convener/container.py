"""The container: makes the adapters of the AWS services for the use cases, and keeps those that cost time to make.

Only `wiring` uses the container. A test or the rehearsal replaces it with `using`, and a test of failures overrides the
methods that make adapters; nothing else makes an adapter for a Lambda function.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from convener import settings
from convener.aws import clients
from convener.aws.account import SesAccount
from convener.aws.editions import S3Editions
from convener.aws.ledger import DynamoLedger
from convener.aws.mailer import SesMailer
from convener.aws.queues import SqsQueues
from convener.aws.recipient_lookup import DynamoRecipientLookup
from convener.aws.secrets import read_secret
from convener.aws.slots import DynamoSlots
from convener.aws.subscribers import DynamoSubscribers
from convener.clock import Clock, SystemClock
from convener.consent_coverage import Coverage, read_coverage
from convener.errors import ConvenerError
from convener.links import Links
from convener.subscribers.identity import check_identity, key_of, subscriber_id
from convener.subscribers.ports import FingerprintStore
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens

if TYPE_CHECKING:  # a function that needs one of these imports it with its first use
    from convener.aws.consents import DynamoConsents
    from convener.aws.requests import DynamoRequests
    from convener.aws.sessions import DynamoSessions
    from convener.aws.suppression import SesSuppression
    from convener.aws.transactional_queue import SqsMailRequestQueue
    from convener.aws.unit_of_work import DynamoUnitOfWork
    from convener.aws.uploads import S3Uploads
    from convener.sessions.series import Series

BUNDLE = Path(__file__).resolve().parent.parent
Made = TypeVar("Made")

MAX_KEY_AGE_SECONDS = 600.0
"""The time after which signing keys are read again. After twice this time a new key may become the active key."""


class Context(Protocol):
    """The part of the Lambda context that the application uses."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends this invocation."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """Makes the adapters and the other parts of the use cases.

    Attributes:
        environment: Returns the environment variables of the function with this name.
        session: Makes the boto3 session; called once.
        clock: Makes the clock of one invocation.
        templates: The folder of the mail and page templates.
        series_folder: The community's folder: `series.toml`, and its own `templates/`, if it has any.
        config: The configuration of all clients except the client that sends mail.
        monotonic: Returns seconds that only rise, to measure the age of the signing keys.
    """

    environment: Callable[[str], Mapping[str, str]] = lambda _function: settings.environment()
    session: Callable[[], clients.Session] = clients.Session
    clock: Callable[[Context], Clock] = lambda context: SystemClock(context.get_remaining_time_in_millis)
    templates: Path = BUNDLE / "templates"
    series_folder: Path = BUNDLE / "series"
    config: clients.Config | None = clients.BACKGROUND
    monotonic: Callable[[], float] = time.monotonic
    _cache: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what `make` made for this key; `make` is called only the first time."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]  # type: ignore[no-any-return]

    @property
    def interactive(self) -> Container:
        """The same container with short time-outs, for a function whose response a person waits for."""
        return self.once("interactive", lambda: replace(self, config=clients.INTERACTIVE, _cache={}))

    @property
    def aws(self) -> clients.Session:
        """The boto3 session that makes all clients."""
        return self.once("session", self.session)

    def client(self, service: str) -> Any:
        """Return the client of a service. It repeats failed requests, so it must not send mail."""
        return self.once(("client", service), lambda: clients.client(self.aws, service, self.config))

    def ledger(self, table: str) -> DynamoLedger:
        """Return the delivery ledger."""
        return self.once(("ledger", table), lambda: DynamoLedger(self.client("dynamodb"), table))

    def subscribers(self, table: str) -> DynamoSubscribers:
        """Return the subscriber rows."""
        return self.once(("subscribers", table), lambda: DynamoSubscribers(self.client("dynamodb"), table))

    def unit_of_work(self, subscribers_table: str, consents_table: str, requests_table: str) -> DynamoUnitOfWork:
        """Return the unit of work that changes rows, consent record and requests together."""
        from convener.aws.unit_of_work import DynamoUnitOfWork  # noqa: PLC0415 - only `public` needs it

        return self.once(
            ("unit of work", subscribers_table),
            lambda: DynamoUnitOfWork(
                self.client("dynamodb"),
                subscribers=subscribers_table,
                consents=consents_table,
                requests=requests_table,
            ),
        )

    def consents(self, table: str) -> DynamoConsents:
        """Return the consent record."""
        from convener.aws.consents import DynamoConsents  # noqa: PLC0415

        return DynamoConsents(self.client("dynamodb"), table)

    def requests(self, table: str) -> DynamoRequests:
        """Return the store of requests for confirmation."""
        from convener.aws.requests import DynamoRequests  # noqa: PLC0415

        return DynamoRequests(self.client("dynamodb"), table)

    def mail_requests(self, queue_url: str) -> SqsMailRequestQueue:
        """Return the queue of `transactional`."""
        from convener.aws.transactional_queue import SqsMailRequestQueue  # noqa: PLC0415

        return SqsMailRequestQueue(self.client("sqs"), queue_url)

    def recipient_lookup(self, ledger_table: str, subscribers_table: str) -> DynamoRecipientLookup:
        """Return the lookup that reads a campaign and some of its recipients in one request."""
        return self.once(
            ("recipient lookup", ledger_table, subscribers_table),
            lambda: DynamoRecipientLookup(self.client("dynamodb"), ledger_table, subscribers_table),
        )

    def sessions(self, table: str) -> DynamoSessions:
        """Return the session repository."""
        from convener.aws.sessions import DynamoSessions  # noqa: PLC0415 - it imports pydantic

        return DynamoSessions(self.client("dynamodb"), table)

    def editions(self, bucket: str) -> S3Editions:
        """Return the frozen editions, which keep in memory each edition that was read."""
        return self.once(("editions", bucket), lambda: S3Editions(self.client("s3"), bucket))

    def uploads(self, bucket: str) -> S3Uploads:
        """Return the bucket of the editors' uploads."""
        from convener.aws.uploads import S3Uploads  # noqa: PLC0415

        return S3Uploads(self.client("s3"), bucket)

    def queues(self, *, fanout: str = "", deliver: str = "") -> SqsQueues:
        """Return the work queues. A function that may not use one of them has no URL for it."""
        return SqsQueues(self.client("sqs"), fanout=fanout, deliver=deliver)

    def mailer(self, configuration_set: str) -> SesMailer:
        """Return the mailer. Its client never repeats a request."""
        return self.once(
            ("mailer", configuration_set), lambda: SesMailer(clients.sending_client(self.aws), configuration_set)
        )

    def account(self) -> SesAccount:
        """Return the SES account, read with a client that repeats failed requests."""
        return self.once("account", lambda: SesAccount(self.client("sesv2")))

    def suppression(self) -> SesSuppression:
        """Return the suppression list of the SES account."""
        from convener.aws.suppression import SesSuppression  # noqa: PLC0415 - only `transactional` needs it

        return SesSuppression(self.client("sesv2"))

    def slots(self, ledger_table: str) -> DynamoSlots:
        """Return the sending slots that all functions share."""
        return self.once(("slots", ledger_table), lambda: DynamoSlots(self.client("dynamodb"), ledger_table))

    def secret(self, name: str) -> str:
        """Return the text of a secret."""
        return read_secret(self.client("secretsmanager"), name)

    @property
    def series(self) -> Series:
        """The series, read from `series.toml`."""
        from convener.sessions.series import read_series  # noqa: PLC0415 - it imports pydantic

        return self.once("series", lambda: read_series(self.series_folder / "series.toml"))

    @property
    def template_folders(self) -> tuple[Path, Path]:
        """Where templates are looked for: first in the folder of the community, then among those of the project."""
        return self.series_folder / "templates", self.templates

    @property
    def coverage(self) -> Coverage:
        """The mailing types that each consent wording covers, read from `series.toml` without pydantic."""
        return self.once("coverage", lambda: read_coverage(self.series_folder / "series.toml"))

    def links(self, secret: str, base_url: str) -> Links:
        """Return links that are signed with the installation's keys. The keys are read again after some time.

        A new key reaches every running function in this way, and may then become the active key. Where the keys cannot
        be read again, the old keys stay in use, because links must go on working.

        Raises:
            ConvenerError: The keys were never read and cannot be read now.
        """
        read_at, links = self._cache.get("links", (0.0, None))
        if links is None or self.monotonic() - read_at > MAX_KEY_AGE_SECONDS:
            try:
                links = Links(base_url=base_url, tokens=Tokens(SigningKeys.parse(self.secret(secret))))
            except ConvenerError:
                if links is None:
                    raise
            self._cache["links"] = (self.monotonic(), links)
        return links  # type: ignore[no-any-return]

    def identity(self, secret: str, store: FingerprintStore) -> Callable[[str], str]:
        """Return the function that makes the subscriber id of a normalised address.

        The identity key is read once, and compared with the fingerprint in the store.

        Raises:
            Misconfigured: The key is not the key of the stored ids. Every call raises it: no use case may run.
        """
        return self.once(("identity", secret), lambda: _identity(key_of(self.secret(secret)), store))


def _identity(key: bytes, store: FingerprintStore) -> Callable[[str], str]:
    check_identity(store, key=key)
    return partial(subscriber_id, key=key)


_containers: list[Container] = [Container()]


@contextmanager
def using(container: Container) -> Iterator[Container]:
    """Make `container` the current container for the duration of a `with` block."""
    _containers.append(container)
    try:
        yield container
    finally:
        _containers.remove(container)


def current() -> Container:
    """Return the current container."""
    return _containers[-1]
