"""What stands between the use cases and AWS: one method per adapter, each made from the surroundings' clients.

A test that plays with failing parts puts others in their place; nothing else builds an adapter for a function.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeVar

from convener.aws.account import SesAccount
from convener.aws.editions import S3Editions
from convener.aws.ledger import DynamoLedger
from convener.aws.mailer import SesMailer, sending_client
from convener.aws.queues import SqsQueues
from convener.aws.recipient_lookup import DynamoRecipientLookup
from convener.aws.secrets import read_secret
from convener.aws.slots import DynamoSlots
from convener.aws.subscribers import DynamoSubscribers

if TYPE_CHECKING:
    import boto3

    from convener.aws.consents import DynamoConsents
    from convener.aws.requests import DynamoRequests
    from convener.aws.sessions import DynamoSessions
    from convener.aws.transactional_queue import SqsMailRequestQueue
    from convener.aws.unit_of_work import DynamoUnitOfWork
    from convener.aws.uploads import S3Uploads

Made = TypeVar("Made")


class Adapters(ABC):
    """The real ones."""

    @abstractmethod
    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, the first time; the same one ever after."""

    @abstractmethod
    def client(self, service: str) -> Any:
        """A boto3 client that repeats requests by itself: never for sending mail."""

    @property
    @abstractmethod
    def aws(self) -> boto3.Session:
        """The session that clients are made with."""

    def ledger(self, table: str) -> DynamoLedger:
        """The ledger."""
        return self.once(("ledger", table), lambda: DynamoLedger(self.client("dynamodb"), table))

    def subscribers(self, table: str) -> DynamoSubscribers:
        """The subscribers."""
        return self.once(("subscribers", table), lambda: DynamoSubscribers(self.client("dynamodb"), table))

    def register(self, subscribers_table: str, consents_table: str, requests_table: str) -> DynamoUnitOfWork:
        """Rows, consent record and requests, written together."""
        from convener.aws.unit_of_work import DynamoUnitOfWork  # noqa: PLC0415 - for pages and confirmations alone

        return self.once(
            ("register", subscribers_table),
            lambda: DynamoUnitOfWork(
                self.client("dynamodb"),
                subscribers=subscribers_table,
                consents=consents_table,
                requests=requests_table,
            ),
        )

    def consents(self, table: str) -> DynamoConsents:
        """The consent record."""
        from convener.aws.consents import DynamoConsents  # noqa: PLC0415

        return DynamoConsents(self.client("dynamodb"), table)

    def requests(self, table: str) -> DynamoRequests:
        """What waits for a button, and how often somebody asked."""
        from convener.aws.requests import DynamoRequests  # noqa: PLC0415

        return DynamoRequests(self.client("dynamodb"), table)

    def letters(self, queue_url: str) -> SqsMailRequestQueue:
        """The queue of `transactional`."""
        from convener.aws.transactional_queue import SqsMailRequestQueue  # noqa: PLC0415

        return SqsMailRequestQueue(self.client("sqs"), queue_url)

    def look(self, ledger_table: str, subscribers_table: str) -> DynamoRecipientLookup:
        """The second look: a campaign and some recipients in one request."""
        return self.once(
            ("look", ledger_table, subscribers_table),
            lambda: DynamoRecipientLookup(self.client("dynamodb"), ledger_table, subscribers_table),
        )

    def sessions(self, table: str) -> DynamoSessions:
        """The sessions. Imported here, since pydantic comes along."""
        from convener.aws.sessions import DynamoSessions  # noqa: PLC0415

        return DynamoSessions(self.client("dynamodb"), table)

    def editions(self, bucket: str) -> S3Editions:
        """The frozen editions; it remembers those it read."""
        return self.once(("editions", bucket), lambda: S3Editions(self.client("s3"), bucket))

    def uploads(self, bucket: str) -> S3Uploads:
        """What editors upload."""
        from convener.aws.uploads import S3Uploads  # noqa: PLC0415

        return S3Uploads(self.client("s3"), bucket)

    def queues(self, *, fanout: str = "", deliver: str = "") -> SqsQueues:
        """The work queues. A function that may not use one of them has no address for it."""
        return SqsQueues(self.client("sqs"), fanout=fanout, deliver=deliver)

    def mailer(self, configuration_set: str) -> SesMailer:
        """The way out, by a client that never repeats a request."""
        return self.once(("mailer", configuration_set), lambda: SesMailer(sending_client(self.aws), configuration_set))

    def account(self) -> SesAccount:
        """What SES grants the account. Asked by a client of its own, which may repeat."""
        return self.once("account", lambda: SesAccount(self.client("sesv2")))

    def slots(self, ledger_table: str) -> DynamoSlots:
        """The moments at which mails may leave, given out once each."""
        return self.once(("slots", ledger_table), lambda: DynamoSlots(self.client("dynamodb"), ledger_table))

    def secret(self, name: str) -> str:
        """A secret's text."""
        return read_secret(self.client("secretsmanager"), name)
