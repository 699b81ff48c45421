"""Delivery of one chunk: a slot, a second look, claim, send, record. Standard library only.

A campaign that waits has no messages: what is met of it here is dropped, and the tick brings it back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
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
"""Seconds of an invocation kept back: longer than one mail can take, and the record of its call."""

LAPSED = "slot-lapsed"


@dataclass(kw_only=True)
class BatchPlan:
    """The entries to write with the claim, and the mails that may then be sent, by position."""

    entries: dict[int, RecipientState] = field(default_factory=dict)
    mails: dict[int, Mail] = field(default_factory=dict)


@dataclass(kw_only=True)
class BatchResult:
    """What came of a call's mails. `lost` counts lost answers in a row at its end, those before the call among them.

    `refusal` is why SES takes no more at present. `answered`: it answered at least once, whatever it said.
    """

    entries: dict[int, RecipientState] = field(default_factory=dict)
    messages: dict[int, str] = field(default_factory=dict)
    refusal: Unavailable | None = None
    lost: int = 0
    answered: bool = False


def mail_for(
    chunk: Chunk,
    place: int,
    mine: RecipientState,
    *,
    edition: Edition,
    subscriber: Subscriber,
    links: SubscriberLinks,
    now: datetime,
) -> Mail | None:
    """The mail of one entry's attempt for the row that its reader has now; None: none can be made for its domain."""
    try:
        return build_mail(
            campaign=chunk.campaign,
            chunk=chunk.ref,
            attempt=mine.attempt,
            edition=edition,
            subscriber=subscriber,
            leave_url=links.leave_url(subscriber.id),
            preferences_url=links.preferences_url(subscriber.id),
            now=now,
            intended=chunk.recipients[place],
        )
    except UnicodeError:  # a domain that IDNA 2008 doesn't know
        return None


def plan_batch(
    chunk: Chunk,
    places: Sequence[int],
    *,
    campaign: Campaign,
    seen: DeliverySnapshot,
    edition: Edition,
    links: SubscriberLinks,
    claim: str,
    now: datetime,
) -> BatchPlan:
    """Whom to skip and whom to claim. Mails are made before the claim: what fails until then has nothing on its way."""
    decided, at = BatchPlan(), elapsed_seconds(campaign, now)
    for place in places:
        entry, intended = chunk.entries[place], chunk.recipients[place]
        subscriber, moved = seen.subscribers.get(intended), seen.moved.get(intended)
        reason = reason_to_skip(campaign, subscriber, moved=moved, now=now, late=chunk.late)
        if subscriber is None or reason:
            decided.entries[place] = skipped_entry(entry, reason, at)
            continue
        mine = entry.claimed(claim, at)
        mail = mail_for(chunk, place, mine, edition=edition, subscriber=subscriber, links=links, now=now)
        decided.entries[place] = mine if mail else unmailable_entry(entry, at)
        if mail:
            decided.mails[place] = mail
    return decided


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """What came of one mail. `refusal` is why SES takes none at present; `answered`: it said something, whatever."""

    state: DeliveryState
    note: str = ""
    message: str = ""
    refusal: Unavailable | None = None
    answered: bool = True


def send_one(mailer: Mailer, mail: Mail) -> SendResult:
    """Hand over one mail, once."""
    try:
        return SendResult(state=DeliveryState.ACCEPTED, message=mailer.send(mail))
    except Refused:
        return SendResult(state=DeliveryState.FAILED, note="refused")
    except LostAnswer:
        return SendResult(state=DeliveryState.UNKNOWN, note="answer-lost", answered=False)
    except Unavailable as reason:
        # Others may come from nowhere near SES.
        answered = isinstance(reason, (Throttled, QuotaUsedUp, SendingPaused))
        return SendResult(
            state=DeliveryState.RETRY, note=type(reason).__name__.lower(), refusal=reason, answered=answered
        )


@dataclass(frozen=True, kw_only=True)
class BatchSender:
    """Hands mails over, each in its slot."""

    mailer: Mailer
    clock: Clock
    tempo: Tempo

    def send(self, campaign: Campaign, chunk: Chunk, mails: Mapping[int, Mail], slots: Reservation) -> BatchResult:
        """Hand them over in order; what certainly wasn't handed over is given back as RETRY."""
        sent = BatchResult(lost=campaign.lost)
        for number, (place, mail) in enumerate(mails.items()):
            if sent.refusal or sent.lost >= MAX_LOST_IN_A_ROW or self.clock.time_left() < MARGIN_SECONDS:
                state, note = DeliveryState.RETRY, "given-back"
            elif not self._in_time(slots, number):
                state, note = DeliveryState.RETRY, LAPSED
            else:
                state, note = self._hand_over(place, mail, sent)
            mine = chunk.entries[place]
            sent.entries[place] = RecipientState(state, mine.attempt, elapsed_seconds(campaign, self.clock.now()), note)
        if all(entry.note == LAPSED for entry in sent.entries.values()):  # looking and claiming took longer than a slot
            sent.refusal = Unavailable("no slot could be used in time")
        return sent

    def _in_time(self, slots: Reservation, number: int) -> bool:
        wait = (slots.moment(number) - self.clock.now()).total_seconds()
        if wait > 0:
            self.clock.sleep(wait)
        return not slots.lapsed(number, self.clock.now())

    def _hand_over(self, place: int, mail: Mail, sent: BatchResult) -> tuple[DeliveryState, str]:
        began = self.clock.now()
        handed = send_one(self.mailer, mail)
        if handed.state is DeliveryState.ACCEPTED:
            sent.messages[place] = handed.message
            self.tempo.learn((self.clock.now() - began).total_seconds())
        sent.refusal = handed.refusal
        if handed.state is DeliveryState.UNKNOWN:
            sent.lost += 1
        elif handed.answered:
            sent.lost, sent.answered = 0, True
        return handed.state, handed.note


