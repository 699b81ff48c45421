"""The mail to somebody who has just subscribed: the invite if it is already being sent, else a welcome."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from convener.campaigns import Stage, campaign_id
from convener.clock import Clock
from convener.delivery.late import Claimed, Declined, LateAddition, LateVerdict
from convener.delivery.pacing import Reservation
from convener.delivery.ports import CampaignStore
from convener.delivery.states import DeliveryState
from convener.editions.adjacent_sessions import next_session_from
from convener.editions.models import mark_free
from convener.editions.session_text import title_of
from convener.errors import LostAnswer, Refused, Unavailable
from convener.mailing_types import type_for_late_joiners, type_linked_from_welcome
from convener.sessions.models import Session
from convener.sessions.ports import SessionRepository
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.mail_requests import JoinConfirmed
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import RequestStore, SubscriberRows
from convener.subscribers.row_updates import find
from convener.transactional_mail.mail_renderer import MailRenderer
from convener.transactional_mail.outcomes import Outcome, OutcomeType, dropped, nothing_due, sent
from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer
from convener.transactional_mail.welcome_view import welcome_view

MAX_CONFIRMING_TIME = timedelta(minutes=10)
"""If the confirmation is not stored after this time, it failed, and the page has already told the reader so."""

MAX_SESSIONS_SEARCHED = 6
"""The number of past sessions that are searched for a recap, with one request each."""

OUTCOMES = {
    DeliveryState.ACCEPTED: OutcomeType.SENT,
    DeliveryState.FAILED: OutcomeType.REFUSED,
    DeliveryState.UNKNOWN: OutcomeType.UNKNOWN,
}
"""The outcome for each delivery state of the invite."""


@dataclass(frozen=True, kw_only=True)
class WelcomeHandler:
    """The handler of confirmed subscriptions, and its collaborators."""

    rows: SubscriberRows
    requests: RequestStore
    sessions: SessionRepository
    campaigns: CampaignStore
    late_addition: LateAddition
    renderer: MailRenderer
    mailer: RateLimitedMailer
    clock: Clock

    def welcome(self, mail_request: JoinConfirmed) -> Outcome:
        """Send one mail for one confirmed subscription. Raises Unavailable if the request must be handled again.

        If the answer of SES is lost, the invite is not repeated; a welcome is.
        """
        now, confirmation = self.clock.now(), self.requests.find(mail_request.mark)
        if confirmation is None or confirmation.done_at is None:
            if now < mail_request.at + MAX_CONFIRMING_TIME:
                raise Unavailable("the button's request is not written yet")
            return dropped("never-written")
        if confirmation.answered:
            return dropped("answered")
        outcome = self._welcome(confirmation, now)
        # The mail is sent, or no mail is due. An error here would only repeat all of it.
        with suppress(Unavailable, LostAnswer):
            self.requests.answered(confirmation.id)
        return outcome

    def _welcome(self, confirmation: ConfirmationRequest, now: datetime) -> Outcome:
        joins = confirmation.wish is RequestType.JOIN
        subscriber = find(confirmation.subscriber, rows=self.rows) if joins else None
        if subscriber is None or subscriber.status is not SubscriberStatus.CONFIRMED:
            return nothing_due(subscriber.status.value if subscriber else "no-join")
        sessions, slot = self.sessions.all(), self.mailer.reserve_slot()
        next_session = self._next_session(sessions, now)
        claimed = self._claim_invite(next_session, subscriber) if next_session else None
        if isinstance(claimed, Claimed):
            return self._send_invite(claimed, slot)
        if claimed and claimed.verdict is LateVerdict.BUSY:
            raise Unavailable("another copy of the message is at it")
        if claimed and claimed.verdict is LateVerdict.WELCOMED:
            return dropped("invited")
        return self._send_welcome(subscriber, sessions, slot, now)

    def _claim_invite(self, session: Session, subscriber: Subscriber) -> Claimed | Declined:
        """Claim the invite of a session for a subscriber.

        The claim is declined if the session was moved after the invite was frozen: the invite has the wrong time.
        """
        begins = session.begins(self.renderer.series.tz)
        return self.late_addition.claim(campaign_id(session.id, type_for_late_joiners()), subscriber.id, begins=begins)

    def _next_session(self, sessions: Sequence[Session], now: datetime) -> Session | None:
        """Return the next planned session that has not begun."""
        tz = self.renderer.series.tz
        coming = [session for session in sessions if session.status == "planned" and session.begins(tz) > now]
        return min(coming, key=lambda session: session.begins(tz), default=None)

    def _send_invite(self, claimed: Claimed, slot: Reservation) -> Outcome:
        try:
            self.mailer.renew_slot(slot)
        except (Unavailable, LostAnswer):
            self.late_addition.give_back(claimed)
            raise
        result = self.late_addition.send(claimed)
        if result.refusal:
            raise result.refusal
        return Outcome(outcome=OUTCOMES[result.state], mail=claimed.campaign.kind.name, reason=result.note)

    def _send_welcome(
        self, subscriber: Subscriber, sessions: Sequence[Session], slot: Reservation, now: datetime
    ) -> Outcome:
        series = self.renderer.series
        upcoming = next_session_from(now, sessions, series)
        view = welcome_view(subscriber, upcoming, self._latest_recap(sessions, now), series=series, now=now)
        try:
            self.mailer.send(self.renderer.mail_to_subscriber("welcome", subscriber, view=view, now=now), slot)
        except Refused as error:
            return Outcome(outcome=OutcomeType.REFUSED, mail="welcome", reason=str(error))
        return sent("welcome")

    def _latest_recap(self, sessions: Sequence[Session], now: datetime) -> tuple[str, str] | None:
        """Return the title and the URL of the latest recap that can be read in a browser."""
        series = self.renderer.series
        past = [session for session in sessions if session.ends(series.tz) < now]
        past.sort(key=lambda session: session.date, reverse=True)
        for session in past[:MAX_SESSIONS_SEARCHED]:
            recap = self.campaigns.campaign(campaign_id(session.id, type_linked_from_welcome()))
            if recap and recap.stage is not Stage.STOPPED:
                return mark_free(title_of(session, series)), self.renderer.links.view_url(recap.id)
        return None
