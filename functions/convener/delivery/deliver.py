"""Delivery of one chunk: look again, claim, send, record. Standard library only."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery.chunks import Chunk
from convener.delivery.mail import Mail, build_mail
from convener.delivery.ports import DeliverQueue, Editions, LeaveLinks, Ledger, Mailer, Subscribers
from convener.delivery.states import Entry, State
from convener.editions.models import Edition
from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.subscribers.models import Standing, Subscriber

CALL = 14
"""Mails claimed at a time: what leaves in about a second at the usual first rate of SES."""

MARGIN = 30.0
"""Seconds kept back: longer than one mail can take and the record of its call."""

AGAIN = 60
"""Seconds until a chunk that SES would not take is tried again."""


def new_claim() -> str:
    """A fresh claim id: 40 random bits, enough to tell the claims of one chunk apart."""
    return uuid.uuid4().hex[:10]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything that delivering takes."""

    ledger: Ledger
    subscribers: Subscribers
    editions: Editions
    mailer: Mailer
    links: LeaveLinks
    queue: DeliverQueue
    clock: Clock
    claim_id: Callable[[], str] = new_claim

    def deliver(self, campaign_id: str, ref: str) -> Chunk:
        """Bring the chunk as far as it goes now, and queue it again if something is left. Returns it as it is now.

        Raises BadInput where campaign or chunk does not exist.
        """
        chunk = self._chunk(campaign_id, ref)
        while chunk.claimable():
            if self.clock.time_left() < MARGIN:
                self.queue.add_chunk(campaign_id, ref)
                break
            chunk, going = self._call(chunk)
            if not going:
                self.queue.add_chunk(campaign_id, ref, delay=AGAIN)
                break
        return chunk

    def _chunk(self, campaign_id: str, ref: str) -> Chunk:
        chunk = self.ledger.chunk(campaign_id, ref)
        if chunk is None:
            raise BadInput(f"There is no chunk {ref} of {campaign_id}: the message can't be carried out.")
        return chunk

    def _call(self, chunk: Chunk) -> tuple[Chunk, bool]:
        """One call: look at campaign and recipients again, claim, send, record. False: better later.

        Mails are made before they are claimed: what fails until then fails with nothing on its way.
        """
        places = chunk.claimable()[:CALL]
        campaign = self.ledger.campaign(chunk.campaign)
        if campaign is None or campaign.stage == Stage.DONE:
            raise BadInput(f"The campaign {chunk.campaign} is gone or done: the chunk can't be delivered.")
        found = self.subscribers.get(ids=[chunk.recipients[place] for place in places])
        edition = self.editions.get(campaign.edition)
        claim, changed, mails = self.claim_id(), dict[int, Entry](), dict[int, Mail]()
        for place in places:
            entry, subscriber = chunk.entries[place], found.get(chunk.recipients[place])
            reason = self._reason_to_skip(campaign, subscriber)
            if subscriber is None or reason:
                changed[place] = self._entry(campaign, State.SKIPPED, entry, reason)
                continue
            mine = entry.claimed(claim, self._elapsed(campaign))
            try:
                mails[place] = self._mail(campaign, chunk, mine, edition, subscriber)
            except UnicodeError:  # a domain that IDNA 2008 doesn't know
                changed[place] = self._entry(campaign, State.FAILED, entry, "unmailable")
            else:
                changed[place] = mine
        chunk, ours = self._claim(chunk, changed, mails)
        return self._send(campaign, chunk, ours) if ours else (chunk, True)

    def _claim(
        self, chunk: Chunk, changed: Mapping[int, Entry], mails: Mapping[int, Mail]
    ) -> tuple[Chunk, Mapping[int, Mail]]:
        """Write the claims; the chunk as it is then, and the mails that are ours to send.

        Where somebody else wrote meanwhile, none are, save what bears our claim: boto3 may have repeated a claim
        that was done, after the other had gone on from it.
        """
        claimed = chunk.with_entries(changed)
        try:
            self.ledger.save(claimed, messages={})
        except Conflict:
            claimed = self._chunk(chunk.campaign, chunk.ref)
            mails = {place: mail for place, mail in mails.items() if claimed.entries[place] == changed[place]}
        return claimed, mails

    def _send(self, campaign: Campaign, chunk: Chunk, mails: Mapping[int, Mail]) -> tuple[Chunk, bool]:
        """Hand over what was claimed and record what came of each; give back what was certainly not handed over."""
        outcomes: dict[int, Entry] = {}
        messages: dict[int, str] = {}
        going = True
        for place, mail in mails.items():
            mine = chunk.entries[place]
            if not going or self.clock.time_left() < MARGIN:
                outcomes[place] = self._entry(campaign, State.RETRY, mine, "given-back")
                continue
            try:
                messages[place] = self.mailer.send(mail)
                outcomes[place] = self._entry(campaign, State.ACCEPTED, mine)
            except Refused:
                outcomes[place] = self._entry(campaign, State.FAILED, mine, "refused")
            except LostAnswer:
                outcomes[place] = self._entry(campaign, State.UNKNOWN, mine, "answer-lost")
            except Unavailable as reason:
                outcomes[place] = self._entry(campaign, State.RETRY, mine, type(reason).__name__.lower())
                going = False
        return self._record(chunk, outcomes, messages), going

    def _record(self, chunk: Chunk, outcomes: Mapping[int, Entry], messages: Mapping[int, str]) -> Chunk:
        """Write the outcomes over whatever was written meanwhile: states only rise, so the order does not matter."""
        while True:
            risen = {place: chunk.entries[place].risen(outcome) for place, outcome in outcomes.items()}
            recorded = chunk.with_entries(risen)
            try:
                self.ledger.save(recorded, messages=messages)
            except Conflict:
                chunk = self._chunk(chunk.campaign, chunk.ref)
            else:
                return recorded

    def _mail(self, campaign: Campaign, chunk: Chunk, entry: Entry, edition: Edition, subscriber: Subscriber) -> Mail:
        return build_mail(
            campaign=campaign.id,
            chunk=chunk.ref,
            attempt=entry.attempt,
            edition=edition,
            subscriber=subscriber,
            leave_url=self.links.leave_url(subscriber.id),
            now=self.clock.now(),
        )

    def _reason_to_skip(self, campaign: Campaign, subscriber: Subscriber | None) -> str:
        if self.clock.now() >= campaign.too_late_at:
            return "too-late"
        if subscriber is None:
            return "gone"
        if subscriber.standing != Standing.CONFIRMED:
            return subscriber.standing.value
        return "" if subscriber.wants(campaign.kind) else "not-wanted"

    def _entry(self, campaign: Campaign, state: State, frm: Entry, note: str = "") -> Entry:
        return Entry(state, frm.attempt, self._elapsed(campaign), note)

    def _elapsed(self, campaign: Campaign) -> int:
        return max(0, int((self.clock.now() - campaign.opened_at).total_seconds()))
