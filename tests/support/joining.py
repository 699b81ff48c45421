"""Values of the form to subscribe by, and stored confirmation requests."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from convener.pages.responses import Response
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.mailing_choices import boxes
from tests.support.people import OPENED, subscriber
from tests.support.visiting import FORM, Visit

ASKED = OPENED - timedelta(days=1)
NEW_SUBSCRIBER = subscriber(2)
"""The subscriber whose address is confirmed; people.subscriber(1) is the subscriber who moves."""

Value = str | Sequence[str]


def filled(**changes: Value) -> dict[str, Value]:
    """Return the fields of a correct form, with these changes; an empty sequence leaves a field out."""
    fields: dict[str, Value] = {
        "address": "Anna@example.org",
        "first_name": "Anna",
        "zone": "Pacific/Auckland",
        "kinds": tuple(boxes()),
        "consent": "1",
        "website": "",
        "form": "page",
    }
    return {**fields, **changes}


def post(visit: Visit, fields: dict[str, Value], **more: Any) -> Response:
    """Post the form."""
    body = urlencode(fields, doseq=True)
    return visit.ask("subscribe", **{"method": "POST", "headers": FORM, "body": body, "network": "192.0.2.7", **more})


def join_request(**changes: Any) -> ConfirmationRequest:
    """Return a request to subscribe with the address of NEW_SUBSCRIBER, asked for the day before."""
    values: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "wish": RequestType.JOIN,
        "subscriber": NEW_SUBSCRIBER.id,
        "address": NEW_SUBSCRIBER.address,
        "asked_at": ASKED,
        "first_name": "Anna",
        "zone": "Europe/Paris",
        "kinds": frozenset({"invite"}),
        "wording": "1",
        "by": "embedded",
    }
    return ConfirmationRequest(**{**values, **changes})


def move_request(**changes: Any) -> ConfirmationRequest:
    """Return a request of the first subscriber to move to the address of NEW_SUBSCRIBER."""
    values: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "wish": RequestType.MOVE,
        "subscriber": NEW_SUBSCRIBER.id,
        "address": NEW_SUBSCRIBER.address,
        "asked_at": ASKED,
        "moving": subscriber(1).id,
    }
    return ConfirmationRequest(**{**values, **changes})
