"""Delivery of one chunk: reserve slots, read the recipients again, claim, hand the mails to SES, record.

The file follows that order from top to bottom. A campaign that waits needs no queue messages: a message of such a
campaign is dropped here, and the tick queues the chunk again when the campaign goes on. Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.consent_coverage import Coverage
from convener.delivery.address_changes import reason_to_skip, reason_to_skip_all, skipped_entry, unmailable_entry
from convener.delivery.campaign_updates import MAX_LOST_IN_A_ROW, CampaignWaits
from convener.delivery.chunk_writes import claim, new_claim, record
from convener.delivery.chunks import Chunk
from convener.delivery.expiry import elapsed_seconds
from convener.delivery.mail import Mail, build_mail
from convener.delivery.pacing import Pacing, Reservation, Tempo
from convener.delivery.ports import (
    DeliveryLedger,
    DeliverySnapshot,
    Mailer,
    RecipientLookup,
    SubscriberLinks,
    WorkQueues,
)
from convener.delivery.states import DeliveryState, RecipientState
from convener.editions.models import Edition
from convener.editions.ports import EditionStore
from convener.errors import BadInput, LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable
from convener.subscribers.models import Subscriber

MARGIN_SECONDS = 30.0
"""Seconds that are kept free at an invocation's end: longer than one mail and the record of its batch can take."""

BATCH_SECONDS = 3.0
"""Seconds for a batch besides MARGIN_SECONDS: reading and claiming the recipients, and the second of its slots."""

MAX_WAIT_SECONDS = 60.0
"""Seconds that an invocation waits for a slot. For a later slot the chunk is queued again."""

MAX_DELAY_SECONDS = 900
"""The longest DelaySeconds of an SQS message."""

RETRY_DELAY_SECONDS, THROTTLED_DELAY_SECONDS = 60, 10
"""Seconds until a chunk is tried again: after SES could not be used, and after SES asked to send more slowly."""

LAPSED = "slot-lapsed"


class DeliveryOutcome(StrEnum):
    """How an invocation left its chunk.

    Attributes:
        DONE: Nothing is left to send.
        HANDED_ON: The invocation had no time left; the chunk is queued again.
        PUT_OFF: SES could not be used; the chunk is queued again with a delay.
        WAITS: The campaign waits from now on.
        DROPPED: The campaign had been waiting or had ended, so the message is not needed.
    """

    DONE = "done"
    HANDED_ON = "handed-on"
    PUT_OFF = "put-off"
    WAITS = "waits"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class DeliveryResult:
    """The chunk as it is now, and how the invocation left it."""

    chunk: Chunk
    outcome: DeliveryOutcome


