"""The invite of someone who joins late: her welcome, claimed and recorded like any mail of its campaign.

Her place in the ledger is a chunk of one beside fan-out's ranges, written already claimed. It is looked for first, as
is any place that she, or a row she moved from, has in the ranges. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
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
from convener.subscribers.models import Subscriber, SubscriberStatus, shard_of

WAITS_FOR_OPERATOR = frozenset({WaitReason.PAUSED, WaitReason.SERIES})


class LateVerdict(StrEnum):
    """Why no invite leaves now.

    NONE: there is none for her; `reason` says why. REACHED: it did before she confirmed, or may have. WELCOMED: it
    went as her welcome, or may have, and is not repeated. BUSY: another copy of the message is at it until `until`.
    """

    NONE = "none"
    REACHED = "reached"
    WELCOMED = "welcomed"
    BUSY = "busy"


@dataclass(frozen=True, kw_only=True)
class Declined:
    """No invite now, and why."""

    verdict: LateVerdict
    reason: str = ""
    until: datetime | None = None


def ineligible_reason(campaign: Campaign, row: Subscriber) -> str:
    """Why there can be no late addition, whatever the ledger says of her; empty where there can."""
    if not campaign.kind.for_late_joiners:
        return "no-invite"
    if row.status is not SubscriberStatus.CONFIRMED or row.confirmed_at is None:
        return row.status.value
    return ""


def joined_after_opening(campaign: Campaign, row: Subscriber) -> bool:
    """Whether she joined after it was opened: then fan-out leaves her out."""
    return row.confirmed_at is not None and row.confirmed_at > campaign.opened_at


def blocked_reason(seen: DeliverySnapshot, campaign: Campaign, row: Subscriber, now: datetime, begins: datetime) -> str:
    """Why nothing may leave for her now; empty where it may. What waits for a moment is no hindrance."""
    waits = seen.paused or (campaign.stage is Stage.WAITING and campaign.why in WAITS_FOR_OPERATOR)
    reasons = {
        "stopped": campaign.stage is Stage.STOPPED,
        "waits": waits,
        "too-late": now >= begins,
        "not-wanted": not row.wants(campaign.kind),
        "paused": row.pause_applies(campaign.kind, now),
    }
    return next((reason for reason, true in reasons.items() if true), "")


def declined_by_entry(
    campaign: Campaign, entry: RecipientState, row: Subscriber, now: datetime, lease: timedelta
) -> Declined | None:
    """What an entry of hers says against another mail; None: nothing."""
    if entry.state is DeliveryState.SENDING and moment_of(campaign, entry) + lease > now:
        return Declined(verdict=LateVerdict.BUSY, reason="sending", until=moment_of(campaign, entry) + lease)
    if entry.state in ACCEPTED or entry.state in (DeliveryState.SENDING, DeliveryState.UNKNOWN):
        since = row.confirmed_at or campaign.opened_at
        verdict = LateVerdict.WELCOMED if entry.at >= elapsed_seconds(campaign, since) else LateVerdict.REACHED
        return Declined(verdict=verdict, reason=entry.state.name.lower())
    return None


__all__ = ["Claimed", "Declined", "LateAddition", "LateVerdict", "SendResult"]

MAX_ATTEMPTS = 4
"""How often everything is looked at again because somebody else wrote first."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """One mail that is ours to send until its lease is over: then it counts as UNKNOWN."""

    campaign: Campaign
    chunk: Chunk
    place: int
    mail: Mail


@dataclass(frozen=True, kw_only=True)
class LateAddition:
    """Everything that it takes. `lease`: so long a claim holds."""

    ledger: DeliveryLedger
    lookup: RecipientLookup
    editions: EditionStore
    mailer: Mailer
    links: SubscriberLinks
    clock: Clock
    lease: timedelta
    claim_id: Callable[[], str] = new_claim

    def claim(self, campaign: str, subscriber: str, *, begins: datetime | None = None) -> Claimed | Declined:
        """Claim her invite in that campaign, if it is hers to get. Reserve a slot first: the claim's lease is short.

        `begins` is when the conversation does by now: an edition that says otherwise was frozen before it was moved.

        Reads the chunks of her shard, and of each shard that she moved from: 2 KB for 50 readers, so 8 read units in a
        list of 10,000, and 750 in one of a million. Raises BadInput where the ledger can't be understood, Conflict
        where others kept writing.
        """
        for _ in range(MAX_ATTEMPTS):
            seen = self.lookup.snapshot(campaign=campaign, ids=[subscriber])
            known, row = seen.campaign, seen.subscribers.get(subscriber)
            if known is None or row is None or (reason := ineligible_reason(known, row)):
                return Declined(verdict=LateVerdict.NONE, reason=reason if known and row else "gone")
            try:
                return self._decide(seen, known, row, subscriber, begins)
            except Conflict:
                continue
        raise Conflict(f"others kept writing campaign {campaign}")

    def send(self, claimed: Claimed) -> SendResult:
        """Hand the mail over and record what came of it. RETRY: SES did not take it; claiming it again is safe."""
        handed = send_one(self.mailer, claimed.mail)
        self._record(claimed, handed.state, handed.note, handed.message)
        return handed

    def give_back(self, claimed: Claimed) -> None:
        """Record that the mail was not handed over."""
        self._record(claimed, DeliveryState.RETRY, "given-back", "")

    def _record(self, claimed: Claimed, state: DeliveryState, note: str, message: str) -> None:
        mine = claimed.chunk.entries[claimed.place]
        entry = RecipientState(state, mine.attempt, elapsed_seconds(claimed.campaign, self.clock.now()), note)
        record(self.ledger, claimed.chunk, {claimed.place: entry}, {claimed.place: message} if message else {})

    def _decide(
        self, seen: DeliverySnapshot, campaign: Campaign, row: Subscriber, intended: str, begins: datetime | None
    ) -> Claimed | Declined:
        now, taken, open_place = self.clock.now(), set[str](), None
        hers = list(dict.fromkeys([intended, row.id, *row.moved_from]))
        places = list(self._places(campaign, hers, taken))
        if not joined_after_opening(campaign, row) and (places or not self._passed(campaign, hers)):
            return Declined(verdict=LateVerdict.NONE, reason="not-late")
        for chunk, place in places:
            chunk = self._alive(campaign, chunk, now)  # noqa: PLW2901
            entry = chunk.entries[place]
            if declined := declined_by_entry(campaign, entry, row, now, self.lease):
                return declined
            if entry.claimable and self._leads(campaign, chunk.recipients[place], row):
                open_place = chunk, place
        told = self.editions.get(campaign.edition).occasion.begins
        reason = "moved-since" if begins and begins != told else blocked_reason(seen, campaign, row, now, told)
        if reason:
            return Declined(verdict=LateVerdict.NONE, reason=reason)
        if open_place:
            return self._claim(campaign, *open_place, row, now)
        mine = RecipientState().claimed(self.claim_id(), elapsed_seconds(campaign, now))
        return self._add(campaign, late_chunk(campaign.id, intended, mine, taken=taken), row, now)

    def _passed(self, campaign: Campaign, ids: Sequence[str]) -> bool:
        """Whether fan-out has been wherever she is or was: what it did not find then, it never will."""
        cursors = {shard: self.ledger.cursor(campaign.id, shard) for shard in dict.fromkeys(map(shard_of, ids))}
        return all(cursors[shard_of(one)].finished or cursors[shard_of(one)].last_id >= one for one in ids)

    def _places(self, campaign: Campaign, ids: Sequence[str], taken: set[str]) -> Iterator[tuple[Chunk, int]]:
        """Where these ids stand; `taken` is filled with the names of all chunks met."""
        for shard in dict.fromkeys(map(shard_of, ids)):
            for chunk in self.ledger.of_shard(campaign.id, shard):
                taken.add(chunk.ref)
                yield from ((chunk, place) for place, one in enumerate(chunk.recipients) if one in ids)

    def _alive(self, campaign: Campaign, chunk: Chunk, now: datetime) -> Chunk:
        """The chunk after claims of dead workers became UNKNOWN: the tick may not come by any more."""
        changed = expired_claims(campaign, chunk, now=now, lease=self.lease)
        if not changed:
            return chunk
        after = chunk.with_entries(changed)
        self.ledger.save(after, messages={})
        return after

    def _leads(self, campaign: Campaign, recipient: str, row: Subscriber) -> bool:
        """Whether what is intended for that id would go to her row now."""
        end = self.lookup.snapshot(campaign=campaign.id, ids=[recipient]).subscribers.get(recipient)
        return end is not None and end.id == row.id

    def _claim(
        self, campaign: Campaign, chunk: Chunk, place: int, row: Subscriber, now: datetime
    ) -> Claimed | Declined:
        """A place that is there: fan-out's, before delivery came to it, or her own that SES would not take."""
        mine = chunk.entries[place].claimed(self.claim_id(), elapsed_seconds(campaign, now))
        mail = self._mail(campaign, chunk, place, mine, row, now)
        if mail is None:
            return Declined(verdict=LateVerdict.NONE, reason="unmailable")
        after, mails = chunk_writes.claim(self.ledger, chunk, {place: mine}, {place: mail})
        if not mails:
            raise Conflict("somebody else claimed first")
        return Claimed(campaign=campaign, chunk=after, place=place, mail=mail)

    def _add(self, campaign: Campaign, chunk: Chunk, row: Subscriber, now: datetime) -> Claimed | Declined:
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
        self, campaign: Campaign, chunk: Chunk, place: int, mine: RecipientState, row: Subscriber, now: datetime
    ) -> Mail | None:
        edition = self.editions.get(campaign.edition)
        return mail_for(chunk, place, mine, edition=edition, subscriber=row, links=self.links, now=now)
