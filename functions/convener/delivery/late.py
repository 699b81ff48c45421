"""The late addition: the invite of a subscriber who joined after the campaign was opened, sent as the welcome mail.

The mail is claimed and recorded in the ledger like every mail of the campaign. Its place is a chunk for one recipient
beside the chunks of fan-out, written with the claim in it. Before that, every place that the subscriber has in the
ledger is looked up, also under the rows that the subscriber moved away from. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.consent_coverage import Coverage
from convener.delivery import chunk_writes
from convener.delivery.chunk_writes import new_claim, record
from convener.delivery.chunks import Chunk, late_chunk
from convener.delivery.deliver import SendResult, mail_for, send_one
from convener.delivery.expiry import elapsed_seconds, expired_claims, moment_of
from convener.delivery.mail import Mail
from convener.delivery.ports import (
    DeliveryLedger,
    DeliverySnapshot,
    Mailer,
    RecipientLookup,
    SubscriberLinks,
)
from convener.delivery.states import ACCEPTED, DeliveryState, RecipientState
from convener.editions.ports import EditionStore
from convener.errors import Conflict, LostAnswer
from convener.retry import retry_on_conflict
from convener.subscribers.models import Subscriber, SubscriberStatus, shard_of

MAX_ATTEMPTS = 4
"""The number of times that the ledger is read and a claim is tried before `claim` gives up."""

WAITS_FOR_OPERATOR = frozenset({WaitReason.PAUSED, WaitReason.SERIES})


class LateVerdict(StrEnum):
    """Why no invite is sent now.

    Attributes:
        NONE: There is no invite for the subscriber; the reason says why.
        REACHED: The invite reached the subscriber before they confirmed, or may have.
        WELCOMED: The invite was sent as the welcome mail, or may have been. It is not repeated.
        BUSY: Another worker holds the claim.
    """

    NONE = "none"
    REACHED = "reached"
    WELCOMED = "welcomed"
    BUSY = "busy"


@dataclass(frozen=True, kw_only=True)
class Declined:
    """No invite is sent now. `until` is when the claim of another worker expires, for BUSY."""

    verdict: LateVerdict
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A mail that the caller has claimed. It counts as UNKNOWN when its lease is over and no result is recorded."""

    campaign: Campaign
    chunk: Chunk
    place: int
    mail: Mail


