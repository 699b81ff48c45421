"""The shipped handlers of pages and transactional mail, on fakes: one request, one response, and everything stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from convener.container import Container
from convener.editions.models import Content
from convener.editions.session_text import cleaned
from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.subscribers.identity import fingerprint
from convener.subscribers.mail_requests import body_of
from convener.subscribers.models import Subscriber
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens
from local.virtual_clock import VirtualClock
from tests.faults.parts import ENVIRONMENT
from tests.support import fuzz_people
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeSuppressionList, FakeUnitOfWork
from tests.support.fakes import FakeEditions, FakeLedger, FakeMailer, FakeSessions
from tests.support.fuzz_parts import FailingPart, FailurePlan
from tests.support.handling import batch, invoke
from tests.support.people import OPENED, SERIES_FOLDER, TEMPLATES, campaign, edition, series, session

BASE = ENVIRONMENT["PUBLIC_BASE_URL"]
KEYS = json.dumps({"active": "k1", "k1": "a-signing-key-of-at-least-thirty-two-bytes"})
SECRETS = {"keys": KEYS, "identity": fuzz_people.KEY.decode()}
VARIABLES = {**ENVIRONMENT, "IDENTITY_KEY_SECRET": "identity"}
TOKENS = Tokens(SigningKeys.parse(KEYS))
SERIES, SESSION = series(), session()
EDITION = replace(edition(), variants={**edition().variants, "web": Content(subject="", text="", html="<p>Come</p>")})
CAMPAIGN = campaign(edition=EDITION.digest)
FROZEN = EDITION.to_json()


class LinkTemplates:
    """Templates that fill in only the URLs of a mail, because rendering MJML takes time."""

    def line(self, name: str, _view: object) -> str:
        """Return a subject."""
        return name

    def text(self, _name: str, view: Mapping[str, Any]) -> str:
        """Return every URL of the view, one on each line."""
        found = {**view, **view["fields"]}
        return "\n".join(str(found[name]) for name in found if name.endswith("_url") and found[name])

    html = text


SHARED: dict[Hashable, Any] = {
    "series": SERIES,
    "series of transactional mails": cleaned(SERIES),
    "page renderer": PageRenderer([TEMPLATES], SERIES, base_url=BASE),
    "templates": LinkTemplates(),
    "links": Links(base_url=BASE, tokens=TOKENS),
}
"""Objects that take time to make and are the same in every run."""


class State(NamedTuple):
    """Everything stored."""

    rows: dict[str, Subscriber]
    consents: dict[Any, Any]
    requests: dict[str, Any]
    visits: dict[Any, int]
    marks: dict[Any, frozenset[str]]
    used: frozenset[tuple[str, str]]
    mail_requests: tuple[Any, ...]
    mails: int


@dataclass(frozen=True, kw_only=True)
class FakeContainer(Container):
    """Fakes, each behind a failure plan."""

    world: World

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the shared object, or make one."""
        return SHARED[key] if key in SHARED else super().once(key, make)

    def _part(self, name: str) -> Any:
        return FailingPart(name, self.world.parts[name], lambda: self.world.plan)

    def unit_of_work(self, *_: Any) -> Any:
        """Return the fake unit of work."""
        return self._part("rows")

    def subscribers(self, *_: Any) -> Any:
        return self._part("rows")

    def consents(self, *_: Any) -> Any:
        return self._part("consents")

    def requests(self, *_: Any) -> Any:
        return self._part("requests")

    def mail_requests(self, *_: Any) -> Any:
        return self._part("mail_requests")

    def ledger(self, *_: Any) -> Any:
        return self._part("ledger")

    def sessions(self, *_: Any) -> Any:
        return self._part("sessions")

    def editions(self, *_: Any) -> Any:
        return self._part("editions")

    def recipient_lookup(self, *_: Any) -> Any:
        return self._part("recipient_lookup")

    def mailer(self, *_: Any) -> Any:
        return self._part("mailer")

    def suppression(self) -> Any:
        return self._part("suppression")

    def account(self) -> Any:
        return self._part("account")

    def slots(self, *_: Any) -> Any:
        return self._part("slots")

    def secret(self, name: str) -> str:
        value: str = self._part("secret").get(name)
        return value


@dataclass
class World:
    """Everything behind the handlers. Nothing fails except by `plan`."""

    people: Mapping[str, Subscriber] = field(default_factory=fuzz_people.people)
    now: datetime = OPENED
    plan: FailurePlan = field(default_factory=FailurePlan)

    def __post_init__(self) -> None:
        """Make the fakes."""
        self.clock = VirtualClock(self.now)
        self.rows = FakeUnitOfWork(self.people.values(), fingerprint=fingerprint(fuzz_people.KEY))
        self.rows.requests.kept.update(fuzz_people.requests())
        self.rows.requests.gone.update((fuzz_people.USED, action) for action in ("see", "download", "erase", "address"))
        self.rows.consents.add(fuzz_people.entries())
        self.mail_requests, self.mailer, self.ledger = FakeMailRequestQueue(), FakeMailer(), FakeLedger()
        self.editions, sessions = FakeEditions(), FakeSessions([SESSION])
        self.editions.objects[EDITION.digest] = FROZEN
        self.ledger.open(CAMPAIGN)
        self.parts: dict[str, Any] = {
            "rows": self.rows,
            "consents": self.rows.consents,
            "requests": self.rows.requests,
            "mail_requests": self.mail_requests,
            "ledger": self.ledger,
            "sessions": sessions,
            "editions": self.editions,
            "mailer": self.mailer,
            "recipient_lookup": FakeRecipientLookup(self.ledger, self.rows),
            "suppression": FakeSuppressionList(),
            "account": FakeAccount(),
            "slots": FakeSlots(),
            "secret": SECRETS,
        }

    def _container(self) -> FakeContainer:
        return FakeContainer(
            environment=lambda _: VARIABLES, clock=lambda _: self.clock, series_folder=SERIES_FOLDER, world=self
        )

    def ask(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response of `public`."""
        answer: dict[str, Any] = invoke("public", event, self._container())
        return answer

    def carry_out(self, mail_request: Any) -> bool:
        """Return whether `transactional` has carried out a mail request, so that its message is not repeated."""
        answer = invoke("transactional", batch(body_of(mail_request)), self._container())
        return not answer["batchItemFailures"]

    def state(self) -> State:
        """Return everything stored."""
        kept = self.rows.requests
        return State(
            rows=dict(self.rows.rows),
            consents=dict(self.rows.consents.kept),
            requests=dict(kept.kept),
            visits=dict(kept.visits),
            marks={key: frozenset(marks) for key, marks in kept.marks.items()},
            used=frozenset(kept.gone),
            mail_requests=tuple(self.mail_requests.sent),
            mails=len(self.mailer.sent),
        )