class _NothingMayLeave(Exception):
    """The campaign waits or has ended, so no mail of it may be sent or skipped now."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The use case of the deliver function.

    `claim_id` makes the id of each claim, `coverage` says which types each consent wording covers.
    """

    ledger: DeliveryLedger
    lookup: RecipientLookup
    editions: EditionStore
    mailer: Mailer
    links: SubscriberLinks
    queues: WorkQueues
    pacing: Pacing
    clock: Clock
    coverage: Coverage = field(default_factory=Coverage)
    claim_id: Callable[[], str] = new_claim

    def deliver(self, campaign_id: str, ref: str, *, probe: bool = False) -> DeliveryResult:
        """Send the chunk's mails in batches of about a second; queue the chunk again where work is left at the end.

        Args:
            campaign_id: The campaign.
            ref: The chunk's name within the campaign.
            probe: Send a single mail, although the campaign waits because answers of SES were lost.

        Raises:
            BadInput: There is no such campaign or chunk, or only recipients with unreadable rows are left.
        """
        work = self.ledger.work(campaign_id, ref)
        if work.campaign is None or work.chunk is None:
            raise BadInput(f"There is no chunk {ref} of {campaign_id}: the message can't be carried out.")
        chunk, outcome, unreadable = work.chunk, None, set[int]()
        try:
            if chunk.claimable():
                self._check_may_leave(work.campaign, chunk, paused=work.paused, probe=probe)
            while outcome is None and not unreadable.issuperset(chunk.claimable()):
                if self._seconds_left() < 0:
                    outcome = self._queue_again(chunk, 0, DeliveryOutcome.HANDED_ON, probe=probe)
                elif reason := reason_to_skip_all(work.campaign, self.clock.now()):
                    chunk = self._skip_all(work.campaign, chunk, reason)
                else:
                    chunk, outcome = self._deliver_batch(work.campaign, chunk, unreadable, probe=probe)
        except _NothingMayLeave:
            outcome = DeliveryOutcome.DROPPED
        if outcome is None and chunk.claimable():
            raise BadInput(f"A subscriber in chunk {ref} of {campaign_id} can't be read: the others have been served.")
        return DeliveryResult(chunk=chunk, outcome=outcome or DeliveryOutcome.DONE)

    def _deliver_batch(
        self, campaign: Campaign, chunk: Chunk, unreadable: set[int], *, probe: bool
    ) -> tuple[Chunk, DeliveryOutcome | None]:
        """Reserve slots for one batch, claim the batch and send it.

        `unreadable` collects the positions whose subscriber can't be understood. The outcome is None where the
        invocation goes on with the chunk.
        """
        try:
            places = [place for place in chunk.claimable() if place not in unreadable]
            edition = self.editions.get(campaign.edition)
            wanted = 1 if probe else min(self.pacing.batch(), len(places))
            slots = self.pacing.reserve(wanted, within=min(MAX_WAIT_SECONDS, self._seconds_left()))
            if isinstance(slots, float):
                delay = max(1, min(MAX_DELAY_SECONDS, math.ceil(slots - MAX_WAIT_SECONDS / 2)))
                # No queue of slots is as long as the longest delay: some process's clock was wrong.
                outcome = DeliveryOutcome.HANDED_ON if delay < MAX_DELAY_SECONDS else DeliveryOutcome.PUT_OFF
                return chunk, self._queue_again(chunk, delay, outcome, probe=probe)
            self.clock.sleep(max(0.0, (slots.start - self.clock.now()).total_seconds()))
            campaign, chunk, mails = self._claim(chunk, places[: slots.mails], unreadable, edition, probe=probe)
        except (Unavailable, LostAnswer) as reason:  # no mail was handed over; the slots or the claims stay unused
            return chunk, self._put_off(chunk, reason, probe=probe)
        return self._send(campaign, chunk, mails, slots, probe=probe) if mails else (chunk, None)

    def _claim(
        self, chunk: Chunk, places: Sequence[int], unreadable: set[int], edition: Edition, *, probe: bool
    ) -> tuple[Campaign, Chunk, Mapping[int, Mail]]:
        """Read the campaign and the recipients again, then claim the mails that may leave.

        Returns the campaign and the chunk as they are now, and the claimed mails by position.
        """
        snapshot = self.lookup.snapshot(campaign=chunk.campaign, ids=[chunk.recipients[place] for place in places])
        campaign, now = snapshot.campaign, self.clock.now()
        if campaign is None:
            raise BadInput(f"The campaign {chunk.campaign} is gone: the message can't be carried out.")
        self._check_may_leave(campaign, chunk, paused=snapshot.paused, probe=probe)
        if reason := reason_to_skip_all(campaign, now):
            return campaign, self._skip_all(campaign, chunk, reason), {}
        unreadable |= {place for place in places if chunk.recipients[place] in snapshot.unreadable}
        if not (places := [place for place in places if place not in unreadable]):
            return campaign, chunk, {}
        mark, links = self.claim_id(), self.links
        plan = plan_batch(
            chunk,
            places,
            campaign=campaign,
            snapshot=snapshot,
            edition=edition,
            links=links,
            coverage=self.coverage,
            claim_id=mark,
            now=now,
        )
        return campaign, *claim(self.ledger, chunk, plan.entries, plan.mails)

    def _send(
        self, campaign: Campaign, chunk: Chunk, mails: Mapping[int, Mail], slots: Reservation, *, probe: bool
    ) -> tuple[Chunk, DeliveryOutcome | None]:
        """Hand the claimed mails to SES and record the result in the ledger."""
        sender = BatchSender(mailer=self.mailer, clock=self.clock, tempo=self.pacing.tempo)
        result = sender.send(campaign, chunk, mails, slots)
        chunk = record(self.ledger, chunk, result.entries, result.messages)
        if probe:
            if result.answered:
                self._waits.end_probe(campaign.id)
            return chunk, DeliveryOutcome.WAITS
        if self._waits.count_lost(campaign, lost=result.lost, answered=result.answered):
            return chunk, DeliveryOutcome.WAITS
        return chunk, self._put_off(chunk, result.refusal, probe=False) if result.refusal else None

    def _check_may_leave(self, campaign: Campaign, chunk: Chunk, *, paused: bool, probe: bool) -> None:
        """Raise _NothingMayLeave where no mail of the chunk may be sent or skipped at present.

        A late addition whose mail SES did not take is sent although the campaign is done, which stays done.
        """
        if campaign.stage is Stage.STOPPED or (campaign.stage is Stage.DONE and chunk.late and not paused):
            return
        probing = probe and campaign.stage is Stage.WAITING and campaign.why is WaitReason.LOST_ANSWERS
        if paused or campaign.stage is Stage.DONE or (campaign.stage is Stage.WAITING and not probing):
            if paused and campaign.stage is Stage.SENDING:
                self._waits.for_series(campaign.id)
            raise _NothingMayLeave

    def _skip_all(self, campaign: Campaign, chunk: Chunk, reason: str) -> Chunk:
        """Skip every mail of the chunk that has not left."""
        at = elapsed_seconds(campaign, self.clock.now())
        skipped = {place: skipped_entry(chunk.entries[place], reason, at) for place in chunk.claimable()}
        return claim(self.ledger, chunk, skipped, {})[0]

    def _put_off(self, chunk: Chunk, reason: Unavailable | LostAnswer, *, probe: bool) -> DeliveryOutcome:
        """Let the campaign wait where SES takes no mail for long; otherwise queue the chunk again after a delay."""
        if self._waits.for_ses(chunk.campaign, reason):
            return DeliveryOutcome.WAITS
        delay = THROTTLED_DELAY_SECONDS if isinstance(reason, Throttled) else RETRY_DELAY_SECONDS
        return self._queue_again(chunk, delay, DeliveryOutcome.PUT_OFF, probe=probe)

    def _queue_again(self, chunk: Chunk, delay: int, outcome: DeliveryOutcome, *, probe: bool) -> DeliveryOutcome:
        """Queue the chunk again and return `outcome`. A probe is not queued again: the next tick sends another one."""
        if probe:
            return DeliveryOutcome.WAITS
        self.queues.add_chunk(chunk.campaign, chunk.ref, delay=delay)
        return outcome

    def _seconds_left(self) -> float:
        """Return the seconds that may pass before the next batch has to begin."""
        return self.clock.time_left() - MARGIN_SECONDS - BATCH_SECONDS

    @property
    def _waits(self) -> CampaignWaits:
        return CampaignWaits(ledger=self.ledger, clock=self.clock)


