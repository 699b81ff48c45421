"""The subscriber model: one row for each address. Standard library only.

Other parts of the system know a subscriber by the row's id only, which is a keyed hash of the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from convener.consent_coverage import Coverage
from convener.mailing_types import MailingType


class SubscriberStatus(StrEnum):
    """The status of a row. Only CONFIRMED rows get mailings.

    A person who has not confirmed yet has no row, but a `ConfirmationRequest`. LEFT, ERASED and MOVED rows become
    CONFIRMED only when the person joins, undoes leaving or moves again. An operator can lift BOUNCED and COMPLAINED.
    """

    CONFIRMED = "confirmed"
    LEFT = "left"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MOVED = "moved"


class Calendar(StrEnum):
    """The calendar part of an invitation: nothing, links that add the session to a calendar, or links and a file."""

    NONE = "none"
    LINK = "link"
    FILE = "file"


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscriber:
    """One row of the list.

    A changed address makes a new row. The old row becomes MOVED and names the new row in `moved_to`. The new row names
    all earlier rows in `moved_from`. Mailings that were opened for the old row are sent to the new address, so a MOVED
    row keeps `confirmed_at`. A MOVED row has no `confirmed_at` where the new address was already on the list by
    itself: the new row then gets those mailings anyway.

    Attributes:
        id: The keyed hash of the address.
        address: The envelope form of the address: local part as typed, domain as A-label. Empty once ERASED or MOVED.
        confirmed_at: The time at which the subscriber confirmed.
        zone: The IANA name of the subscriber's time zone; empty if unknown.
        wording: The version of the consent wording that the subscriber agreed to; empty means the first, "1".
        kinds: The chosen mailing types; empty means all that the wording covers.
        paused_until: The end of a pause. The subscriber gets nothing before.
        source: The form or file that the subscriber joined by.
        imported_at: The time of the import that brought the subscriber; None for a form, and for rows of earlier
            releases. It equals `confirmed_at` where the list does not say when the subscriber joined.
        batch: The import that added the row; empty for a row that the subscriber confirmed or moved to.
        version: Rises by one with every write. A write is conditional on the version that was read.
        status_since: The time of the last change of `status`, where the time is known.
        moved_to: The id of the row for the new address.
        moved_from: The ids of the rows for all earlier addresses.
        moved_at: The time at which the subscriber moved to this row.
        earlier: The periods, from and until, in which the subscriber had this address before moving away and back.
    """

    id: str
    address: str
    status: SubscriberStatus
    confirmed_at: datetime | None = None
    first_name: str = ""
    zone: str = ""
    wording: str = ""
    kinds: frozenset[str] = frozenset()
    calendar: Calendar = Calendar.FILE
    text_only: bool = False
    paused_until: datetime | None = None
    source: str = ""
    imported_at: datetime | None = None
    batch: str = ""
    version: int = 0
    status_since: datetime | None = None
    moved_to: str = ""
    moved_from: tuple[str, ...] = ()
    moved_at: datetime | None = None
    earlier: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def listed_since(self) -> datetime | None:
        """The time from which this row gets mailings. Campaigns that were opened before are not for this row."""
        return self.moved_at or self.confirmed_at

    def listed_at(self, moment: datetime) -> bool:
        """Return whether a campaign that was opened at that time is for this row.

        Among all rows of a person who moves between addresses, exactly one is listed at any time since they confirmed.
        The answer makes sense for CONFIRMED and MOVED rows only: rows with any other status get nothing.
        """
        if self.confirmed_at is None or moment < self.confirmed_at:
            return False
        if any(since <= moment < until for since, until in self.earlier):
            return True
        since, until = self.listed_since, self.status_since if self.status == SubscriberStatus.MOVED else None
        return since is not None and since <= moment and (until is None or moment < until)

    def taken_over_after(self, moment: datetime) -> bool:
        """Return whether the subscriber first moved to this row after that time.

        Mailings that were sent to this id before the move were for another person.
        """
        if self.moved_at is None:
            return False
        return min((since for since, _ in self.earlier), default=self.moved_at) > moment

    def is_result_of_move_from(self, row: Subscriber) -> bool:
        """Return whether the last move away from a row made this row what it is, or was at some time.

        It did not where the subscriber left this address later and somebody else took it. A move writes both rows with
        the same moment, see `convener.subscribers.moving`.
        """
        return row.moved_to == self.id and row.status_since in (self.moved_at, *(since for since, _ in self.earlier))

    @property
    def stints(self) -> tuple[tuple[datetime, datetime], ...]:
        """The periods in which a MOVED row was listed. They become `earlier` if the subscriber moves back."""
        if self.status != SubscriberStatus.MOVED or not self.listed_since or not self.status_since:
            return self.earlier
        return (*self.earlier, (self.listed_since, self.status_since))

    @property
    def only_imported(self) -> bool:
        """Whether an import added the row and the row is unchanged since. Undoing the import deletes such a row."""
        return bool(self.batch) and self.version == 1 and self.status == SubscriberStatus.CONFIRMED

    @property
    def is_mark(self) -> bool:
        """Whether the row only notes that nobody may write to this address: the person never said yes here.

        An operator said so (LEFT), or a list that an import read. The person may still join by the form.
        """
        suppressed = self.status in (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)
        return self.confirmed_at is None and (self.status == SubscriberStatus.LEFT or (suppressed and bool(self.batch)))

    def paused(self, now: datetime) -> bool:
        """Return whether the subscriber has paused all mailings at that time."""
        return self.paused_until is not None and now < self.paused_until

    @property
    def shard(self) -> str:
        """The shard of the table that holds the row: the first hex digit of the id."""
        return shard_of(self.id)

    def wants(self, kind: MailingType, coverage: Coverage) -> bool:
        """Return whether the subscriber agreed to mailings of that type. No choice means all that the wording covers.

        Every subscriber counts as wanting a type that readers cannot decline.
        """
        return not kind.declinable or kind.name in (self.kinds or coverage.of(self.wording))

    def pause_applies(self, kind: MailingType, now: datetime) -> bool:
        """Return whether a pause of the subscriber keeps mailings of that type back at present."""
        return self.paused(now) and not kind.reaches_paused


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A stored row that this version cannot read.

    Attributes:
        id: The id of the row.
        reason: Why it cannot be read, in words for operators: a newer version wrote it, or it is damaged.
    """

    id: str
    reason: str = ""


SHARDS = tuple("0123456789abcdef")


def shard_of(subscriber_id: str) -> str:
    """Return the shard of a subscriber's id."""
    return subscriber_id[0]