MAX_WAIT_SECONDS = 60.0
"""Seconds that a slot is waited for; beyond, the message comes again."""

MAX_DELAY_SECONDS = 900
"""Seconds: SQS delays no message longer."""

RETRY_DELAY_SECONDS, THROTTLED_DELAY_SECONDS = 60, 10
"""Seconds until a chunk that SES would not take is tried again, and one for which it was only too fast."""


BATCH_SECONDS = 3.0
"""Seconds that a call takes besides what `MARGIN` is for: its second of slots, looking and claiming."""


class DeliveryOutcome(StrEnum):
    """How an invocation left its chunk.

    DONE: nothing is left to send. HANDED_ON: its time was over. PUT_OFF: SES would not take more now. WAITS: the
    campaign waits from now on. DROPPED: it had waited or ended before, and the message is of no use.
    """

    DONE = "done"
    HANDED_ON = "handed-on"
    PUT_OFF = "put-off"
    WAITS = "waits"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class DeliveryResult:
    """The chunk as it is now, and how it was left."""

    chunk: Chunk
    how: DeliveryOutcome


class _Gone(Exception):
    """The campaign waits, or ended, between two calls."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything that delivering takes."""

    ledger: DeliveryLedger
    lookup: RecipientLookup
    editions: EditionStore
    mailer: Mailer
    links: SubscriberLinks
    queues: WorkQueues
    pacing: Pacing
    clock: Clock
    claim_id: Callable[[], str] = new_claim

    def deliver(self, campaign_id: str, ref: str, *, probe: bool = False) -> DeliveryResult:
        """Bring the chunk as far as it goes now; where something is left that may go on, it is queued again.

        A probe is one mail of a campaign that waits because answers were lost. Raises BadInput where campaign or chunk
        does not exist, and where nobody is left but readers whose rows can't be understood.
        """
        work = self.ledger.work(campaign_id, ref)
        if work.campaign is None or work.chunk is None:
            raise BadInput(f"There is no chunk {ref} of {campaign_id}: the message can't be carried out.")
        chunk, how, aside = work.chunk, None, set[int]()
        try:
            if chunk.claimable():
                self._may_go_on(work.campaign, chunk, paused=work.paused, probe=probe)
            while how is None and not aside.issuperset(chunk.claimable()):
                if self._spare() < 0:
                    how = self._again(chunk, 0, DeliveryOutcome.HANDED_ON, probe=probe)
                elif reason := reason_to_skip_all(work.campaign, self.clock.now()):
                    chunk = self._skip(work.campaign, chunk, reason)
                else:
                    chunk, how = self._call(work.campaign, chunk, aside, probe=probe)
        except _Gone:
            how = DeliveryOutcome.DROPPED
        if how is None and chunk.claimable():
            raise BadInput(f"A subscriber in chunk {ref} of {campaign_id} can't be read: the others have been served.")
        return DeliveryResult(chunk=chunk, how=how or DeliveryOutcome.DONE)

    def _spare(self) -> float:
        """Seconds of the invocation that may pass before a call begins."""
        return self.clock.time_left() - MARGIN_SECONDS - BATCH_SECONDS

    def _may_go_on(self, campaign: Campaign, chunk: Chunk, *, paused: bool, probe: bool) -> None:
        """Raises _Gone where nothing may leave, nor be skipped, at present.

        A late addition that SES would not take goes on although its campaign is done: nothing else has to.
        """
        if campaign.stage is Stage.STOPPED or (campaign.stage is Stage.DONE and chunk.late and not paused):
            return
        probing = probe and campaign.stage is Stage.WAITING and campaign.why is WaitReason.LOST_ANSWERS
        if paused or campaign.stage is Stage.DONE or (campaign.stage is Stage.WAITING and not probing):
            if paused and campaign.stage is Stage.SENDING:
                self._waiting.for_series(campaign.id)
            raise _Gone

    def _call(
        self, campaign: Campaign, chunk: Chunk, aside: set[int], *, probe: bool
    ) -> tuple[Chunk, DeliveryOutcome | None]:
        """One call. How the chunk is left, where it is left now. `aside` are places that nothing can be done for."""
        try:
            places = [place for place in chunk.claimable() if place not in aside]
            edition = self.editions.get(campaign.edition)
            wanted = 1 if probe else min(self.pacing.batch(), len(places))
            slots = self.pacing.reserve(wanted, within=min(MAX_WAIT_SECONDS, self._spare()))
            if isinstance(slots, float):
                delay = max(1, min(MAX_DELAY_SECONDS, math.ceil(slots - MAX_WAIT_SECONDS / 2)))
                how = (
                    DeliveryOutcome.HANDED_ON if delay < MAX_DELAY_SECONDS else DeliveryOutcome.PUT_OFF
                )  # so far off, a clock was wrong
                return chunk, self._again(chunk, delay, how, probe=probe)
            self.clock.sleep(max(0.0, (slots.start - self.clock.now()).total_seconds()))
            campaign, chunk, mails = self._claim(chunk, places[: slots.mails], aside, edition, probe=probe)
        except (Unavailable, LostAnswer) as reason:  # nothing was handed over; slots, or claims, may be wasted
            return chunk, self._leave(chunk, reason, probe=probe)
        return self._send(campaign, chunk, mails, slots, probe=probe) if mails else (chunk, None)

    def _claim(
        self, chunk: Chunk, places: Sequence[int], aside: set[int], edition: Edition, *, probe: bool
    ) -> tuple[Campaign, Chunk, Mapping[int, Mail]]:
        """The second look, and what may be sent after it. Raises _Gone, and what the ledger does."""
        seen = self.lookup.snapshot(campaign=chunk.campaign, ids=[chunk.recipients[place] for place in places])
        campaign, now = seen.campaign, self.clock.now()
        if campaign is None:
            raise BadInput(f"The campaign {chunk.campaign} is gone: the message can't be carried out.")
        self._may_go_on(campaign, chunk, paused=seen.paused, probe=probe)
        if reason := reason_to_skip_all(campaign, now):
            return campaign, self._skip(campaign, chunk, reason), {}
        aside |= {place for place in places if chunk.recipients[place] in seen.unreadable}
        if not (places := [place for place in places if place not in aside]):
            return campaign, chunk, {}
        mark = self.claim_id()
        decided = plan_batch(
            chunk, places, campaign=campaign, seen=seen, edition=edition, links=self.links, claim=mark, now=now
        )
        return campaign, *claim(self.ledger, chunk, decided.entries, decided.mails)

    def _skip(self, campaign: Campaign, chunk: Chunk, reason: str) -> Chunk:
        """Everything that might still leave gets none, with the reason."""
        at = elapsed_seconds(campaign, self.clock.now())
        return claim(
            self.ledger, chunk, {n: skipped_entry(chunk.entries[n], reason, at) for n in chunk.claimable()}, {}
        )[0]

    def _send(
        self, campaign: Campaign, chunk: Chunk, mails: Mapping[int, Mail], slots: Reservation, *, probe: bool
    ) -> tuple[Chunk, DeliveryOutcome | None]:
        sending = BatchSender(mailer=self.mailer, clock=self.clock, tempo=self.pacing.tempo)
        sent = sending.send(campaign, chunk, mails, slots)
        chunk = record(self.ledger, chunk, sent.entries, sent.messages)
        if probe:
            if sent.answered:
                self._waiting.probed(campaign.id)
            return chunk, DeliveryOutcome.WAITS
        if self._waiting.count_lost(campaign, lost=sent.lost, answered=sent.answered):
            return chunk, DeliveryOutcome.WAITS
        return chunk, self._leave(chunk, sent.refusal, probe=False) if sent.refusal else None

    def _leave(self, chunk: Chunk, reason: Unavailable | LostAnswer, *, probe: bool) -> DeliveryOutcome:
        """What is left of the chunk waits for the tick with its campaign, or comes again after a while."""
        if self._waiting.for_ses(chunk.campaign, reason):
            return DeliveryOutcome.WAITS
        return self._again(
            chunk,
            THROTTLED_DELAY_SECONDS if isinstance(reason, Throttled) else RETRY_DELAY_SECONDS,
            DeliveryOutcome.PUT_OFF,
            probe=probe,
        )

    def _again(self, chunk: Chunk, delay: int, how: DeliveryOutcome, *, probe: bool) -> DeliveryOutcome:
        """Queue the chunk anew; a probe isn't, for the next tick sends another."""
        if probe:
            return DeliveryOutcome.WAITS
        self.queues.add_chunk(chunk.campaign, chunk.ref, delay=delay)
        return how

    @property
    def _waiting(self) -> CampaignWaits:
        return CampaignWaits(ledger=self.ledger, clock=self.clock)
