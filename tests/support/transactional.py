"""Transactional mail on fakes, and what a mail program makes of the sent mails."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from convener.campaigns import Campaign
from convener.delivery.late import LateAddition
from convener.delivery.mail import Mail
from convener.delivery.pacing import TRANSACTIONAL, Pacing
from convener.editions.render import Templates
from convener.editions.session_text import cleaned
from convener.links import Links
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.subscribers.address import normalise
from convener.subscribers.identity import subscriber_id
from convener.subscribers.mail_requests import JoinRequested, MailRequest
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.transactional_mail.dispatcher import RETRYABLE, Dispatcher
from convener.transactional_mail.erased_address import ErasedAddressHandler
from convener.transactional_mail.mail_renderer import MailRenderer
from convener.transactional_mail.outcomes import Outcome
from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer
from convener.transactional_mail.request_handlers import RequestHandlers
from convener.transactional_mail.welcome import WelcomeHandler
from local.virtual_clock import VirtualClock
from tests.support.event_links import TOKENS
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_unit_of_work import FakeRequestStore, FakeSuppressionList, FakeUnitOfWork
from tests.support.fakes import FakeEditions, FakeLedger, FakeMailer, FakeSessions
from tests.support.people import LONG_AGO, OPENED, TEMPLATES, series, session

KEY = b"k" * 32
BASE = "https://c.example"
LINKS = Links(base_url=BASE, tokens=TOKENS)
NOW = OPENED + timedelta(days=3)
TEMPLATE_FILES = Templates(TEMPLATES)
SERIES = cleaned(series())


def id_of(address: str) -> str:
    """Return the subscriber id of an address."""
    return subscriber_id(normalise(address), key=KEY)


def reader(address: str = "ana@example.org", **changes: Any) -> Subscriber:
    """Return a subscriber whose id belongs to their address."""
    values: dict[str, Any] = {"status": SubscriberStatus.CONFIRMED, "confirmed_at": LONG_AGO, "version": 1}
    return Subscriber(id=id_of(address), address=address, **{**values, **changes})


def mark(number: int) -> str:
    """Return the n-th mark."""
    return f"{number:032x}"


def join(number: int = 1, address: str = "ana@example.org", **changes: Any) -> JoinRequested:
    """Return the request of somebody who typed an address."""
    values: dict[str, Any] = {"at": NOW, "first_name": "Ana", "zone": "", "wording": "1", "by": "page"}
    return JoinRequested(mark=mark(number), address=address, **{**values, **changes})


class PlainTemplates:
    """Templates for tests that only count mails; rendering MJML takes time."""

    def line(self, name: str, _view: object) -> str:
        """Return a subject."""
        return name

    text = html = line


class TransactionalMail:
    """The handlers of mail requests and the fakes behind them."""

    def __init__(
        self,
        *people: Subscriber,
        now: datetime = NOW,
        sessions: Sequence[Session] | None = None,
        of_series: Series | None = None,
        mailer: Any = None,
        templates: Any = TEMPLATE_FILES,
    ) -> None:
        self.templates = templates
        self.clock, self.requests = VirtualClock(now), FakeRequestStore()
        self.rows = FakeUnitOfWork(people, requests=self.requests)
        self.ledger, self.editions, self.mailer = FakeLedger(), FakeEditions(), mailer or FakeMailer()
        self.sessions = FakeSessions([session()] if sessions is None else sessions)
        self.slots, self.account = FakeSlots(), FakeAccount()
        self.lookup = FakeRecipientLookup(self.ledger, self.rows)
        self.series, self.suppression = of_series or SERIES, FakeSuppressionList()

    def dispatcher(self, **parts: Any) -> Dispatcher:
        """Return the dispatcher; `parts` replace collaborators."""
        names = ("rows", "requests", "sessions", "mailer", "ledger", "slots", "lookup", "suppression")
        has: dict[str, Any] = {name: getattr(self, name) for name in names} | parts
        renderer = MailRenderer(series=self.series, templates=self.templates, links=LINKS)
        clock, mailer = self.clock, has["mailer"]
        pacing = Pacing(account=self.account, slots=has["slots"], clock=clock, share=1.0, lane=TRANSACTIONAL)
        rate_limited = RateLimitedMailer(mailer=mailer, pacing=pacing, clock=clock)
        late_addition = LateAddition(
            ledger=has["ledger"],
            lookup=has["lookup"],
            editions=self.editions,
            mailer=mailer,
            links=LINKS,
            clock=clock,
            lease=timedelta(seconds=300),
        )
        common = {
            "rows": has["rows"],
            "requests": has["requests"],
            "renderer": renderer,
            "mailer": rate_limited,
            "clock": clock,
        }
        return Dispatcher(
            requests=RequestHandlers(identify=lambda normalised: subscriber_id(normalised, key=KEY), **common),
            welcomes=WelcomeHandler(
                sessions=has["sessions"], campaigns=has["ledger"], late_addition=late_addition, **common
            ),
            erased_addresses=ErasedAddressHandler(rows=has["rows"], suppression=has["suppression"], clock=clock),
        )

    def carry_out(self, mail_request: MailRequest, **parts: Any) -> Outcome:
        """Return the outcome of a mail request."""
        return self.dispatcher(**parts).carry_out(mail_request)

    def try_to_carry_out(self, mail_request: MailRequest, **parts: Any) -> Outcome | Exception:
        """Return the outcome of a mail request, or the error that brings its message back."""
        try:
            return self.carry_out(mail_request, **parts)
        except RETRYABLE as error:
            return error

    def open(self, campaign: Campaign) -> None:
        """Store a campaign."""
        self.ledger.open(campaign)

    @property
    def sent(self) -> list[Mail]:
        """The mails that SES accepted."""
        return self.mailer.sent

    @property
    def mail_names(self) -> list[str]:
        """The names of the mails that SES accepted, in order."""
        return [mail.tags.get("letter") or "invite" for mail in self.sent]


def parse(mail: Mail) -> EmailMessage:
    """Parse a mail as a mail program does."""
    message = message_from_bytes(mail.raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def visible_text(page: str) -> str:
    """Return the words of an HTML page that a reader sees, as one line."""
    body = re.sub(r"<(style|title)[^>]*>.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def part(mail: Mail, kind: str = "plain") -> str:
    """Return the text of a mail, or its HTML."""
    found = parse(mail).get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
