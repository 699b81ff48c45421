"""Joining the list: the row that a confirmed request creates or updates. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from convener.consent_coverage import row_wording
from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.confirmation_result import ConfirmationResult, Plan, hindered
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction


def plan_join(request: ConfirmationRequest, rows: Mapping[str, Subscriber], *, now: datetime) -> Plan:
    """Plan the transaction that puts the address of a join request on the list.

    A row that is on the list already stays as it is, because the button in an old mail must not undo later choices.
    A row that an import added in the meantime becomes the subscriber's own row. Undoing the import would otherwise take
    a subscriber off the list who confirmed.

    Args:
        request: The request to confirm.
        rows: The present rows, by id; the row of the requested address is missing if there is none.
        now: The present time.

    Returns:
        The transaction, or the reason why there is nothing to write.
    """
    row = rows.get(request.subscriber)
    if row is not None and row.status == SubscriberStatus.CONFIRMED and not row.only_imported:
        return ConfirmationResult.ALREADY
    if refusal := hindered(row, request):
        return refusal
    entry = ConsentEntry(
        subscriber=request.subscriber,
        at=now,
        what=ConsentEvent.JOINED,
        by=request.by,
        wording=request.wording,
        kinds=request.kinds,
    )
    new_row = _confirmed_import(request, row) if row and row.only_imported else _joined(request, row, now)
    change = RowChange(row=new_row, expected=row.version if row else None)
    return Transaction(changes=(change,), consents=(entry,), done=request.id, at=now)


def _confirmed_import(request: ConfirmationRequest, row: Subscriber) -> Subscriber:
    """Return an imported row with the choices of the request.

    `confirmed_at` stays, so the subscriber still gets the mailings that were opened since the import.
    """
    return replace(
        row,
        first_name=request.first_name or row.first_name,
        zone=request.zone or row.zone,
        wording=row_wording(request.wording),
        kinds=request.kinds,
        batch="",
        version=row.version + 1,
    )


def _joined(request: ConfirmationRequest, row: Subscriber | None, now: datetime) -> Subscriber:
    """Return the row as listed from now on. Mailings that were opened before are not for the row."""
    base = row or Subscriber(id=request.subscriber, address=request.address, status=SubscriberStatus.CONFIRMED)
    return replace(
        base,
        address=request.address,
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=now,
        first_name=request.first_name,
        zone=request.zone,
        wording=row_wording(request.wording),
        kinds=request.kinds,
        paused_until=None,
        source=request.by,
        imported_at=None,
        batch="",  # undoing an import must not undo a confirmation by the subscriber
        version=base.version + 1,
        status_since=None,
        moved_to="",
        moved_at=None,  # an earlier move must not count as the time since which the row is listed
        earlier=(),
    )
