"""Choosing: what a reader gets, how, and when not. Only those who are on the list choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.mailing_choices import ticked
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from convener.subscribers.row_updates import changed, settle
from convener.subscribers.unit_of_work import Transaction, UnitOfWork


class Wanted(TypedDict, total=False):
    """What may be chosen, by the names of the row's fields. What isn't there stays as it is."""

    kinds: frozenset[str]
    zone: str
    first_name: str
    calendar: Calendar
    text_only: bool
    paused_until: datetime | None


def choose(subscriber_id: str, wanted: Wanted, *, register: UnitOfWork, now: datetime) -> Subscriber | None:
    """The row as it stands afterwards; None where it is gone. Nothing is written where nothing is different.

    What differs from the row as it is found is what she changed: where somebody else writes first, that alone is put
    into the row as it is then. Kinds are consent, and go on record; nothing else does. Raises Unavailable.
    """
    hers: Mapping[str, Any] | None = None

    def decide(row: Subscriber) -> Transaction | None:
        nonlocal hers
        if row.status is not SubscriberStatus.CONFIRMED:
            return None
        asked = wanted if hers is None else hers
        differing = {name: value for name, value in asked.items() if _differs(row, name, value, now)}
        hers = differing if hers is None else hers
        if not differing:
            return None
        change = changed(row, **differing)
        entry = ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.CHOSE, by="page", kinds=change.row.kinds)
        return Transaction(changes=[change], consents=[entry] if "kinds" in differing else [])

    return settle(subscriber_id, decide, register=register)


def _differs(row: Subscriber, name: str, value: Any, now: datetime) -> bool:
    """Whether it means something else: a pause that is over is none, and all kinds are no choice."""
    there, asked = getattr(row, name), value
    if name == "kinds":
        there, asked = ticked(row.kinds), ticked(value)
    if name == "paused_until" and not row.paused(now):
        there = None
    return bool(there != asked)