@dataclass(kw_only=True)
class BatchPlan:
    """The entries that the claim writes, and the mails that may be sent once it is written, by position."""

    entries: dict[int, RecipientState] = field(default_factory=dict)
    mails: dict[int, Mail] = field(default_factory=dict)


def plan_batch(  # noqa: PLR0913 - all that decides about the mails of a batch
    chunk: Chunk,
    places: Sequence[int],
    *,
    campaign: Campaign,
    snapshot: DeliverySnapshot,
    edition: Edition,
    links: SubscriberLinks,
    coverage: Coverage,
    claim_id: str,
    now: datetime,
) -> BatchPlan:
    """Decide for each position whether its mail is skipped or claimed, and build the claimed mails.

    The mails are built before the claim is written: an error up to then leaves no entry in SENDING.
    """
    plan, at = BatchPlan(), elapsed_seconds(campaign, now)
    for place in places:
        entry, intended = chunk.entries[place], chunk.recipients[place]
        subscriber, moved = snapshot.subscribers.get(intended), snapshot.moved.get(intended)
        reason = reason_to_skip(campaign, subscriber, moved=moved, coverage=coverage, now=now, late=chunk.late)
        if subscriber is None or reason:
            plan.entries[place] = skipped_entry(entry, reason, at)
            continue
        claimed = entry.claimed(claim_id, at)
        mail = mail_for(chunk, place, claimed, edition=edition, subscriber=subscriber, links=links, now=now)
        plan.entries[place] = claimed if mail else unmailable_entry(entry, at)
        if mail:
            plan.mails[place] = mail
    return plan


