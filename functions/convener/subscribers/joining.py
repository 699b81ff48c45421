"""Joining, once the button is pressed: the row that comes of a request. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.confirmation_result import ConfirmationResult, Plan, hindered
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction


def plan_join(request: ConfirmationRequest, rows: Mapping[str, Subscriber], *, now: datetime) -> Plan:
    """What the button would write, by the row as it is now.

    Whoever is on the list stays as she is: an old mail's button must not undo what she chose since. A row that an
    import has brought meanwhile becomes her own by it: else its undo would take off the list who confirmed.
    """
    row = rows.get(request.subscriber)
    if row is not None and row.status == SubscriberStatus.CONFIRMED and not row.only_imported:
        return ConfirmationResult.ALREADY
    if why := hindered(row, request):
        return why
    entry = ConsentEntry(
        subscriber=request.subscriber,
        at=now,
        what=ConsentEvent.JOINED,
        by=request.by,
        wording=request.wording,
        kinds=request.kinds,
    )
    hers = _made_her_own(request, row) if row and row.only_imported else _joined(request, row, now)
    change = RowChange(row=hers, expected=row.version if row else None)
    return Transaction(changes=(change,), consents=(entry,), done=request.id, at=now)


def _made_her_own(request: ConfirmationRequest, row: Subscriber) -> Subscriber:
    """On the list since when she was, and for what she asked: what is on its way to the row is hers."""
    return replace(
        row,
        first_name=request.first_name or row.first_name,
        zone=request.zone or row.zone,
        kinds=request.kinds,
        batch="",
        version=row.version + 1,
    )


def _joined(request: ConfirmationRequest, row: Subscriber | None, now: datetime) -> Subscriber:
    """On the list from now on, whatever was before: mailings that were opened meanwhile are not for this row."""
    kept = row or Subscriber(id=request.subscriber, address=request.address, status=SubscriberStatus.CONFIRMED)
    return replace(
        kept,
        address=request.address,
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=now,
        first_name=request.first_name,
        zone=request.zone,
        kinds=request.kinds,
        paused_until=None,
        source=request.by,
        batch="",  # the undo of an import takes back what the import did, and this is her own doing
        version=kept.version + 1,
        status_since=None,
        moved_to="",
        moved_at=None,  # else she would count as listed since an earlier move
        earlier=(),
    )