@dataclass(frozen=True, kw_only=True)
class LateAddition:
    """Sends the invite of a campaign as a welcome mail.

    `lease` is how long a claim holds, `coverage` says which types each consent wording covers.
    """

    ledger: DeliveryLedger
    lookup: RecipientLookup
    editions: EditionStore
    mailer: Mailer
    links: SubscriberLinks
    clock: Clock
    lease: timedelta
    coverage: Coverage = field(default_factory=Coverage)
    claim_id: Callable[[], str] = new_claim

    def claim(self, campaign: str, subscriber: str, *, begins: datetime | None = None) -> Claimed | Declined:
        """Claim the subscriber's mail of the campaign.

        Reserve a slot before the call, because the lease of a claim is short. The call reads the chunks of the
        subscriber's shard, and of each shard that the subscriber moved away from: 2 KB for 50 recipients, which is 8
        read units in a list of 10,000 and 750 in a list of a million.

        Args:
            campaign: The campaign's id.
            subscriber: The subscriber's id.
            begins: When the session begins, as far as it is known now. An edition with another time was frozen before
                the session was moved, and is not sent.

        Returns:
            The claimed mail, or why no mail may be sent.

        Raises:
            BadInput: An item of the ledger can't be understood.
            Conflict: Other writers were first, every time.
        """

        def attempt() -> Claimed | Declined:
            snapshot = self.lookup.snapshot(campaign=campaign, ids=[subscriber])
            known, row = snapshot.campaign, snapshot.subscribers.get(subscriber)
            if known is None or row is None or (reason := ineligible_reason(known, row)):
                return Declined(verdict=LateVerdict.NONE, reason=reason if known and row else "gone")
            return self._decide(snapshot, known, row, subscriber, begins)

        error = Conflict(f"others kept writing campaign {campaign}")
        return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=error)

    def send(self, claimed: Claimed) -> SendResult:
        """Hand the mail to SES and record the result. After RETRY the mail may be claimed again."""
        sent = send_one(self.mailer, claimed.mail)
        self._record(claimed, sent.state, sent.note, sent.message)
        return sent

    def give_back(self, claimed: Claimed) -> None:
        """Record that the mail was not handed over."""
        self._record(claimed, DeliveryState.RETRY, "given-back", "")

    def _record(self, claimed: Claimed, state: DeliveryState, note: str, message: str) -> None:
        attempt = claimed.chunk.entries[claimed.place].attempt
        entry = RecipientState(state, attempt, elapsed_seconds(claimed.campaign, self.clock.now()), note)
        record(self.ledger, claimed.chunk, {claimed.place: entry}, {claimed.place: message} if message else {})

    def _decide(
        self, snapshot: DeliverySnapshot, campaign: Campaign, row: Subscriber, intended: str, begins: datetime | None
    ) -> Claimed | Declined:
        """Decide by the subscriber's places in the ledger, then claim an open place or add a new one."""
        now, refs, open_place = self.clock.now(), set[str](), None
        ids = list(dict.fromkeys([intended, row.id, *row.moved_from]))
        places = list(self._places(campaign, ids, refs))
        if not joined_after_opening(campaign, row) and (places or not self._is_fanned_out(campaign, ids)):
            return Declined(verdict=LateVerdict.NONE, reason="not-late")
        for stored, place in places:
            chunk = self._expire_claims(campaign, stored, now)
            entry = chunk.entries[place]
            if declined := declined_by_entry(campaign, entry, row, now, self.lease):
                return declined
            if entry.claimable and self._leads_to(row, campaign, chunk.recipients[place]):
                open_place = chunk, place
        frozen = self.editions.get(campaign.edition).occasion.begins
        moved = begins and begins != frozen
        reason = "moved-since" if moved else blocked_reason(snapshot, campaign, row, now, frozen, self.coverage)
        if reason:
            return Declined(verdict=LateVerdict.NONE, reason=reason)
        if open_place:
            return self._claim(campaign, *open_place, row, now)
        claimed = RecipientState().claimed(self.claim_id(), elapsed_seconds(campaign, now))
        return self._add(campaign, late_chunk(campaign.id, intended, claimed, taken=refs), row, now)

    def _is_fanned_out(self, campaign: Campaign, ids: Sequence[str]) -> bool:
        """Whether fan-out has passed all these ids: an id that has no place then will never get one."""
        cursors = {shard: self.ledger.cursor(campaign.id, shard) for shard in dict.fromkeys(map(shard_of, ids))}
        return all(cursors[shard_of(id_)].finished or cursors[shard_of(id_)].last_id >= id_ for id_ in ids)

    def _places(self, campaign: Campaign, ids: Sequence[str], refs: set[str]) -> Iterator[tuple[Chunk, int]]:
        """Find the places of these ids in the ledger, and add the name of every chunk of their shards to `refs`."""
        for shard in dict.fromkeys(map(shard_of, ids)):
            for chunk in self.ledger.of_shard(campaign.id, shard):
                refs.add(chunk.ref)
                yield from ((chunk, place) for place, recipient in enumerate(chunk.recipients) if recipient in ids)

    def _expire_claims(self, campaign: Campaign, chunk: Chunk, now: datetime) -> Chunk:
        """Make the chunk's expired claims UNKNOWN. The campaign may have ended, and the tick may not sweep it now."""
        changed = expired_claims(campaign, chunk, now=now, lease=self.lease)
        if not changed:
            return chunk
        after = chunk.with_entries(changed)
        self.ledger.save(after, messages={})
        return after

    def _leads_to(self, row: Subscriber, campaign: Campaign, recipient: str) -> bool:
        """Whether a mail for this recipient id would go to the subscriber's row now."""
        end = self.lookup.snapshot(campaign=campaign.id, ids=[recipient]).subscribers.get(recipient)
        return end is not None and end.id == row.id

    def _claim(
        self, campaign: Campaign, chunk: Chunk, place: int, row: Subscriber, now: datetime
    ) -> Claimed | Declined:
        """Claim a place that exists: of fan-out, before delivery, or of an addition whose mail SES did not take."""
        entry = chunk.entries[place].claimed(self.claim_id(), elapsed_seconds(campaign, now))
        mail = self._mail(campaign, chunk, place, entry, row, now)
        if mail is None:
            return Declined(verdict=LateVerdict.NONE, reason="unmailable")
        after, mails = chunk_writes.claim(self.ledger, chunk, {place: entry}, {place: mail})
        if not mails:
            raise Conflict("somebody else claimed first")
        return Claimed(campaign=campaign, chunk=after, place=place, mail=mail)

    def _add(self, campaign: Campaign, chunk: Chunk, row: Subscriber, now: datetime) -> Claimed | Declined:
        """Write the new chunk with its claimed entry."""
        mail = self._mail(campaign, chunk, 0, chunk.entries[0], row, now)
        if mail is None:
            return Declined(verdict=LateVerdict.NONE, reason="unmailable")
        try:
            self.ledger.add(chunk)
        except LostAnswer as reason:
            if self.ledger.chunk(campaign.id, chunk.ref) != chunk:
                raise Conflict("nobody knows who was first") from reason
        return Claimed(campaign=campaign, chunk=chunk, place=0, mail=mail)

    def _mail(
        self, campaign: Campaign, chunk: Chunk, place: int, entry: RecipientState, row: Subscriber, now: datetime
    ) -> Mail | None:
        edition = self.editions.get(campaign.edition)
        return mail_for(chunk, place, entry, edition=edition, subscriber=row, links=self.links, now=now)


