"""Handlers of mail requests: mails to confirm a subscription or an address, and mails with a one-time link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from convener.clock import Clock
from convener.editions.formatting import day_and_month
from convener.subscribers.address import Address, mailbox, parse_address
from convener.subscribers.confirmation_request import VALID, ConfirmationRequest, RequestType
from convener.subscribers.mail_requests import JoinRequested, LinkRequested, MoveRequested, Purpose
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.ports import RequestStore, SubscriberRows
from convener.subscribers.row_updates import find
from convener.subscribers.tokens import FRESH_FOR, OneTimeLink
from convener.transactional_mail.mail_renderer import MailRenderer
from convener.transactional_mail.outcomes import HELD_BACK, Outcome, dropped, nothing_due, sent
from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer

MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY = 3
"""Mails to one mailbox in a day that anybody can cause by typing its address: the form must not fill a mailbox."""

MAX_MAILS_WITH_LINKS_PER_DAY = 6
"""Mails to one subscriber in a day, with those above: so a subscriber always gets three one-time links."""

MAX_LINK_REQUEST_AGE = timedelta(days=1)
"""After this time nobody waits for a one-time link any more."""

ONE_DAY = timedelta(days=1)

SUPPRESSED = frozenset({SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED})
"""Statuses in which a subscriber gets no mail at all, until an operator changes it."""

STATUSES_BY_PURPOSE = {
    Purpose.DATA: frozenset({SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT}),
    Purpose.ERASE: frozenset({SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT}),
    Purpose.ADDRESS: frozenset({SubscriberStatus.CONFIRMED}),
}
"""The statuses in which a subscriber may get each one-time link."""


@dataclass(frozen=True, kw_only=True)
class RequestHandlers:
    """The handlers and their collaborators. `identify` returns the subscriber id of a normalised address."""

    rows: SubscriberRows
    requests: RequestStore
    identify: Callable[[str], str]
    renderer: MailRenderer
    mailer: RateLimitedMailer
    clock: Clock

    def join(self, mail_request: JoinRequested) -> Outcome:
        """Send a mail to confirm the subscription.

        A subscriber that is already on the list gets a mail that says so. If only an import brought the subscriber,
        that mail also has a button to confirm.
        """
        now, address = self.clock.now(), parse_address(mail_request.address)
        subscriber_id = self.identify(address.normalised)
        if mail_request.at + VALID <= now:
            return dropped("expired")
        if not self._may_mail(self._mailbox_id(address), mail_request, MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY, now):
            return HELD_BACK
        subscriber = self.rows.get(ids=[subscriber_id]).get(subscriber_id)
        if outcome := self._nothing_to_confirm(subscriber, mail_request):
            return outcome
        if subscriber and subscriber.status is SubscriberStatus.CONFIRMED and not subscriber.only_imported:
            return self._send_known(subscriber, now)
        confirmation = ConfirmationRequest(
            id=mail_request.mark,
            wish=RequestType.JOIN,
            subscriber=subscriber_id,
            address=address.envelope,
            asked_at=mail_request.at,
            first_name=mail_request.first_name,
            zone=mail_request.zone,
            kinds=mail_request.kinds,
            wording=mail_request.wording,
            by=mail_request.by,
        )
        if subscriber and subscriber.only_imported:
            return self._send_known(subscriber, now, confirmation)
        return self._send_confirmation("confirm", confirmation, now)

    def move(self, mail_request: MoveRequested) -> Outcome:
        """Send a mail to confirm a new address to that address."""
        now, address = self.clock.now(), parse_address(mail_request.address)
        new_id, subscriber = self.identify(address.normalised), find(mail_request.subscriber, rows=self.rows)
        if mail_request.at + VALID <= now:
            return dropped("expired")
        if subscriber is None or subscriber.status is not SubscriberStatus.CONFIRMED:
            return nothing_due("not-on-the-list")
        if address.envelope == subscriber.address:
            return nothing_due("same-address")
        # The link to change an address works once, but not if its button is pressed many times at the same moment.
        # So the moves of a subscriber are counted, too.
        for counter in (f"{subscriber.id}/moves", self._mailbox_id(address)):
            if not self._may_mail(counter, mail_request, MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY, now):
                return HELD_BACK
        if outcome := self._nothing_to_confirm(self.rows.get(ids=[new_id]).get(new_id), mail_request):
            return outcome
        confirmation = ConfirmationRequest(
            id=mail_request.mark,
            wish=RequestType.MOVE,
            subscriber=new_id,
            address=address.envelope,
            asked_at=mail_request.at,
            moving=subscriber.id,
        )
        return self._send_confirmation("confirm-address", confirmation, now)

    def link(self, mail_request: LinkRequested) -> Outcome:
        """Send a one-time link to the subscriber's own address.

        The nonce of the link comes from the mark of the request: if the mail is sent again, its link is the same one,
        and each action of it still works once.
        """
        now = self.clock.now()
        if mail_request.at + MAX_LINK_REQUEST_AGE <= now:
            return dropped("expired")
        subscriber = find(mail_request.subscriber, rows=self.rows)
        if subscriber is None or subscriber.status not in STATUSES_BY_PURPOSE[mail_request.purpose]:
            return nothing_due(subscriber.status.value if subscriber else "gone")
        if not self._may_mail(subscriber.id, mail_request, MAX_MAILS_WITH_LINKS_PER_DAY, now):
            return HELD_BACK
        link = OneTimeLink(subscriber=subscriber.id, expires=now + FRESH_FOR, nonce=mail_request.mark[:16])
        view = {
            "purpose": mail_request.purpose.value,
            "link_url": self.renderer.links.fresh_url(mail_request.purpose, link),
            "minutes": int(FRESH_FOR.total_seconds() // 60),
        }
        self.mailer.send(self.renderer.mail_to_subscriber("link", subscriber, view=view, now=now, may_leave=False))
        return sent(f"link-{mail_request.purpose}")

    def _may_mail(
        self, counter: str, mail_request: JoinRequested | MoveRequested | LinkRequested, limit: int, now: datetime
    ) -> bool:
        """Count one more mail of today, and return whether the limit allows it."""
        return self.requests.allow(counter, mail_request.mark, most=limit, now=now)

    def _mailbox_id(self, address: Address) -> str:
        """Return the id that limits count by: all spellings of one mailbox have the same id."""
        return self.identify(mailbox(address.normalised))

    def _nothing_to_confirm(
        self, subscriber: Subscriber | None, mail_request: JoinRequested | MoveRequested
    ) -> Outcome | None:
        """Return the outcome if nothing may be confirmed at the address of that subscriber, else None."""
        stored = self.requests.find(mail_request.mark)
        if subscriber and subscriber.status in SUPPRESSED and not subscriber.is_mark:
            return nothing_due(subscriber.status.value)
        if subscriber and subscriber.status_since and subscriber.status_since > mail_request.at:
            return nothing_due("overtaken")  # the button would do nothing
        return dropped("confirmed-meanwhile") if stored and stored.done_at else None

    def _send_known(
        self, subscriber: Subscriber, now: datetime, confirmation: ConfirmationRequest | None = None
    ) -> Outcome:
        """Tell a subscriber that they are already on the list.

        With a confirmation request, the mail has a button. If the subscriber presses it, undoing the import does not
        remove them from the list.
        """
        paused = subscriber.paused_until if subscriber.paused(now) else None
        until = day_and_month(paused.astimezone(self.renderer.series.tz)) if paused else ""
        button = self._store(confirmation) if confirmation else {"confirm_url": ""}
        covered = self.renderer.series.coverage.of(subscriber.wording)
        view = {**button, "paused_until": until, "kinds": in_words(subscriber.kinds, covered)}
        self.mailer.send(self.renderer.mail_to_subscriber("known", subscriber, view=view, now=now))
        return sent("known")

    def _send_confirmation(self, name: str, confirmation: ConfirmationRequest, now: datetime) -> Outcome:
        view = self._store(confirmation)
        mail = self.renderer.mail_to_address(
            name, address=confirmation.address, recipient=confirmation.subscriber, view=view, now=now
        )
        self.mailer.send(mail)
        return sent(name)

    def _store(self, confirmation: ConfirmationRequest) -> dict[str, object]:
        """Store a confirmation request, and return the values that a mail shows of it.

        The request is stored before the mail is sent, so that the button of the mail always works.
        """
        self.requests.keep(confirmation)
        series = self.renderer.series
        versions = (wording for wording in series.consent if wording.version == confirmation.wording)
        return {
            "confirm_url": self.renderer.links.confirm_url(confirmation.id),
            # The day before the request expires: the link works on all of that day, in the zone of the series.
            "until": day_and_month((confirmation.expires_at - ONE_DAY).astimezone(series.tz)),
            "wording": next(versions, series.wording).text,
            "ticked": in_words(confirmation.kinds, frozenset()) if confirmation.kinds else "",
        }
