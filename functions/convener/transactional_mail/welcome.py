"""The welcome of who has just joined: the invite that is out already, or else what comes when."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from convener.campaigns import Stage, campaign_id
from convener.clock import Clock
from convener.delivery.late import Claimed, Declined, LateVerdict, SendResult
from convener.delivery.pacing import Reservation
from convener.delivery.states import DeliveryState
from convener.editions.adjacent_sessions import next_from
from convener.editions.models import mark_free
from convener.editions.session_text import title_of
from convener.errors import LostAnswer, Refused, Unavailable
from convener.mailing_types import MailingType
from convener.sessions.models import Session
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.mail_requests import JoinConfirmed
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.row_updates import find
from convener.subscribers.unit_of_work import SubscriberRows
from convener.transactional_mail.mail_renderer import MailRenderer
from convener.transactional_mail.outcomes import Outcome, OutcomeType, dropped, nothing, sent
from convener.transactional_mail.ports import CampaignStore, Requests, SessionRepository
from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer
from convener.transactional_mail.welcome_view import welcome_view

WRITTEN_WITHIN = timedelta(minutes=10)
"""A button whose writing takes longer has failed: whoever pressed it was told so."""

RECAPS_LOOKED_FOR = 6
"""So many of the latest conversations are asked for a recap, at a request each."""

ENDS = {
    DeliveryState.ACCEPTED: OutcomeType.SENT,
    DeliveryState.FAILED: OutcomeType.REFUSED,
    DeliveryState.UNKNOWN: OutcomeType.UNKNOWN,
}


class LateInvitations(Protocol):
    """The invite of someone who joins late, as the ledger keeps it."""

    def claim(self, campaign: str, subscriber: str, *, begins: datetime) -> Claimed | Declined:
        """Claim it, if it is hers to get and says that the conversation begins then."""

    def send(self, claimed: Claimed) -> SendResult:
        """Hand it over and record what came of it."""

    def give_back(self, claimed: Claimed) -> None:
        """Record that it was not handed over."""


@dataclass(frozen=True, kw_only=True)
class WelcomeHandler:
    """What it takes."""

    rows: SubscriberRows
    requests: Requests
    shelf: SessionRepository
    campaigns: CampaignStore
    late: LateInvitations
    writer: MailRenderer
    post: RateLimitedMailer
    clock: Clock

    def welcome(self, letter: JoinConfirmed) -> Outcome:
        """One mail for one pressed button. Raises Unavailable where it must come again.

        The invite is never repeated where its answer was lost; a welcome is.
        """
        now, request = self.clock.now(), self.requests.find(letter.mark)
        if request is None or request.done_at is None:
            if now < letter.at + WRITTEN_WITHIN:
                raise Unavailable("the button's request is not written yet")
            return dropped("never-written")
        if request.answered:
            return dropped("answered")
        told = self._told(request, now)
        # The mail has left, or none is due. What fails here would only bring the message back, to do it again.
        with suppress(Unavailable, LostAnswer):
            self.requests.answered(request.id)
        return told

    def _told(self, request: ConfirmationRequest, now: datetime) -> Outcome:
        row = find(request.subscriber, rows=self.rows) if request.wish is RequestType.JOIN else None
        if row is None or row.status is not SubscriberStatus.CONFIRMED:
            return nothing(row.status.value if row else "no-join")
        sessions, slot = self.shelf.all(), self.post.slot()
        ahead = self._ahead(sessions, now)
        claimed = self._claimed(ahead, row) if ahead else None
        if isinstance(claimed, Claimed):
            return self._invite(claimed, slot)
        if claimed and claimed.verdict is LateVerdict.BUSY:
            raise Unavailable("another copy of the message is at it")
        if claimed and claimed.verdict is LateVerdict.WELCOMED:
            return dropped("invited")
        return self._write(row, sessions, slot, now)

    def _claimed(self, ahead: Session, row: Subscriber) -> Claimed | Declined:
        """Her invite. One that was frozen before the conversation was moved would tell her the wrong time."""
        begins = ahead.begins(self.writer.series.tz)
        return self.late.claim(campaign_id(ahead.id, MailingType.INVITE), row.id, begins=begins)

    def _ahead(self, sessions: Sequence[Session], now: datetime) -> Session | None:
        """The next conversation that has not begun."""
        zone = self.writer.series.tz
        coming = [one for one in sessions if one.status == "planned" and one.begins(zone) > now]
        return min(coming, key=lambda one: one.begins(zone), default=None)

    def _invite(self, claimed: Claimed, slot: Reservation) -> Outcome:
        try:
            self.post.still(slot)
        except (Unavailable, LostAnswer):
            self.late.give_back(claimed)
            raise
        handed = self.late.send(claimed)
        if handed.refusal:
            raise handed.refusal
        return Outcome(outcome=ENDS[handed.state], mail="invite", why=handed.note)

    def _write(self, row: Subscriber, sessions: Sequence[Session], slot: Reservation, now: datetime) -> Outcome:
        series = self.writer.series
        upcoming = next_from(now, sessions, series)
        view = welcome_view(row, upcoming, self._recap(sessions, now), series=series, now=now)
        try:
            self.post.send(self.writer.to_reader("welcome", row, view=view, now=now), slot)
        except Refused as reason:
            return Outcome(outcome=OutcomeType.REFUSED, mail="welcome", why=str(reason))
        return sent("welcome")

    def _recap(self, sessions: Sequence[Session], now: datetime) -> tuple[str, str] | None:
        """Title and address of the latest recap that may be read in a browser."""
        series = self.writer.series
        past = sorted((one for one in sessions if one.ends(series.tz) < now), key=lambda one: one.date, reverse=True)
        for session in past[:RECAPS_LOOKED_FOR]:
            recap = self.campaigns.campaign(campaign_id(session.id, MailingType.RECAP))
            if recap and recap.stage is not Stage.STOPPED:
                return mark_free(title_of(session, series)), self.writer.links.view_url(recap.id)
        return None