def ineligible_reason(campaign: Campaign, row: Subscriber) -> str:
    """Say why the subscriber can't have a late addition, whatever the ledger holds. Empty where they can."""
    if not campaign.kind.for_late_joiners:
        return "no-invite"
    if row.status is not SubscriberStatus.CONFIRMED or row.confirmed_at is None:
        return row.status.value
    return ""


def joined_after_opening(campaign: Campaign, row: Subscriber) -> bool:
    """Whether the subscriber confirmed after the campaign was opened, so that fan-out leaves them out."""
    return row.confirmed_at is not None and row.confirmed_at > campaign.opened_at


def blocked_reason(
    snapshot: DeliverySnapshot,
    campaign: Campaign,
    row: Subscriber,
    now: datetime,
    begins: datetime,
    coverage: Coverage,
) -> str:
    """Say why no mail of the campaign may leave for the subscriber now. Empty where it may.

    A campaign that waits for a moment, such as the morning, does not block the mail.
    """
    waits = snapshot.paused or (campaign.stage is Stage.WAITING and campaign.why in WAITS_FOR_OPERATOR)
    reasons = {
        "stopped": campaign.stage is Stage.STOPPED,
        "waits": waits,
        "too-late": now >= begins,
        "not-wanted": not row.wants(campaign.kind, coverage),
        "paused": row.pause_applies(campaign.kind, now),
    }
    return next((reason for reason, applies in reasons.items() if applies), "")


def declined_by_entry(
    campaign: Campaign, entry: RecipientState, row: Subscriber, now: datetime, lease: timedelta
) -> Declined | None:
    """Say why an entry of the subscriber forbids another mail. None where it does not."""
    if entry.state is DeliveryState.SENDING and moment_of(campaign, entry) + lease > now:
        return Declined(verdict=LateVerdict.BUSY, reason="sending", until=moment_of(campaign, entry) + lease)
    if entry.state in ACCEPTED or entry.state in (DeliveryState.SENDING, DeliveryState.UNKNOWN):
        since = row.confirmed_at or campaign.opened_at
        verdict = LateVerdict.WELCOMED if entry.at >= elapsed_seconds(campaign, since) else LateVerdict.REACHED
        return Declined(verdict=verdict, reason=entry.state.name.lower())
    return None
