"""DynamoDB's register on the local stack, with a reader and a request of one test alone."""

from __future__ import annotations

import uuid
from typing import Any

from botocore.config import Config

from convener.aws.consents import DynamoConsents
from convener.aws.requests import DynamoRequests
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import RowChange, Transaction, UsedLink
from local.stack import LocalStack
from tests.support.people import OPENED, subscriber


class Desk:
    """The register, by a client that gives up after two tries."""

    def __init__(self, stack: LocalStack) -> None:
        self.client: Any = stack.session.client("dynamodb", config=Config(retries={"total_max_attempts": 2}))
        consents, requests = stack.outputs["ConsentsTable"], stack.outputs["RequestsTable"]
        self.register = DynamoUnitOfWork(
            self.client, subscribers=stack.outputs["SubscribersTable"], consents=consents, requests=requests
        )
        self.consents, self.requests = DynamoConsents(self.client, consents), DynamoRequests(self.client, requests)
        self.row = subscriber(1, id=uuid.uuid4().hex)
        self.request = ConfirmationRequest(
            id=uuid.uuid4().hex,
            wish=RequestType.JOIN,
            subscriber=self.row.id,
            address=self.row.address,
            asked_at=OPENED,
        )
        self.used = UsedLink(nonce=uuid.uuid4().hex, action="erase", until=OPENED)

    def now(self) -> Subscriber | None:
        """The row as it is."""
        return self.register.get(ids=[self.row.id]).get(self.row.id)

    def transaction(self, what: str) -> Transaction:
        """A new row, with nothing or something beside it."""
        self.requests.keep(self.request)
        entry = ConsentEntry(subscriber=self.row.id, at=OPENED, what=ConsentEvent.JOINED, by="page")
        more: dict[str, Any] = {
            "a row": {},
            "an entry": {"consents": [entry]},
            "a request": {"done": self.request.id, "at": OPENED},
            "a link": {"used": self.used},
        }
        return Transaction(changes=[RowChange(row=self.row, expected=None)], **more[what])
