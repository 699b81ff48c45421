"""Letters that a page asked for: to confirm an address, to say that she is in already, to open a door for a while."""

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
from convener.subscribers.row_updates import find
from convener.subscribers.tokens import FRESH_FOR, OneTimeLink
from convener.subscribers.unit_of_work import SubscriberRows
from convener.transactional_mail.mail_renderer import MailRenderer
from convener.transactional_mail.outcomes import HELD_BACK, Outcome, dropped, nothing, sent
from convener.transactional_mail.ports import Requests
from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer

MOST_ASKED = 3
"""Mails a day to one address that anybody can ask for by typing it: nobody's box is filled by our form."""

MOST_LINKS = 6
"""Mails a day to one address, fresh links and those others together: three stay for whoever holds her link."""

LINK_ASKED_FOR = timedelta(days=1)
"""After that long nobody waits for a fresh link any more."""

A_DAY = timedelta(days=1)
"""The last day that is named works to its very end, anywhere in the series' zone."""

SILENT = frozenset({SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED})
"""Who gets no mail at all until an operator lifts it."""

GETS_LINKS = {
    Purpose.DATA: frozenset({SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT}),
    Purpose.ERASE: frozenset({SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT}),
    Purpose.ADDRESS: frozenset({SubscriberStatus.CONFIRMED}),
}
"""Who left may still see and erase what is kept; only who is on the list can move."""


@dataclass(frozen=True, kw_only=True)
class RequestHandlers:
    """What it takes. `identify` gives the id of a normalised address."""

    rows: SubscriberRows
    requests: Requests
    identify: Callable[[str], str]
    writer: MailRenderer
    post: RateLimitedMailer
    clock: Clock

    def join(self, letter: JoinRequested) -> Outcome:
        """To confirm; or, for who is on the list already, that she is, and to confirm it if only an import says so."""
        now, address = self.clock.now(), parse_address(letter.address)
        who = self.identify(address.normalised)
        if letter.at + VALID <= now:
            return dropped("expired")
        if not self.requests.allow(self._mailbox(address), letter.mark, most=MOST_ASKED, now=now):
            return HELD_BACK
        row = self.rows.get(ids=[who]).get(who)
        if why := self._hindered(row, letter):
            return why
        if row and row.status is SubscriberStatus.CONFIRMED and not row.only_imported:
            return self._known(row, now)
        request = ConfirmationRequest(
            id=letter.mark,
            wish=RequestType.JOIN,
            subscriber=who,
            address=address.envelope,
            asked_at=letter.at,
            first_name=letter.first_name,
            zone=letter.zone,
            kinds=letter.kinds,
            wording=letter.wording,
            by=letter.by,
        )
        if row and row.only_imported:
            return self._known(row, now, request)
        return self._confirm("confirm", request, now)

    def move(self, letter: MoveRequested) -> Outcome:
        """To confirm the new address, which must not be one that gets no mail."""
        now, address = self.clock.now(), parse_address(letter.address)
        who, row = self.identify(address.normalised), find(letter.subscriber, rows=self.rows)
        if letter.at + VALID <= now:
            return dropped("expired")
        if row is None or row.status is not SubscriberStatus.CONFIRMED or address.envelope == row.address:
            return nothing("same-address" if row and row.status is SubscriberStatus.CONFIRMED else "not-on-the-list")
        # A link to move works once, but not where its button is pressed many times at one moment.
        for counted in (f"{row.id}/moves", self._mailbox(address)):
            if not self.requests.allow(counted, letter.mark, most=MOST_ASKED, now=now):
                return HELD_BACK
        if why := self._hindered(self.rows.get(ids=[who]).get(who), letter):
            return why
        request = ConfirmationRequest(
            id=letter.mark,
            wish=RequestType.MOVE,
            subscriber=who,
            address=address.envelope,
            asked_at=letter.at,
            moving=row.id,
        )
        return self._confirm("confirm-address", request, now)

    def _mailbox(self, address: Address) -> str:
        """What limits count by: the id that its mailbox's plainest address has."""
        return self.identify(mailbox(address.normalised))

    def _hindered(self, row: Subscriber | None, letter: JoinRequested | MoveRequested) -> Outcome | None:
        """Why nothing is to be confirmed at the address of that row; None where something is."""
        known = self.requests.find(letter.mark)
        if row and row.status in SILENT:
            return nothing(row.status.value)
        if row and row.status_since and row.status_since > letter.at:  # the button would do nothing
            return nothing("overtaken")
        return dropped("confirmed-meanwhile") if known and known.done_at else None

    def link(self, letter: LinkRequested) -> Outcome:
        """A fresh link, to the row's own address. What is asked for once works once, however often its mail leaves."""
        now = self.clock.now()
        if letter.at + LINK_ASKED_FOR <= now:
            return dropped("expired")
        row = find(letter.subscriber, rows=self.rows)
        if row is None or row.status not in GETS_LINKS[letter.purpose]:
            return nothing(row.status.value if row else "gone")
        if not self.requests.allow(row.id, letter.mark, most=MOST_LINKS, now=now):
            return HELD_BACK
        fresh = OneTimeLink(subscriber=row.id, expires=now + FRESH_FOR, nonce=letter.mark[:16])
        view = {
            "purpose": letter.purpose.value,
            "link_url": self.writer.links.fresh_url(letter.purpose, fresh),
            "minutes": int(FRESH_FOR.total_seconds() // 60),
        }
        self.post.send(self.writer.to_reader("link", row, view=view, now=now, may_leave=False))
        return sent(f"link-{letter.purpose}")

    def _known(self, row: Subscriber, now: datetime, request: ConfirmationRequest | None = None) -> Outcome:
        """With a request there is a button to say so herself: else undoing the import would take off who asked."""
        paused = row.paused_until if row.paused(now) else None
        until = day_and_month(paused.astimezone(self.writer.series.tz)) if paused else ""
        asked = self._kept(request) if request else {"confirm_url": ""}
        view = {**asked, "paused_until": until, "kinds": in_words(row.kinds)}
        self.post.send(self.writer.to_reader("known", row, view=view, now=now))
        return sent("known")

    def _confirm(self, mail: str, request: ConfirmationRequest, now: datetime) -> Outcome:
        view = self._kept(request)
        mailed = self.writer.to_stranger(
            mail, address=request.address, recipient=request.subscriber, view=view, now=now
        )
        self.post.send(mailed)
        return sent(mail)

    def _kept(self, request: ConfirmationRequest) -> dict[str, object]:
        """What a mail says of a request. It is written before its link leaves: nobody presses a button in vain."""
        self.requests.keep(request)
        series = self.writer.series
        wording = next((one for one in series.consent if one.version == request.wording), series.wording)
        return {
            "confirm_url": self.writer.links.confirm_url(request.id),
            "until": day_and_month((request.expires_at - A_DAY).astimezone(series.tz)),
            "wording": wording.text,
            "ticked": in_words(request.kinds) if request.kinds else "",
        }