def mail_for(
    chunk: Chunk,
    place: int,
    claimed: RecipientState,
    *,
    edition: Edition,
    subscriber: Subscriber,
    links: SubscriberLinks,
    now: datetime,
) -> Mail | None:
    """Build the mail of a claimed entry for the row that its recipient has now.

    Returns None where IDNA 2008 (RFC 5891) does not allow the domain of the subscriber's address.
    """
    try:
        return build_mail(
            campaign=chunk.campaign,
            chunk=chunk.ref,
            attempt=claimed.attempt,
            edition=edition,
            subscriber=subscriber,
            leave_url=links.leave_url(subscriber.id),
            preferences_url=links.preferences_url(subscriber.id),
            now=now,
            intended=chunk.recipients[place],
        )
    except UnicodeError:
        return None


@dataclass(kw_only=True)
class BatchResult:
    """The result of sending one batch, by position.

    Attributes:
        entries: The entries to record.
        messages: SES's ids of the accepted mails.
        refusal: Why SES takes no more mails at present.
        lost: The number of answers lost in a row at the batch's end, counting on from the batches before.
        answered: Whether SES answered at least once, in whatever way.
    """

    entries: dict[int, RecipientState] = field(default_factory=dict)
    messages: dict[int, str] = field(default_factory=dict)
    refusal: Unavailable | None = None
    lost: int = 0
    answered: bool = False


@dataclass(frozen=True, kw_only=True)
class BatchSender:
    """Hands a batch of claimed mails to SES, each in its slot."""

    mailer: Mailer
    clock: Clock
    tempo: Tempo

    def send(self, campaign: Campaign, chunk: Chunk, mails: Mapping[int, Mail], slots: Reservation) -> BatchResult:
        """Hand the mails over in order. A mail that was certainly not handed over becomes RETRY."""
        result = BatchResult(lost=campaign.lost)
        for number, (place, mail) in enumerate(mails.items()):
            if result.refusal or result.lost >= MAX_LOST_IN_A_ROW or self.clock.time_left() < MARGIN_SECONDS:
                state, note = DeliveryState.RETRY, "given-back"
            elif not self._wait_for_slot(slots, number):
                state, note = DeliveryState.RETRY, LAPSED
            else:
                state, note = self._hand_over(place, mail, result)
            attempt = chunk.entries[place].attempt
            result.entries[place] = RecipientState(state, attempt, elapsed_seconds(campaign, self.clock.now()), note)
        if all(entry.note == LAPSED for entry in result.entries.values()):  # reading and claiming took too long
            result.refusal = Unavailable("no slot could be used in time")
        return result

    def _wait_for_slot(self, slots: Reservation, number: int) -> bool:
        """Wait until the slot begins. Returns False where the slot has lapsed."""
        wait = (slots.moment(number) - self.clock.now()).total_seconds()
        if wait > 0:
            self.clock.sleep(wait)
        return not slots.lapsed(number, self.clock.now())

    def _hand_over(self, place: int, mail: Mail, result: BatchResult) -> tuple[DeliveryState, str]:
        """Hand one mail over, and note in `result` how SES answered. Returns the entry's state and reason."""
        began = self.clock.now()
        sent = send_one(self.mailer, mail)
        if sent.state is DeliveryState.ACCEPTED:
            result.messages[place] = sent.message
            self.tempo.learn((self.clock.now() - began).total_seconds())
        result.refusal = sent.refusal
        if sent.state is DeliveryState.UNKNOWN:
            result.lost += 1
        elif sent.answered:
            result.lost, result.answered = 0, True
        return sent.state, sent.note


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """The result of handing one mail over.

    Attributes:
        state: The entry's state after it.
        note: The reason that goes with the state.
        message: SES's message id.
        refusal: Why SES takes no mails at present.
        answered: Whether SES answered, in whatever way.
    """

    state: DeliveryState
    note: str = ""
    message: str = ""
    refusal: Unavailable | None = None
    answered: bool = True


def send_one(mailer: Mailer, mail: Mail) -> SendResult:
    """Hand one mail over, once."""
    try:
        return SendResult(state=DeliveryState.ACCEPTED, message=mailer.send(mail))
    except Refused:
        return SendResult(state=DeliveryState.FAILED, note="refused")
    except LostAnswer:
        return SendResult(state=DeliveryState.UNKNOWN, note="answer-lost", answered=False)
    except Unavailable as reason:
        # Any other Unavailable may come from the way to SES, not from SES.
        answered, note = isinstance(reason, (Throttled, QuotaUsedUp, SendingPaused)), type(reason).__name__.lower()
        return SendResult(state=DeliveryState.RETRY, note=note, refusal=reason, answered=answered)
