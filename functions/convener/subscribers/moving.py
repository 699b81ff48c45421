"""A change of address: the rows that a confirmed request changes. Standard library only.

The new address gets a row with all preferences of the old row. The old row becomes MOVED and names the new row, so
links to the old row act on the new row. Where the new address was on the list by itself, its own preferences stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from convener.subscribers.confirmation_request import ConfirmationRequest
from convener.subscribers.confirmation_result import ConfirmationResult, Plan, hindered
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction


def plan_move(request: ConfirmationRequest, rows: Mapping[str, Subscriber], *, now: datetime) -> Plan:
    """Plan the transaction that moves a subscriber to the requested address.

    Only a row moves that has been on the list without a break since the request. A subscriber who left or moved
    elsewhere in the meantime must not be moved by an older mail, above all not by a mail to a mistyped address.

    Args:
        request: The request to confirm.
        rows: The present rows of both addresses, by id; the row of the new address is missing if there is none. Also
            the rows of `rows_between`, if the subscriber may have had the new address before.
        now: The present time.

    Returns:
        The transaction, or the reason why there is nothing to write.
    """
    old, existing = rows.get(request.moving), rows.get(request.subscriber)
    if old is None or old.status != SubscriberStatus.CONFIRMED or not _listed_since_request(request, old):
        return ConfirmationResult.OVERTAKEN
    if old.id == request.subscriber:
        respelled = replace(old, address=request.address, version=old.version + 1)
        return Transaction(changes=(RowChange(row=respelled, expected=old.version),), done=request.id, at=now)
    if refusal := hindered(existing, request):
        return refusal
    merged = existing is not None and existing.status == SubscriberStatus.CONFIRMED
    new = _merge_into(existing, old) if existing and merged else _move_row(old, existing, request, rows, now)
    moved = replace(
        old,
        address="",
        first_name="",
        zone="",
        status=SubscriberStatus.MOVED,
        status_since=now,
        moved_to=new.id,
        confirmed_at=None if merged else old.confirmed_at,
        version=old.version + 1,
    )
    return Transaction(
        changes=(
            RowChange(row=moved, expected=old.version),
            RowChange(row=new, expected=existing.version if existing else None),
        ),
        consents=(_entry(old, now, f"to {new.id}"), _entry(new, now, f"from {old.id}")),
        done=request.id,
        at=now,
    )


def _listed_since_request(request: ConfirmationRequest, old: Subscriber) -> bool:
    return old.listed_since is None or old.listed_since <= request.asked_at


def _merge_into(existing: Subscriber, old: Subscriber) -> Subscriber:
    moved_from = _earlier_ids(existing.moved_from, old, existing.id)
    return replace(existing, moved_from=moved_from, version=existing.version + 1)


def _move_row(
    old: Subscriber,
    existing: Subscriber | None,
    request: ConfirmationRequest,
    rows: Mapping[str, Subscriber],
    now: datetime,
) -> Subscriber:
    """Return the old row under the new address. Of an existing row only the version and the earlier ids are kept."""
    return replace(
        old,
        id=request.subscriber,
        address=request.address,
        batch="",  # undoing an import must not delete a row that the import did not add
        version=(existing.version if existing else 0) + 1,
        status_since=None,
        moved_to="",
        moved_from=_earlier_ids(existing.moved_from if existing else (), old, request.subscriber),
        moved_at=now,
        earlier=existing.stints if existing and _moves_back(existing, old, rows) else (),
    )


def _moves_back(existing: Subscriber, old: Subscriber, rows: Mapping[str, Subscriber]) -> bool:
    """Return whether the subscriber moves back to a row of their own, and still gets the mailings opened for that row.

    The moves away from that row must lead to the present row. They do not where another subscriber moved to an address
    on the way after its owner had left, although `moved_from` then names the row. The result is also False where the
    row was merged into a second subscription of the same person: the second subscription gets those mailings.
    """
    row, seen = existing, set[str]()
    while row.status == SubscriberStatus.MOVED and row.confirmed_at is not None and row.id not in seen:
        seen.add(row.id)
        target = rows.get(row.moved_to)
        if target is None or not target.is_result_of_move_from(row):
            return False
        if target.id == old.id:
            return True
        row = target
    return False


def rows_between(rows: Mapping[str, Subscriber], request: ConfirmationRequest) -> frozenset[str]:
    """Return the ids of further rows that show whether the subscriber moves back: the earlier rows of the mover."""
    old, existing = rows.get(request.moving), rows.get(request.subscriber)
    if old is None or existing is None or existing.status != SubscriberStatus.MOVED:
        return frozenset()
    return frozenset(old.moved_from) - rows.keys()


def _earlier_ids(known: tuple[str, ...], old: Subscriber, own_id: str) -> tuple[str, ...]:
    """Return the ids of all earlier rows, each once, without `own_id` (a subscriber may move back)."""
    return tuple(dict.fromkeys(row_id for row_id in (*known, *old.moved_from, old.id) if row_id != own_id))


def _entry(row: Subscriber, now: datetime, note: str) -> ConsentEntry:
    return ConsentEntry(
        subscriber=row.id,
        at=now,
        what=ConsentEvent.MOVED,
        by="page",
        wording=row.wording,
        kinds=row.kinds,
        note=note,
    )
