"""What surrounds the handlers in a run: the contract suite's fakes, each behind `Faulty`; nothing else is replaced.

Composing (Jinja2, MJML) and making MIME are pure and dear, so what they make is kept from one run to the next.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from convener.clock import Clock
from convener.container import Container
from convener.delivery import deliver
from convener.delivery.mail import Mail, build_mail
from convener.editions.models import Edition
from convener.editions.render import Templates
from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.scheduling.opening import Composer
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens
from tests.faults.calls import Faulty
from tests.faults.ses import SET
from tests.support.fake_unit_of_work import FakeSuppressionList
from tests.support.people import SERIES_FOLDER, TEMPLATES, series

KEYS = json.dumps({"active": "k1", "k1": "a-signing-key-of-at-least-thirty-two-bytes"})
ENVIRONMENT = {
    "SESSIONS_TABLE": "sessions",
    "SUBSCRIBERS_TABLE": "subscribers",
    "LEDGER_TABLE": "ledger",
    "EDITIONS_BUCKET": "editions",
    "FANOUT_QUEUE_URL": "fanout",
    "DELIVER_QUEUE_URL": "deliver",
    "SIGNING_KEYS_SECRET": "keys",
    "CONFIGURATION_SET": SET,
    "PUBLIC_BASE_URL": "https://c.example",
    "SENDER_ADDRESS": "talk@mail.kindness.example",
    "SEND_RATE_SHARE": "0.8",
    "CLAIM_LEASE_SECONDS": "900",
    "CONSENTS_TABLE": "consents",
    "REQUESTS_TABLE": "requests",
    "TRANSACTIONAL_QUEUE_URL": "letters",
}
SERIES, MADE = series(), Templates(TEMPLATES)
PAGE_RENDERER = PageRenderer([TEMPLATES], SERIES, base_url=ENVIRONMENT["PUBLIC_BASE_URL"])
LINKS = Links(base_url=ENVIRONMENT["PUBLIC_BASE_URL"], tokens=Tokens(SigningKeys.parse(KEYS)))


@dataclass(frozen=True, kw_only=True)
class FaultyContainer(Container):
    """Those of one process: what it remembers is gone with it."""

    world: Any

    def _behind(self, name: str, target: Any) -> Any:
        return self.once(name, lambda: Faulty(name, target, self.world.calls))

    def ledger(self, table: str) -> Any:  # noqa: ARG002
        """The fake ledger."""
        return self._behind("ledger", self.world.ledger)

    def subscribers(self, table: str) -> Any:  # noqa: ARG002
        """The fake subscribers."""
        return self._behind("subscribers", self.world.subscribers)

    def unit_of_work(self, subscribers_table: str, consents_table: str, requests_table: str) -> Any:  # noqa: ARG002
        """The same, with what is written beside them."""
        return self.subscribers(subscribers_table)

    def consents(self, table: str) -> Any:  # noqa: ARG002
        """The fake consent record."""
        return self._behind("consents", self.world.subscribers.consents)

    def requests(self, table: str) -> Any:  # noqa: ARG002
        """The fake requests."""
        return self._behind("requests", self.world.subscribers.requests)

    def mail_requests(self, queue_url: str) -> Any:  # noqa: ARG002
        """The queue of Transactional, which nobody takes anything from here."""
        return self._behind("letters", self.world.letters)

    def recipient_lookup(self, ledger_table: str, subscribers_table: str) -> Any:  # noqa: ARG002
        """The fake second look."""
        return self._behind("lookup", self.world.lookup)

    def sessions(self, table: str) -> Any:  # noqa: ARG002
        """The fake sessions."""
        return self._behind("sessions", self.world.sessions)

    def editions(self, bucket: str) -> Any:  # noqa: ARG002
        """The fake editions."""
        return self._behind("editions", self.world.editions)

    def queues(self, *, fanout: str = "", deliver: str = "") -> Any:  # noqa: ARG002
        """The work queues."""
        return self._behind("queues", self.world.queues)

    def mailer(self, configuration_set: str) -> Any:  # noqa: ARG002
        """SES, which fails in ways of its own."""
        return self.world.ses

    def suppression(self) -> Any:
        """SES's suppression list."""
        return self._behind("suppression", FakeSuppressionList())

    def account(self) -> Any:
        """SES again: what it grants."""
        return self._behind("account", SimpleNamespace(limits=self.world.ses.limits))

    def slots(self, ledger_table: str) -> Any:  # noqa: ARG002
        """The fake slots."""
        return self._behind("slots", self.world.slots)

    @property
    def interactive(self) -> FaultyContainer:
        """The same: no client here takes any time but the virtual one."""
        return self

    def secret(self, name: str) -> str:  # noqa: ARG002
        """The signing keys."""
        answer: str = self.world.calls.call("secret.read", lambda: KEYS)
        return answer


def process(world: Any) -> FaultyContainer:
    """A new process of a function, with nothing remembered but what is the same in every run."""
    made: dict[Hashable, Any] = {"series": SERIES, "templates": MADE, "page renderer": PAGE_RENDERER}
    loop = world.loop

    def clock(context: Any) -> Clock:
        ours: Clock = context.clock
        return ours

    return FaultyContainer(
        world=world,
        environment=lambda _function: ENVIRONMENT,
        clock=clock,
        monotonic=lambda: loop.time,
        series_folder=SERIES_FOLDER,
        _cache=made,
    )


class Editions:
    """Those of one run. They are never written twice under one name, so the objects themselves may be kept."""

    def __init__(self) -> None:
        self.objects: dict[str, Edition] = {}

    def put(self, edition: Edition) -> str:
        """Keep it."""
        digest = _digest(edition)
        self.objects.setdefault(digest, edition)
        return digest

    def get(self, digest: str) -> Edition:
        """That one."""
        return self.objects[digest]


_editions: dict[Hashable, Edition] = {}
_digests: dict[int, str] = {}
_mails: dict[Hashable, Mail] = {}
_compose = Composer.edition


def _digest(edition: Edition) -> str:
    return _digests.setdefault(id(edition), edition.digest)


def _edition(self: Composer, mailing: Any, sessions: Any) -> Edition:
    key = (mailing.campaign, mailing.brings, mailing.session.date, mailing.session.version)
    if key not in _editions:
        _editions[key] = _compose(self, mailing, sessions)
    return _editions[key]


def _mail(**named: Any) -> Mail:
    """Its bytes are those of the campaign's first reader: nobody reads them here."""
    campaign, reader = named["campaign"], named["subscriber"].id
    if campaign not in _mails:
        _mails[campaign] = build_mail(**named)
    intended = named["intended"] or reader
    tags = {"campaign": _mails[campaign].tags["campaign"], "chunk": named["chunk"], "recipient": intended}
    tags |= {"attempt": str(named["attempt"])} | ({"reader": reader} if reader != intended else {})
    return replace(_mails[campaign], tags=tags)


def keep_what_is_dear() -> None:
    """Compose each edition and make each reader's mail once in this process."""
    Composer.edition = _edition  # type: ignore[method-assign]
    vars(deliver)["build_mail"] = _mail
