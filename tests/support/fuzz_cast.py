"""The people of the requests that are drawn: one in every standing, with what waits for a button and what is used."""

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
    """Nobody else's: where it shows, it was let out."""
    return f"{name}.qqq@people.example"


@cache
def id_of(name: str) -> str:
    """The id of that person."""
    return subscriber_id(address_of(name), key=KEY)


def _row(name: str, standing: SubscriberStatus = SubscriberStatus.CONFIRMED, **changes: Any) -> Subscriber:
    bare = standing in (SubscriberStatus.ERASED, SubscriberStatus.MOVED)
    values: dict[str, Any] = {
        "id": id_of(name),
        "address": "" if bare else address_of(name),
        "first_name": "" if bare else f"Qqq{name}",
        "status": standing,
        "confirmed_at": LONG_AGO,
        "version": 3,
        "status_since": None if standing is SubscriberStatus.CONFIRMED else OPENED - 2 * DAY,
    }
    return Subscriber(**{**values, **changes})


@cache
def people() -> dict[str, Subscriber]:
    """By their names. `ahead` has moved to `end` by way of `between`; `lost` to nowhere."""
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
"""Who has no row."""

NAMES = (*people(), *NOBODY)


@cache
def entries() -> list[ConsentEntry]:
    """Everybody's record: how she came, and that of whoever left after her mail had come back."""
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
    """What waits, by id: joining for each person, moving to each, and old, done and answered ones."""
    joins = [_request(number, RequestType.JOIN, name) for number, name in enumerate(NAMES, 0x100)]
    moves = [_request(number, RequestType.MOVE, name, moving=id_of("here")) for number, name in enumerate(NAMES, 0x200)]
    others = [
        _request(0x301, RequestType.JOIN, "stranger", asked_at=OPENED - 8 * DAY),
        _request(0x302, RequestType.JOIN, "here", done_at=OPENED - DAY),
        _request(0x303, RequestType.JOIN, "left", done_at=OPENED - 3 * DAY, answered=True),
        _request(0x304, RequestType.MOVE, "stranger", moving=id_of("left")),
        _request(0x305, RequestType.MOVE, "stranger", moving="0" * 32),
    ]
    return {one.id: one for one in (*joins, *moves, *others)}


REQUESTS = (*requests(), f"{0x999:032x}")
"""Ids, the last of which nothing is known of."""

USED = "f" * 16
"""The nonce of links whose every action is used up."""


def links_of(name: str) -> list[OneTimeLink]:
    """Fresh links of a person: one that works, one that is used, one that has expired, and two on the edge."""
    minutes = ((30, "1"), (30, "f"), (-1, "2"), (0, "3"), (0.02, "4"))
    return [
        OneTimeLink(subscriber=id_of(name), expires=OPENED + timedelta(minutes=after), nonce=digit * 16)
        for after, digit in minutes
    ]
