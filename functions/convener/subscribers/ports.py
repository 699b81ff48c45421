"""The ports of the subscribers package: the stores, the record, the queue and the list that its use cases call.

The classes of `convener.aws` implement the ports, and so do the fakes of the tests. Every read of a store is
consistent. Every method raises Unavailable where nothing was done, and LostAnswer where nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # deliver and fanout import this module, and must not load more modules at start-up
    from convener.subscribers.confirmation_request import ConfirmationRequest
    from convener.subscribers.consent import ConsentEntry
    from convener.subscribers.mail_requests import MailRequest
    from convener.subscribers.models import Subscriber, Unreadable
    from convener.subscribers.unit_of_work import Transaction, UsedLink


class SubscriberRows(Protocol):
    """Reads the rows of subscribers by their ids."""

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        """Return the rows of up to 100 ids. An id without a row is left out.

        Raises BadInput where a row cannot be read.
        """


class SubscriberStore(SubscriberRows, Protocol):
    """Reads all rows of the list, and replaces single rows."""

    def page(self, shard: str, *, after: str, limit: int) -> Sequence[Subscriber | Unreadable]:
        """Return the rows of a shard with ids above `after`, in order of id.

        There are fewer than `limit` rows only at the shard's end.
        """

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Replace a row. Raises Conflict where the stored row has another version."""


class UnitOfWork(SubscriberRows, Protocol):
    """Changes rows together with the consent record and the requests."""

    def commit(self, transaction: Transaction) -> None:
        """Write the whole transaction or nothing. A repetition of the same request counts as done.

        Raises Conflict where a row does not have its expected version, the confirmation request is gone or already
        fulfilled, or the link was used before.
        """


class ConsentRecord(Protocol):
    """The append-only record of consent. `UnitOfWork.commit` adds the entries."""

    def of(self, subscriber_id: str) -> Sequence[ConsentEntry]:
        """Return the subscriber's entries, in order of time."""

    def forget(self, entries: Sequence[ConsentEntry]) -> None:
        """Delete entries. Only the erasure of a subscriber may do this. A repetition changes nothing."""


class RequestStore(Protocol):
    """Confirmation requests, used one-time links, and the counts that limit requests. Every item expires."""

    def visit(self, network: str, *, now: datetime) -> int:
        """Count one visit from the network in this hour (UTC) with one write, and return the number of its visits."""

    def allow(self, subscriber_id: str, mark: str, *, most: int, now: datetime) -> bool:
        """Return whether one more mail may go to the subscriber on this day (UTC).

        At most `most` different marks are allowed on a day. A mark counts once, however often it is asked for.
        """

    def keep(self, request: ConfirmationRequest) -> None:
        """Write a request. A stored request with the same id stays as it is."""

    def find(self, request_id: str) -> ConfirmationRequest | None:
        """Return a request, which may have expired; None where it is not stored any more."""

    def answered(self, request_id: str) -> None:
        """Record that the mail that follows from the request was sent. Nothing happens where the request is gone."""

    def used(self, nonce: str, action: str) -> bool:
        """Return whether the action of a one-time link was used."""

    def use(self, used: UsedLink) -> bool:
        """Record that the action of a one-time link is used. Return True the first time, False every other time."""


class MailRequestQueue(Protocol):
    """The queue of requests for transactional mails."""

    def send(self, request: MailRequest, *, delay: int = 0) -> None:
        """Queue a request, which becomes visible after `delay` seconds."""


class FingerprintStore(Protocol):
    """Stores the fingerprint of the identity key, beside the ids that the key made."""

    def fingerprint(self) -> str | None:
        """Return the stored fingerprint; None in a new installation."""

    def keep_fingerprint(self, value: str) -> None:
        """Store the fingerprint for ever. Raises Conflict where another fingerprint is stored."""


class SuppressionList(Protocol):
    """The mail service's own list of addresses to which it sends nothing."""

    def reason(self, address: str) -> str:
        """Return why an address is on the list, "BOUNCE" or "COMPLAINT"; empty where it is not."""

    def lift(self, address: str) -> bool:
        """Remove an address from the list. Return whether the address was on the list."""
