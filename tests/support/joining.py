"""Joining on fakes: the form as a browser posts it, and requests that wait for their button."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from convener.pages.responses import Response
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from tests.support.people import OPENED, subscriber
from tests.support.visiting import FORM, Visit

ASKED = OPENED - timedelta(days=1)
THERE = subscriber(2)
"""Whose address is confirmed; people.subscriber(1) is the one who moves."""

Value = str | Sequence[str]


def filled(**changes: Value) -> dict[str, Value]:
    """The fields of a form that is right; None of them in `changes` is the empty sequence."""
    fields: dict[str, Value] = {
        "address": "Anna@example.org",
        "first_name": "Anna",
        "zone": "Pacific/Auckland",
        "kinds": ("invite", "reminder", "recap"),
        "consent": "1",
        "website": "",
        "form": "page",
    }
    return {**fields, **changes}


def post(visit: Visit, fields: dict[str, Value], **more: Any) -> Response:
    """The answer to the form."""
    body = urlencode(fields, doseq=True)
    return visit.ask("subscribe", **{"method": "POST", "headers": FORM, "body": body, "network": "192.0.2.7", **more})


def join_request(**changes: Any) -> ConfirmationRequest:
    """Somebody asked to join with THERE's address, the day before."""
    values: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "wish": RequestType.JOIN,
        "subscriber": THERE.id,
        "address": THERE.address,
        "asked_at": ASKED,
        "first_name": "Anna",
        "zone": "Europe/Paris",
        "kinds": frozenset({"invite"}),
        "wording": "1",
        "by": "embedded",
    }
    return ConfirmationRequest(**{**values, **changes})


def move_request(**changes: Any) -> ConfirmationRequest:
    """The first subscriber wants her mail at THERE's address."""
    values: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "wish": RequestType.MOVE,
        "subscriber": THERE.id,
        "address": THERE.address,
        "asked_at": ASKED,
        "moving": subscriber(1).id,
    }
    return ConfirmationRequest(**{**values, **changes})
