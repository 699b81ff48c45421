"""What an operator does for a person who asks by mail or post, with the reason and the person who did it on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from convener.errors import BadInput, Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.address import Address
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import ConsentRecord, UnitOfWork
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS, changed, find
from convener.subscribers.unit_of_work import RowChange, Transaction

OPERATOR = "operator"
"""The way of an entry of the consent record that an operator caused, and the source of a row that they made."""


@dataclass(frozen=True, kw_only=True)
class OperatorReason:
    """Why something is done, and who does it. Both stay in the consent record, also after erasing."""

    because: str
    by: str

    def __post_init__(self) -> None:
        """Check that both are given. Raises BadInput."""
        if not self.because.strip():
            raise BadInput("Say why: it is kept with the record of consent.")
        if not self.by.strip():
            raise BadInput("Say who does it: it is kept with the record of consent.")

    def note(self, what: str) -> str:
        """Return the note of an entry, such as "bounced, lifted by Ana: they wrote to us"."""
        return f"{what} by {' '.join(self.by.split())}: {' '.join(self.because.split())}"


@dataclass(frozen=True, kw_only=True)
class LeftOnRequest:
    """The row after leaving, the status before (None for nobody), and whether anything was written."""

    row: Subscriber
    before: SubscriberStatus | None
    written: bool


def leave_on_request(
    subscriber_id: str,
    address: Address,
    *,
    unit_of_work: UnitOfWork,
    consents: ConsentRecord,
    reason: OperatorReason,
    now: datetime,
) -> LeftOnRequest:
    """Take a person off the list who asked for it, whatever their status, so that only they can come back, by joining.

    BOUNCED and COMPLAINED become LEFT, which no operator can lift. Somebody who is unknown gets a LEFT row without
    `confirmed_at`, so that no list brings them in. ERASED stays, because it keeps lists out as well. A request to join
    that waits for its confirmation is older than the row's `status_since` then, so its button does nothing any more.
    For that reason LEFT is written anew, unless the last entry has the same reason and person.

    Args:
        subscriber_id: The id of the address; changes of address are followed.
        address: The address, for the row of somebody who is unknown.
        unit_of_work: The store of the rows.
        consents: The consent record.
        reason: Why, and who does it.
        now: The present time.

    Raises:
        Unavailable, LostAnswer: The call may be repeated.
    """

    def attempt() -> LeftOnRequest:
        row = find(subscriber_id, rows=unit_of_work)
        note = reason.note(f"{row.status if row else 'unknown'}, left at their request,")
        if row is None:
            change = _mark(subscriber_id, address, now)
        elif row.status in (SubscriberStatus.ERASED, SubscriberStatus.MOVED) or _is_repetition(row, note, consents):
            return LeftOnRequest(row=row, before=row.status, written=False)
        else:
            change = changed(row, status=SubscriberStatus.LEFT, status_since=now)
        entry = ConsentEntry(subscriber=change.row.id, at=now, what=ConsentEvent.LEFT, by=OPERATOR, note=note)
        unit_of_work.commit(Transaction(changes=[change], consents=[entry]))
        return LeftOnRequest(row=change.row, before=row.status if row else None, written=True)

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))


def _mark(subscriber_id: str, address: Address, now: datetime) -> RowChange:
    """Return the row of somebody who never was on the list, and says that nobody may write to them."""
    mark = Subscriber(
        id=subscriber_id,
        address=address.envelope,
        status=SubscriberStatus.LEFT,
        status_since=now,
        source=OPERATOR,
        version=1,
    )
    return RowChange(row=mark, expected=None)


def _is_repetition(row: Subscriber, note: str, consents: ConsentRecord) -> bool:
    """Return whether the last time that a LEFT subscriber left was for the same reason and by the same person."""
    if row.status is not SubscriberStatus.LEFT:
        return False
    notes = [entry.note for entry in consents.of(row.id) if entry.what is ConsentEvent.LEFT]
    return bool(notes) and notes[-1].partition(",")[2] == note.partition(",")[2]


def record_export(row: Subscriber, *, unit_of_work: UnitOfWork, reason: OperatorReason, now: datetime) -> None:
    """Add to the consent record that the data of a subscriber were given out. Raises Unavailable and LostAnswer."""
    note = reason.note("given out")
    entry = ConsentEntry(subscriber=row.id, at=now, what=ConsentEvent.EXPORTED, by=OPERATOR, note=note)
    unit_of_work.commit(Transaction(consents=[entry]))
