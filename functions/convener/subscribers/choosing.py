"""Preferences: the mailing types, formats and pauses that a subscriber on the list chooses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from convener.consent_coverage import Coverage
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.mailing_choices import ticked
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from convener.subscribers.ports import UnitOfWork
from convener.subscribers.row_updates import changed, settle
from convener.subscribers.unit_of_work import Transaction


class Wanted(TypedDict, total=False):
    """The preferences to set, with the field names of `Subscriber`. A missing field stays as it is."""

    kinds: frozenset[str]
    zone: str
    first_name: str
    calendar: Calendar
    text_only: bool
    paused_until: datetime | None


def choose(
    subscriber_id: str, wanted: Wanted, *, unit_of_work: UnitOfWork, coverage: Coverage, now: datetime
) -> Subscriber | None:
    """Set preferences of a CONFIRMED subscriber. Nothing is written where no preference differs.

    The wording of the row stays. A type beyond it is named in `kinds`: choosing it is a written yes to that type alone.

    The fields that differ from the row at the first attempt are the fields that the subscriber changed. When another
    writer was first, only these fields are set in the new row. A change of the mailing types is an event of the consent
    record; no other preference is.

    Returns:
        The row after the update; None if there is no row with that id.

    Raises:
        Unavailable, LostAnswer: See `row_updates.settle`.
    """
    changed_fields: Mapping[str, Any] | None = None

    def decide(row: Subscriber) -> Transaction | None:
        nonlocal changed_fields
        if row.status is not SubscriberStatus.CONFIRMED:
            return None
        candidates = wanted if changed_fields is None else changed_fields
        differing = {name: value for name, value in candidates.items() if _differs(row, name, value, coverage, now)}
        changed_fields = differing if changed_fields is None else changed_fields
        if not differing:
            return None
        change = changed(row, **differing)
        entry = ConsentEntry(
            subscriber=row.id,
            at=now,
            what=ConsentEvent.CHOSE,
            by="page",
            wording=row.wording,
            kinds=change.row.kinds,
        )
        return Transaction(changes=[change], consents=[entry] if "kinds" in differing else [])

    return settle(subscriber_id, decide, unit_of_work=unit_of_work)


def _differs(row: Subscriber, name: str, value: Any, coverage: Coverage, now: datetime) -> bool:
    """Return whether a value differs in meaning: a pause that is over is no pause, all covered types are no choice."""
    current, new = getattr(row, name), value
    if name == "kinds":
        covered = coverage.of(row.wording)
        current, new = ticked(row.kinds, covered), ticked(value, covered)
    if name == "paused_until" and not row.paused(now):
        current = None
    return bool(current != new)
