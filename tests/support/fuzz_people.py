"""The people of the drawn requests: one in every status, with stored confirmation requests and used links."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.tokens import OneTimeLink
from tests.support.people import LONG_AGO, OPENED

KEY = b"an identity key of thirty-two by"
DAY = timedelta(days=1)


def address_of(name: str) -> str:
    """Return the address of a person. It is in no other text, so that a page that shows it is found out."""
    return f"{name}.qqq@people.example"


@cache
def id_of(name: str) -> str:
    """Return the subscriber id of a person."""
    return subscriber_id(address_of(name), key=KEY)


def _row(name: str, status: SubscriberStatus = SubscriberStatus.CONFIRMED, **changes: Any) -> Subscriber:
    bare = status in (SubscriberStatus.ERASED, SubscriberStatus.MOVED)
    values: dict[str, Any] = {
        "id": id_of(name),
        "address": "" if bare else address_of(name),
        "first_name": "" if bare else f"Qqq{name}",
        "status": status,
        "confirmed_at": LONG_AGO,
        "version": 3,
        "status_since": None if status is SubscriberStatus.CONFIRMED else OPENED - 2 * DAY,
    }
    return Subscriber(**{**values, **changes})


@cache
def people() -> dict[str, Subscriber]:
    """Return the subscribers by name. `ahead` has moved to `end` by way of `between`; `lost` to a row that is gone."""
    erased: dict[str, Any] = {"confirmed_at": None}
    return {
        "here": _row("here", zone="Pacific/Auckland"),
        "paused": _row("paused", kinds=frozenset({"invite"}), paused_until=OPENED + 9 * DAY, zone="US/Pacific"),
        "end": _row("end", moved_from=(id_of("ahead"), id_of("between")), moved_at=OPENED - 2 * DAY),
        "between": _row("between", SubscriberStatus.MOVED, moved_to=id_of("end"), moved_from=(id_of("ahead"),)),
        "ahead": _row("ahead", SubscriberStatus.MOVED, moved_to=id_of("between")),
        "lost": _row("lost", SubscriberStatus.MOVED, moved_to="0" * 32),
        "left": _row("left", SubscriberStatus.LEFT),
        "long-gone": _row("long-gone", SubscriberStatus.LEFT, status_since=LONG_AGO),
        "bounced": _row("bounced", SubscriberStatus.BOUNCED, confirmed_at=None),
        "gave-up": _row("gave-up", SubscriberStatus.LEFT),
        "complained": _row("complained", SubscriberStatus.COMPLAINED),
        "erased": _row("erased", SubscriberStatus.ERASED, **erased),
        "unfinished": _row("unfinished", SubscriberStatus.ERASED, moved_from=(id_of("lost"),), **erased),
    }


NOBODY = ("stranger", "newcomer")
"""People without a row."""

NAMES = (*people(), *NOBODY)


@cache
def entries() -> list[ConsentEntry]:
    """Return the consent entries of everybody: how they subscribed, and for one that they left after a bounce."""
    kept = [
        ConsentEntry(subscriber=row.id, at=LONG_AGO, what=ConsentEvent.JOINED, by="page", wording="1", mark="1")
        for name, row in people().items()
        if name != "erased"
    ]
    left = ConsentEntry(
        subscriber=id_of("gave-up"), at=OPENED - 2 * DAY, what=ConsentEvent.LEFT, by="page", note="bounced"
    )
    return [*kept, left]


def _request(number: int, wish: RequestType, name: str, **changes: Any) -> ConfirmationRequest:
    values: dict[str, Any] = {"asked_at": OPENED - DAY, "wording": "1", "by": "page", "first_name": "Qqqasked"}
    own: dict[str, Any] = {"id": f"{number:032x}", "wish": wish, "subscriber": id_of(name), "address": address_of(name)}
    return ConfirmationRequest(**{**values, **own, **changes})


@cache
def requests() -> Mapping[str, ConfirmationRequest]:
    """Return the stored requests by id: one to subscribe and one to move for each person, and expired and done ones."""
    joins = [_request(number, RequestType.JOIN, name) for number, name in enumerate(NAMES, 0x100)]
    moves = [_request(number, RequestType.MOVE, name, moving=id_of("here")) for number, name in enumerate(NAMES, 0x200)]
    others = [
        _request(0x301, RequestType.JOIN, "stranger", asked_at=OPENED - 8 * DAY),
        _request(0x302, RequestType.JOIN, "here", done_at=OPENED - DAY),
        _request(0x303, RequestType.JOIN, "left", done_at=OPENED - 3 * DAY, answered=True),
        _request(0x304, RequestType.MOVE, "stranger", moving=id_of("left")),
        _request(0x305, RequestType.MOVE, "stranger", moving="0" * 32),
    ]
    return {request.id: request for request in (*joins, *moves, *others)}


REQUESTS = (*requests(), f"{0x999:032x}")
"""Request ids; nothing is stored for the last one."""

USED = "f" * 16
"""The nonce of links whose actions are all used up."""


def links_of(name: str) -> list[OneTimeLink]:
    """Return the one-time links of a person.

    One works, one is used up, one has expired, and two are at the limit.
    """
    minutes = ((30, "1"), (30, "f"), (-1, "2"), (0, "3"), (0.02, "4"))
    return [
        OneTimeLink(subscriber=id_of(name), expires=OPENED + timedelta(minutes=after), nonce=digit * 16)
        for after, digit in minutes
    ]
