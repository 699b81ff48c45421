"""A change of address, once the button in the mail to the new one is pressed. Standard library only.

The new address gets a row with everything that was chosen, the old one is MOVED and names it: its links act on the new
row. Where the new address was on the list in its own right, its own choices stay.
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
    """What the button would write, by both rows as they are now.

    Only a row that was on the list when it asked, and has been ever since, moves: whoever left meanwhile, or moved
    elsewhere, must not be carried off by an older mail, least of all by one that went to a mistyped address.
    """
    old, there = rows.get(request.moving), rows.get(request.subscriber)
    if old is None or old.status != SubscriberStatus.CONFIRMED or not _since_before(request, old):
        return ConfirmationResult.OVERTAKEN
    if old.id == request.subscriber:
        respelt = replace(old, address=request.address, version=old.version + 1)
        return Transaction(changes=(RowChange(row=respelt, expected=old.version),), done=request.id, at=now)
    if why := hindered(there, request):
        return why
    merged = there is not None and there.status == SubscriberStatus.CONFIRMED
    new = _added_to(there, old) if there and merged else _taken_along(old, there, request, now)
    left = replace(
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
            RowChange(row=left, expected=old.version),
            RowChange(row=new, expected=there.version if there else None),
        ),
        consents=(_entry(old, now, f"to {new.id}"), _entry(new, now, f"from {old.id}")),
        done=request.id,
        at=now,
    )


def _since_before(request: ConfirmationRequest, old: Subscriber) -> bool:
    return old.listed_since is None or old.listed_since <= request.asked_at


def _added_to(there: Subscriber, old: Subscriber) -> Subscriber:
    return replace(there, moved_from=_names(there.moved_from, old, there.id), version=there.version + 1)


def _taken_along(old: Subscriber, there: Subscriber | None, request: ConfirmationRequest, now: datetime) -> Subscriber:
    """The old row under the new address. What stood there before leaves its version and its earlier ids."""
    return replace(
        old,
        id=request.subscriber,
        address=request.address,
        batch="",  # the undo of an import must not take an address away that no import brought
        version=(there.version if there else 0) + 1,
        status_since=None,
        moved_to="",
        moved_from=_names(there.moved_from if there else (), old, request.subscriber),
        moved_at=now,
        earlier=there.stints if there and _hers(there, old) else (),
    )


def _hers(there: Subscriber, old: Subscriber) -> bool:
    """Whether she moves back to a row that was her own: what was on its way to it then is still for her.

    Not where it ended in a subscription that she had besides: that one's place is hers, and one is enough.
    """
    if there.status != SubscriberStatus.MOVED or there.confirmed_at is None or there.id not in old.moved_from:
        return False
    return old.moved_at is not None and there.status_since is not None and old.moved_at >= there.status_since


def _names(known: tuple[str, ...], old: Subscriber, own: str) -> tuple[str, ...]:
    """All earlier ids, each once and never its own: who moves back has been there before."""
    return tuple(dict.fromkeys(one for one in (*known, *old.moved_from, old.id) if one != own))


def _entry(row: Subscriber, now: datetime, note: str) -> ConsentEntry:
    return ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.MOVED, by="page", kinds=row.kinds, note=note)
