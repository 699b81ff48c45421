"""One call: what leaves in about a second. Who gets it, the mails, and what SES answers. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from convener.campaigns import Campaign
from convener.clock import Clock
from convener.delivery.chunks import Chunk
from convener.delivery.expiry import elapsed
from convener.delivery.mail import Mail, build_mail
from convener.delivery.pacing import Reservation, Tempo
from convener.delivery.ports import DeliverySnapshot, LeaveLinks, Mailer
from convener.delivery.skipping import reason_for_one, skipped, unmailable
from convener.delivery.states import DeliveryState, RecipientState
from convener.editions.models import Edition
from convener.errors import LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable
from convener.subscribers.models import Subscriber

MARGIN = 30.0
"""Seconds of an invocation kept back: longer than one mail can take, and the record of its call."""

LOST_IN_A_ROW = 5
"""So many lost answers in a row make a campaign wait: something is wrong that more mails would only make worse."""


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
    links: LeaveLinks,
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
    links: LeaveLinks,
    claim: str,
    now: datetime,
) -> BatchPlan:
    """Whom to skip and whom to claim. Mails are made before the claim: what fails until then has nothing on its way."""
    decided, at = BatchPlan(), elapsed(campaign, now)
    for place in places:
        entry, intended = chunk.entries[place], chunk.recipients[place]
        subscriber, moved = seen.subscribers.get(intended), seen.moved.get(intended)
        reason = reason_for_one(campaign, subscriber, moved=moved, now=now, late=chunk.late)
        if subscriber is None or reason:
            decided.entries[place] = skipped(entry, reason, at)
            continue
        mine = entry.claimed(claim, at)
        mail = mail_for(chunk, place, mine, edition=edition, subscriber=subscriber, links=links, now=now)
        decided.entries[place] = mine if mail else unmailable(entry, at)
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
            if sent.refusal or sent.lost >= LOST_IN_A_ROW or self.clock.time_left() < MARGIN:
                state, note = DeliveryState.RETRY, "given-back"
            elif not self._in_time(slots, number):
                state, note = DeliveryState.RETRY, LAPSED
            else:
                state, note = self._hand_over(place, mail, sent)
            mine = chunk.entries[place]
            sent.entries[place] = RecipientState(state, mine.attempt, elapsed(campaign, self.clock.now()), note)
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
            self.tempo.took((self.clock.now() - began).total_seconds())
        sent.refusal = handed.refusal
        if handed.state is DeliveryState.UNKNOWN:
            sent.lost += 1
        elif handed.answered:
            sent.lost, sent.answered = 0, True
        return handed.state, handed.note
